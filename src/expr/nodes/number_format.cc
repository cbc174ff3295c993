#include "expr/nodes/number_format.h"

#include <array>
#include <optional>

#include "data/text_scan.h"
#include "expr/nodes/ordinal.h"
#include "expr/nodes/text.h"

namespace pactolus {
namespace {

using Pattern = NumberFormat::Pattern;

struct Name {
  std::string_view text;
  Pattern pattern;
};

/// PostgreSQL's patterns (NUM_keywords in formatting.c), a longer one before what it begins with.
constexpr auto kNames = std::to_array<Name>({
    {",", Pattern::kComma},        {".", Pattern::kPoint},         {"0", Pattern::kZero},
    {"9", Pattern::kNine},         {"B", Pattern::kNothing},       {"C", Pattern::kNothing},
    {"D", Pattern::kPoint},        {"EEEE", Pattern::kExponent},   {"FM", Pattern::kFit},
    {"G", Pattern::kComma},        {"L", Pattern::kCurrency},      {"MI", Pattern::kMinus},
    {"PL", Pattern::kPlus},        {"PR", Pattern::kBrackets},     {"RN", Pattern::kRoman},
    {"SG", Pattern::kPlusOrMinus}, {"SP", Pattern::kNothing},      {"S", Pattern::kSign},
    {"TH", Pattern::kOrdinal},     {"V", Pattern::kShift},         {"b", Pattern::kNothing},
    {"c", Pattern::kNothing},      {"d", Pattern::kPoint},         {"eeee", Pattern::kExponent},
    {"fm", Pattern::kFit},         {"g", Pattern::kComma},         {"l", Pattern::kCurrency},
    {"mi", Pattern::kMinus},       {"pl", Pattern::kPlus},         {"pr", Pattern::kBrackets},
    {"rn", Pattern::kRomanLower},  {"sg", Pattern::kPlusOrMinus},  {"sp", Pattern::kNothing},
    {"s", Pattern::kSign},         {"th", Pattern::kOrdinalLower}, {"v", Pattern::kShift},
});

constexpr size_t kRomanWidth = 15;
constexpr int64_t kRomanMax = 3999;

/// "MCMXCIX"; from 1 to 3999.
std::string roman_number(int64_t value) {
  struct Step {
    int64_t value;
    std::string_view letters;
  };
  constexpr auto kSteps = std::to_array<Step>({{1000, "M"},
                                               {900, "CM"},
                                               {500, "D"},
                                               {400, "CD"},
                                               {100, "C"},
                                               {90, "XC"},
                                               {50, "L"},
                                               {40, "XL"},
                                               {10, "X"},
                                               {9, "IX"},
                                               {5, "V"},
                                               {4, "IV"},
                                               {1, "I"}});
  std::string letters;
  for (const Step& step : kSteps) {
    for (; value >= step.value; value -= step.value) letters += step.letters;
  }
  return letters;
}

/// "1.50e+02", with a blank before it unless it is negative. Where rounding makes 10 of 9.9… it stays, as in
/// PostgreSQL.
std::optional<std::string> scientific(const Decimal& value, int digits) {
  const size_t all = Decimal(value.coefficient(), 0).to_string().size() - (value.coefficient() < 0 ? 1 : 0);
  const int exponent = value.is_zero() ? 0 : static_cast<int>(all) - 1 - value.scale();
  std::optional<Decimal> mantissa = Decimal(value.coefficient(), value.scale() + exponent).round(digits);
  if (!mantissa) return std::nullopt;
  std::string text = value.coefficient() < 0 ? "" : " ";
  text += mantissa->to_string() + (exponent < 0 ? "e-" : "e+");
  append_padded(static_cast<uint64_t>(std::abs(exponent)), 2, text);
  return text;
}

/// Digits before the point of a number as it is written.
int digits_before_point(std::string_view digits) {
  return static_cast<int>(std::min(digits.find('.'), digits.size()));
}

}  // namespace

Result<NumberFormat, std::string> NumberFormat::parse(std::string_view format) {
  NumberFormat parsed;
  bool quoted = false;
  while (!format.empty()) {
    if (!quoted) {
      bool taken = false;
      for (const Name& name : kNames) {
        if (!format.starts_with(name.text)) continue;
        format.remove_prefix(name.text.size());
        if (std::string why = parsed.add(name.pattern); !why.empty()) return why;
        taken = true;
        break;
      }
      if (taken) continue;
    }
    if (format[0] == '"') {
      quoted = !quoted;
      format.remove_prefix(1);
      continue;
    }
    // Outside of quotes a backslash only matters before a quote.
    const bool escapes = format[0] == '\\' && format.size() > 1 && (quoted || format[1] == '"');
    if (escapes) format.remove_prefix(1);
    const size_t bytes = character_bytes(format, 0);
    parsed.append_text(format.substr(0, bytes));
    format.remove_prefix(bytes);
  }
  const bool ordinal = std::any_of(parsed.pieces_.begin(), parsed.pieces_.end(), [](const Piece& piece) {
    return piece.pattern == Pattern::kOrdinal || piece.pattern == Pattern::kOrdinalLower;
  });
  const bool digits =
      parsed.before_ + parsed.shift_ > 0 || parsed.point_ || parsed.roman_ || parsed.exponent_;
  if (ordinal && !digits) return std::string("\"TH\" needs a digit");
  return parsed;
}

void NumberFormat::append_text(std::string_view text) {
  if (pieces_.empty() || pieces_.back().pattern != Pattern::kText) pieces_.emplace_back();
  pieces_.back().text += text;
}

std::string NumberFormat::add_digit(Pattern pattern) {
  if (brackets_)
    return std::string("\"") + (pattern == Pattern::kNine ? "9" : "0") + "\" must be ahead of \"PR\"";
  if (pattern == Pattern::kNine && shifts_) {
    ++shift_;
    return "";
  }
  if (pattern == Pattern::kZero && !zeros_ && !point_) {
    zeros_ = true;
    zeros_from_ = before_ + 1;
  }
  ++(point_ ? behind_ : before_);
  if (pattern == Pattern::kZero) zeros_to_ = before_ + behind_;
  return "";
}

std::string NumberFormat::add_sign(Pattern pattern) {
  if (pattern == Pattern::kSign) {
    if (sign_) return "cannot use \"S\" twice";
    if (plus_ || minus_ || brackets_) return "cannot use \"S\" and \"PL\"/\"MI\"/\"SG\"/\"PR\" together";
    if (!point_) {
      sign_place_ = SignPlace::kBefore;
      sign_digits_ = before_;
    } else if (sign_place_ == SignPlace::kDefault) {
      sign_place_ = SignPlace::kBehind;
    }
    sign_ = true;
    return "";
  }
  if (pattern == Pattern::kBrackets) {
    if (sign_ || plus_ || minus_) return "cannot use \"PR\" and \"S\"/\"PL\"/\"MI\"/\"SG\" together";
    brackets_ = true;
    return "";
  }
  if (sign_) return "cannot use \"S\" and \"PL\"/\"MI\"/\"SG\" together";
  plus_ = plus_ || pattern != Pattern::kMinus;
  minus_ = minus_ || pattern != Pattern::kPlus;
  return "";
}

std::string NumberFormat::add(Pattern pattern) {
  if (exponent_) return "\"EEEE\" must be the last pattern used";
  pieces_.push_back({pattern, ""});
  switch (pattern) {
    case Pattern::kNine:
    case Pattern::kZero:
      return add_digit(pattern);
    case Pattern::kPoint:
      if (point_) return "multiple decimal points";
      if (shifts_) return "cannot use \"V\" and decimal point together";
      point_ = true;
      return "";
    case Pattern::kSign:
    case Pattern::kMinus:
    case Pattern::kPlus:
    case Pattern::kPlusOrMinus:
    case Pattern::kBrackets:
      return add_sign(pattern);
    case Pattern::kFit:
      fits_ = true;
      return "";
    case Pattern::kRoman:
    case Pattern::kRomanLower:
      roman_ = true;
      return "";
    case Pattern::kShift:
      if (point_) return "cannot use \"V\" and decimal point together";
      shifts_ = true;
      return "";
    case Pattern::kExponent:
      if (fits_ || sign_ || brackets_ || minus_ || plus_ || roman_ || shifts_)
        return "\"EEEE\" is incompatible with other formats";
      exponent_ = true;
      return "";
    default:
      return "";
  }
}

/// Writes one number in a format. A place is one of the format's digits or its point. The number fills the
/// places from the right, so it begins behind the blank ones. Lives for one number.
class NumberWriter {
 public:
  NumberWriter(const NumberFormat& format, int before, std::string digits, bool negative, std::string& out)
      : format_(format),
        digits_(std::move(digits)),
        blanks_(std::max(0, before - digits_before_point(digits_))),
        negative_(negative),
        brackets_(format.brackets_ && (negative || !format.fits_ || format.plus_ || format.minus_)),
        out_(out) {
    const bool only_plus = format_.plus_ && !format_.minus_;
    if (format_.plus_ || format_.minus_) {
      signed_ = !only_plus;
    } else {
      signed_ = !negative_ && format_.fits_ && !format_.sign_;
      if (sign_place_ == SignPlace::kBefore && format_.sign_digits_ == before)
        sign_place_ = SignPlace::kBehind;
    }
    if (format_.fits_ && format_.point_) last_ = last_that_counts();
    last_place_ = format_.behind_ + before - 1 + (!signed_ && blanks_ == 0 ? 1 : 0) + (blanks_ > 0 ? 1 : 0) +
                  (format_.point_ ? 1 : 0);
  }

