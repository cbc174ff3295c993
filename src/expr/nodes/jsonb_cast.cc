#include "expr/nodes/jsonb_cast.h"

#include <array>
#include <limits>
#include <string>

#include "data/jsonb/jsonb_number.h"
#include "data/jsonb/jsonb_scan.h"
#include "data/text_format.h"

namespace pactolus {
namespace {

/// By JsonbType, in PostgreSQL's words.
constexpr std::array<std::string_view, 6> kFound = {"null",    "string", "numeric",
                                                    "boolean", "array",  "object"};

/// The failure of a value of this type, for the target type.
template <TypeKind kTo>
Failure cannot_cast(JsonbType found) {
  static const auto messages = [] {
    std::array<std::string, kFound.size()> all;
    for (size_t i = 0; i < all.size(); ++i) {
      all[i] = "cannot cast jsonb " + std::string(kFound[i]) + " to type " + to_string(Type{kTo});
    }
    return all;
  }();
  static const auto failures = [] {
    std::array<FailureText, kFound.size()> all{};
    for (size_t i = 0; i < all.size(); ++i) all[i] = {"22023", messages[i].c_str()};
    return all;
  }();
  return &failures[static_cast<size_t>(found)];
}

/// None: it is a number.
template <TypeKind kTo>
Failure unless_number(std::string_view value) {
  const JsonbType type = jsonb_type(value);
  return type == JsonbType::kNumber ? kNoFailure : cannot_cast<kTo>(type);
}

/// To the nearest whole number of To's range; half away from zero.
template <TypeKind kTo, class To, class Slot>
Failure to_whole(Slot& out, std::string_view value) {
  if (Failure failure = unless_number<kTo>(value)) return failure;
  const std::optional<int64_t> whole = round_jsonb_number(value);
  if (!whole || *whole < std::numeric_limits<To>::min() || *whole > std::numeric_limits<To>::max()) {
    return kOutOfRange<To>;
  }
  out = static_cast<Slot>(*whole);
  return kNoFailure;
}

}  // namespace

Failure jsonb_to_boolean(uint8_t& out, std::string_view value) {
  const JsonbType type = jsonb_type(value);
  if (type != JsonbType::kBoolean) return cannot_cast<TypeKind::kBoolean>(type);
  out = value == "true";
  return kNoFailure;
}

Failure jsonb_to_smallint(int32_t& out, std::string_view value) {
  return to_whole<TypeKind::kSmallint, int16_t>(out, value);
}

Failure jsonb_to_integer(int32_t& out, std::string_view value) {
  return to_whole<TypeKind::kInteger, int32_t>(out, value);
}

Failure jsonb_to_bigint(int64_t& out, std::string_view value) {
  return to_whole<TypeKind::kBigint, int64_t>(out, value);
}

Failure jsonb_to_numeric(Decimal& out, std::string_view value) {
  if (Failure failure = unless_number<TypeKind::kNumeric>(value)) return failure;
  const std::optional<Decimal> number = Decimal::parse(value);
  if (!number) return &failures::kNumericRange;
  out = *number;
  return kNoFailure;
}

Failure jsonb_to_real(double& out, std::string_view value) {
  if (Failure failure = unless_number<TypeKind::kReal>(value)) return failure;
  const TextResult<double> number = parse_real(value);
  if (!number.ok()) return &failures::kRealRange;
  out = *number;
  return kNoFailure;
}

Failure jsonb_to_double(double& out, std::string_view value) {
  if (Failure failure = unless_number<TypeKind::kDouble>(value)) return failure;
  const TextResult<double> number = parse_double(value);
  if (!number.ok()) return &failures::kDoubleRange;
  out = *number;
  return kNoFailure;
}

}  // namespace pactolus
