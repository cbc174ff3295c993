#pragma once

#include <cstddef>
#include <string>

namespace pactolus {

/// Words in lines of at most 80 columns, each behind `indent` blanks; lines after the first two further.
std::string paragraph(const std::string& words, size_t indent);

/// "  label     name  words", the words on lines of their own where they do not fit.
std::string labelled(const std::string& label, const std::string& name, const std::string& words);

}  // namespace pactolus