  void write() {
    for (const NumberFormat::Piece& piece : format_.pieces_) {
      if (ended_) break;
      write_piece(piece);
    }
  }

 private:
  using SignPlace = NumberFormat::SignPlace;

  /// The last digit behind the point that FM leaves; the point if there is none.
  std::optional<size_t> last_that_counts() const {
    const size_t point = digits_.find('.');
    if (point == std::string::npos) return std::nullopt;
    size_t last = std::max(digits_.find_last_not_of('0'), point);
    if (format_.zeros_to_ > blanks_) {
      const auto zero = static_cast<size_t>(format_.zeros_to_ - blanks_);
      last = std::max(last, std::min(digits_.size() - 1, zero));
    }
    return last;
  }

  void write_piece(const NumberFormat::Piece& piece) {
    switch (piece.pattern) {
      case Pattern::kText:
        out_ += piece.text;
        break;
      case Pattern::kNine:
      case Pattern::kZero:
      case Pattern::kPoint:
        if (!format_.roman_) write_place(piece.pattern == Pattern::kZero);
        break;
      case Pattern::kRoman:
      case Pattern::kRomanLower:
        write_roman(piece.pattern == Pattern::kRomanLower);
        break;
      case Pattern::kComma:
        if (inside_ || !format_.fits_) out_ += inside_ ? ',' : ' ';
        break;
      case Pattern::kCurrency:
        out_ += ' ';
        break;
      case Pattern::kMinus:
        if (is('-') || !format_.fits_) out_ += is('-') ? '-' : ' ';
        break;
      case Pattern::kPlus:
        if (is('+') || !format_.fits_) out_ += is('+') ? '+' : ' ';
        break;
      case Pattern::kPlusOrMinus:
        ended_ = format_.roman_;
        if (!ended_) out_ += sign();
        break;
      case Pattern::kOrdinal:
      case Pattern::kOrdinalLower:
        if (digits_[0] != '#' && !negative_ && !format_.point_ && !format_.roman_)
          append_ordinal_ending(digits_, piece.pattern == Pattern::kOrdinal, out_);
        break;
      default:
        break;
    }
  }

