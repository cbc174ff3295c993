#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

namespace pactolus {

enum class Colour : unsigned char { kRed, kGreen, kYellow, kBold, kFaint };

/// Where a command writes: results to `out`, complaints and logs to `err`. Borrows the streams. Threads: one.
struct Console {
  std::ostream& out;
  std::ostream& err;
  bool colours = false;  // of `out`

  /// `text` in a colour, or as it is where colours would only be noise.
  std::string paint(Colour colour, std::string_view text) const;
};

/// Standard output and error; colours if a person looks (a terminal) and NO_COLOR is unset or empty.
Console standard_console();

}  // namespace pactolus
