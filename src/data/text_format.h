#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "data/column.h"
#include "data/decimal.h"
#include "data/type.h"

namespace pactolus {

/// Values from and to text, as PostgreSQL reads and writes them with DateStyle ISO, IntervalStyle postgres,
/// TimeZone UTC and extra_float_digits 1. Functions without state. Threads: any.

/// Why PostgreSQL refuses a text: 22P02 (invalid text), 22001 (too long), 22003 (range), 22007, 22008, 22009,
/// 22015 (date and time).
struct TextError {
  std::string sqlstate;
  std::string message;
};

template <class T>
using TextResult = Result<T, TextError>;

TextResult<bool> parse_boolean(std::string_view text);
/// From -32768 to 32767.
TextResult<int32_t> parse_smallint(std::string_view text);
TextResult<int32_t> parse_integer(std::string_view text);
TextResult<int64_t> parse_bigint(std::string_view text);
/// Correctly rounded to a float.
TextResult<double> parse_real(std::string_view text);
TextResult<double> parse_double(std::string_view text);
/// Finite numbers of at most 38 digits. A constrained type rounds to its scale, as PostgreSQL's cast does.
TextResult<Decimal> parse_numeric(std::string_view text, Type type = kNumericType);
/// RFC 3339 and PostgreSQL's ISO forms: `2026-01-01[T| ]10:00[:00[.123456]][ ][Z|+01|+0100|+01:00[:00]]`, or
/// the date alone. Without zone: UTC. Further digits round to microseconds. Years 0001 to 9999; no names of
/// zones or months.
TextResult<int64_t> parse_timestamptz(std::string_view text);
/// The same forms; a zone is read and dropped, as PostgreSQL does.
TextResult<int64_t> parse_timestamp(std::string_view text);
/// The same forms, but a zone is refused (22007): for what people write where a zone has no meaning.
TextResult<int64_t> parse_timestamp_without_zone(std::string_view text);
/// The same forms; a time of day is read and dropped.
TextResult<int32_t> parse_date(std::string_view text);
/// `10:00[:00[.123456]][ ][Z|+01|…]`, alone or behind a date and a T or a blank; the date and the zone are
/// read and dropped. 00:00 to 24:00.
TextResult<int64_t> parse_time(std::string_view text);
/// 32 hexadecimal digits, with a hyphen behind any group of four, maybe in braces.
TextResult<std::string_view> parse_uuid(std::string_view text, Arena& memory);
/// PostgreSQL's hexadecimal form, `\x0aff`, with blanks between bytes, or its escape form, `abc\000\\`.
TextResult<std::string_view> parse_bytea(std::string_view text, Arena& memory);
/// Filled with blanks up to the type's length, if it has one; blanks beyond it are left out, other characters
/// are too many (22001). In `memory`, or a view of the text.
TextResult<std::string_view> parse_bpchar(std::string_view text, Type type, Arena& memory);
/// `1 day 02:03:04.5`, `-90 minutes`, `1.5 mons`, `2 weeks ago`, `1-2`, ISO 8601's `P1DT2H` and
/// `P0001-02-03T04:05:06`.
TextResult<Interval> parse_interval(std::string_view text);

/// RFC 3339 and nothing else (a date, a time with seconds, a zone), for data from outside. None: malformed or
/// not a time of the years 0001 to 9999.
std::optional<int64_t> parse_rfc3339(std::string_view text);
/// The same without a zone, which it must not have: `2026-01-01T10:00:00[.123456]`, or a blank for the T.
std::optional<int64_t> parse_iso_timestamp(std::string_view text);
/// `10:00:00[.123456]` and nothing else, before 24:00.
std::optional<int64_t> parse_iso_time(std::string_view text);

/// "true" and "false", as a cast to text gives.
void append_boolean(bool value, std::string& out);
void append_integer(int64_t value, std::string& out);
/// Shortest digits that read back as the same double; NaN, Infinity, -Infinity.
void append_double(double value, std::string& out);
/// The same of a float's value, with the shortest digits that read back as the same float.
void append_real(double value, std::string& out);
/// "2026-01-01 00:00:00.5+00".
void append_timestamptz(int64_t micros, std::string& out);
/// "2026-01-01T00:00:00.5Z".
void append_rfc3339(int64_t micros, std::string& out);
/// "2026-01-01 00:00:00.5".
void append_timestamp(int64_t micros, std::string& out);
/// "2026-01-01T00:00:00.5".
void append_iso_timestamp(int64_t micros, std::string& out);
/// "10:00:00.5".
void append_time(int64_t micros, std::string& out);
void append_date(int32_t days, std::string& out);
void append_interval(const Interval& value, std::string& out);
/// "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11".
void append_uuid(std::string_view bytes, std::string& out);
/// "\x0aff".
void append_bytea(std::string_view bytes, std::string& out);

/// Appends a value of a column as text; it must not be null.
void append_value(const Column& column, size_t row, std::string& out);
/// The same with times by ISO 8601, as JSON has them: append_rfc3339() and append_iso_timestamp().
void append_iso_value(const Column& column, size_t row, std::string& out);
/// Reads `text` by the column's type into a slot. A text column's slot becomes the view itself, a bpchar's
/// may; bytes that are made of it lie in `memory`. The caller keeps both alive.
TextResult<void> parse_value(std::string_view text, Column& column, size_t row, Arena& memory);

}  // namespace pactolus
