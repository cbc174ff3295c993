#pragma once

#include <string_view>

namespace pactolus {

extern const std::string_view kPactolusVersion;  // "0.1.0", from CMakeLists.txt

}  // namespace pactolus
