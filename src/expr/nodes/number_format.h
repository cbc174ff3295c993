#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/decimal.h"
#include "expr/nodes/failure.h"

namespace pactolus {

/// A format of PostgreSQL's to_char for numbers ("FM999,990.00"), taken apart once. As under the locale "C":
/// D is a point, G a comma, L a blank. What is no pattern stands for itself.
class NumberFormat {
 public:
  /// Or why PostgreSQL refuses it.
  static Result<NumberFormat, std::string> parse(std::string_view format);

  /// Appends the number, rounded to the format's digits; `#` for each digit if there are too few before the
  /// point. Fails where V makes more than 38 digits of it.
  Failure append(const Decimal& value, std::string& out) const;

  enum class Pattern : uint8_t {
    kText,  // stands for itself
    kNine,
    kZero,
    kPoint,
    kComma,
    kCurrency,
    kSign,
    kMinus,
    kPlus,
    kPlusOrMinus,
    kBrackets,
    kRoman,
    kRomanLower,
    kOrdinal,
    kOrdinalLower,
    kShift,
    kExponent,
    kFit,
    kNothing,
  };

 private:
  friend class NumberWriter;
  enum class SignPlace : uint8_t { kDefault, kBefore, kBehind };

  struct Piece {
    Pattern pattern = Pattern::kText;
    std::string text;
  };

  void append_text(std::string_view text);
  /// Why a pattern can't stand where it does; empty: it can.
  std::string add(Pattern pattern);
  std::string add_digit(Pattern pattern);
  std::string add_sign(Pattern pattern);
  /// Rounded; none: it has too many digits.
  std::optional<Decimal> shifted(const Decimal& value) const;

  std::vector<Piece> pieces_;
  int before_ = 0;       // digits before the point
  int behind_ = 0;       // digits behind it
  int shift_ = 0;        // digits behind V
  int zeros_from_ = 0;   // the first 0 before the point, counted from 1
  int zeros_to_ = 0;     // the last 0 of all
  int sign_digits_ = 0;  // before_ where S stood
  SignPlace sign_place_ = SignPlace::kDefault;
  bool fits_ = false;  // FM
  bool point_ = false;
  bool zeros_ = false;
  bool sign_ = false;  // S
  bool minus_ = false;
  bool plus_ = false;
  bool brackets_ = false;
  bool roman_ = false;
  bool shifts_ = false;
  bool exponent_ = false;
};

}  // namespace pactolus
