#pragma once

namespace pactolus {

/// Why a kernel could not compute a row: PostgreSQL's SQLSTATE and text.
struct FailureText {
  const char* sqlstate;
  const char* message;
};

/// nullptr: it could. One word, so that kernels that never fail lose the check when inlined.
using Failure = const FailureText*;

constexpr Failure kNoFailure = nullptr;

namespace failures {
inline constexpr FailureText kSmallintRange{"22003", "smallint out of range"};
inline constexpr FailureText kIntegerRange{"22003", "integer out of range"};
inline constexpr FailureText kBigintRange{"22003", "bigint out of range"};
inline constexpr FailureText kRealRange{"22003", "value is out of range for type real"};
inline constexpr FailureText kDoubleRange{"22003", "value is out of range for type double precision"};
inline constexpr FailureText kNumericRange{"22003", "value has more than 38 digits"};
inline constexpr FailureText kNumericField{"22003", "numeric field overflow"};
inline constexpr FailureText kNotFinite{"22003", "numeric has no infinity and no NaN"};
inline constexpr FailureText kDoubleOverflow{"22003", "value out of range: overflow"};
inline constexpr FailureText kDoubleUnderflow{"22003", "value out of range: underflow"};
inline constexpr FailureText kDivisionByZero{"22012", "division by zero"};
inline constexpr FailureText kDateRange{"22008", "date out of range"};
inline constexpr FailureText kTimestampRange{"22008", "timestamp out of range"};
inline constexpr FailureText kIntervalRange{"22008", "interval out of range"};
inline constexpr FailureText kTextTooLong{"54000", "the resulting text is too long"};
inline constexpr FailureText kArrayTooLong{"54000", "the resulting array is too long"};
inline constexpr FailureText kNegativeLength{"22011", "negative substring length not allowed"};
inline constexpr FailureText kFieldZero{"22023", "field position must not be zero"};
inline constexpr FailureText kStartBelowOne{"22023", "invalid value for parameter \"start\": below 1"};
inline constexpr FailureText kMatchBelowOne{"22023", "invalid value for parameter \"n\": below 1"};
inline constexpr FailureText kNegativeMatch{"22023", "invalid value for parameter \"n\": below 0"};
inline constexpr FailureText kEndOption{"22023", "invalid value for parameter \"endoption\": not 0 or 1"};
inline constexpr FailureText kNegativeGroup{"22023", "invalid value for parameter \"subexpr\": below 0"};
inline constexpr FailureText kMatchTooLong{"54000", "the match is too long to be divided among its groups"};
inline constexpr FailureText kTrailingEscape{"22025", "LIKE pattern must not end with escape character"};
inline constexpr FailureText kInvalidEscape{"22025",
                                            "invalid escape string: it must be empty or one character"};
}  // namespace failures

/// Why a whole number can't be a T: int16_t for smallint, int32_t for integer, int64_t for bigint.
template <class T>
constexpr Failure kOutOfRange = sizeof(T) == 2   ? &failures::kSmallintRange
                                : sizeof(T) == 4 ? &failures::kIntegerRange
                                                 : &failures::kBigintRange;

}  // namespace pactolus