  void write_roman(bool lower) {
    if (!format_.fits_ && digits_.size() < kRomanWidth) out_.append(kRomanWidth - digits_.size(), ' ');
    for (char c : digits_) out_ += lower ? ascii_lower(c) : c;
  }

  char sign() const { return negative_ ? '-' : '+'; }
  /// A Roman number has no sign, and nothing behind the place of one.
  bool is(char sign_asked) const { return !format_.roman_ && sign() == sign_asked; }
  /// The zero before a point, which only a 0 in the format writes: 9.9 gives " .1".
  bool is_needless_zero() const {
    return !format_.zeros_ && next_ == 0 && digits_[0] == '0' && format_.behind_ != 0;
  }
  bool ends_with_point() const { return last_ && digits_[*last_] == '.'; }

  void write_sign() {
    const bool reached = place_ >= blanks_ || (format_.zeros_ && format_.zeros_from_ - 1 == place_);
    if (signed_ || !reached || (is_needless_zero() && !ends_with_point())) return;
    if (format_.sign_) {
      if (sign_place_ != SignPlace::kBefore) return;
      out_ += sign();
    } else if (brackets_) {
      out_ += negative_ ? '<' : ' ';
    } else if (negative_ || !format_.fits_) {
      out_ += negative_ ? '-' : ' ';
    }
    signed_ = true;
  }

