#pragma once

#include <functional>
#include <string>

namespace pactolus {

/// Runs `make` on the text of every NAME.yaml of a folder (as seen from the project's root) and compares what
/// comes out with NAME.txt. With PACTOLUS_UPDATE_GOLDEN set, NAME.txt is written instead: read what changed
/// before you commit it.
void check_golden(const std::string& folder,
                  const std::function<std::string(const std::string& file, const std::string& text)>& make);

}  // namespace pactolus
