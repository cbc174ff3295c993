#pragma once

#include <cstddef>
#include <string>

namespace pactolus {

/// Words in lines of at most 80 columns, the first behind `indent` blanks, the others behind `indent_next`.
std::string paragraph(const std::string& words, size_t indent, size_t indent_next);

/// "  label   words"
std::string labelled(const std::string& label, const std::string& words);

/// "  label   name  words", the words on lines of their own where they do not fit.
std::string labelled(const std::string& label, const std::string& name, const std::string& words);

}  // namespace pactolus