  void write_place(bool is_zero) {
    inside_ = false;
    write_sign();
    const bool zero = format_.zeros_ && format_.zeros_from_ - 1 <= place_;
    if (place_ < blanks_) {
      if (zero || !format_.fits_) out_ += zero ? '0' : ' ';
      inside_ = zero;
    } else {
      write_digit(is_zero);
      if (next_ < digits_.size()) ++next_;
    }
    if (ended_) return;
    const int end = last_ == next_ ? place_ : last_place_;
    if (place_ + 1 == end) {
      if (signed_ && brackets_) {
        out_ += negative_ ? '>' : ' ';
      } else if (format_.sign_ && sign_place_ == SignPlace::kBehind) {
        out_ += sign();
      }
    }
    ++place_;
  }

  void write_digit(bool is_zero) {
    // As in PostgreSQL what stands behind a point without digits is lost.
    ended_ = next_ == digits_.size();
    if (ended_) return;
    if (digits_[next_] == '.') {
      out_ += '.';
      return;
    }
    if (last_ && next_ > *last_ && !is_zero) return;
    if (is_needless_zero()) {
      if (!format_.fits_) {
        out_ += ' ';
      } else if (ends_with_point()) {
        out_ += '0';
      }
      return;
    }
    out_ += digits_[next_];
    inside_ = true;
  }

  const NumberFormat& format_;
  const std::string digits_;  // without a sign
  const int blanks_;          // places before the number
  const bool negative_;
  const bool brackets_;
  std::string& out_;
  NumberFormat::SignPlace sign_place_ = format_.sign_place_;
  std::optional<size_t> last_;  // of the digits that FM leaves
  int last_place_ = 0;
  int place_ = 0;
  size_t next_ = 0;      // of the digits
  bool signed_ = false;  // the sign is written, or needn't be
  bool inside_ = false;  // the last place wrote a digit
  bool ended_ = false;
};

std::optional<Decimal> NumberFormat::shifted(const Decimal& value) const {
  std::optional<Decimal> number = value;
  if (roman_) return value.round(0);
  if (shift_ > Decimal::kDigitsMax) return std::nullopt;
  if (shift_ > 0) number = Decimal::multiply(value, *Decimal::parse("1e" + std::to_string(shift_)));
  return number ? number->round(std::min(behind_, Decimal::kScaleMax)) : std::nullopt;
}

Failure NumberFormat::append(const Decimal& value, std::string& out) const {
  if (exponent_) {
    std::optional<std::string> text = scientific(value, behind_);
    if (!text) return &failures::kNumericRange;
    out += *text;
    return kNoFailure;
  }
  const bool negative = value.coefficient() < 0;
  const int before = before_ + shift_;
  std::optional<Decimal> number = shifted(value);
  if (roman_) {
    std::optional<int64_t> whole = number ? number->to_int64() : std::nullopt;
    if (!whole || *whole != static_cast<int32_t>(*whole)) return &failures::kIntegerRange;
    const bool possible = *whole >= 1 && *whole <= kRomanMax;
    NumberWriter(*this, before, possible ? roman_number(*whole) : std::string(kRomanWidth, '#'), negative,
                 out)
        .write();
    return kNoFailure;
  }
  // Of too large a number it is only told that it is.
  const std::string whole = value.truncate(0).value().to_string();
  if (!number && digits_before_point(whole) - (negative ? 1 : 0) <= before_) return &failures::kNumericRange;
  std::string digits = number ? number->to_string() : whole;
  const bool below_zero = number ? number->coefficient() < 0 : negative;
  if (digits.starts_with('-')) digits.erase(0, 1);
  if (!number || digits_before_point(digits) > before) {
    digits =
        std::string(static_cast<size_t>(before), '#') + '.' + std::string(static_cast<size_t>(behind_), '#');
  }
  NumberWriter(*this, before, std::move(digits), below_zero, out).write();
  return kNoFailure;
}

}  // namespace pactolus
