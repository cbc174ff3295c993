#include "expected.h"

#include <algorithm>
#include <span>
#include <tuple>
#include <vector>

#include "arguments.h"
#include "data/decimal.h"

namespace pactolus::bench {

namespace {

using Visit = std::function<void(std::string_view)>;

/// A JSON object as it grows.
class Row {
 public:
  template <class Append, class Value>
  Row& text(std::string_view name, Append append, const Value& value) {
    begin(name);
    text_.push_back('"');
    append(value, text_);
    text_.push_back('"');
    return *this;
  }
  Row& money(std::string_view name, int64_t cents) {
    begin(name);
    append_cents(cents, text_);
    return *this;
  }
  Row& raw(std::string_view name, std::string_view value) {
    begin(name);
    text_.append(value);
    return *this;
  }
  Row& number(std::string_view name, uint64_t value) { return raw(name, std::to_string(value)); }

  /// All of it; the next one begins.
  void end(const Visit& visit) {
    text_.push_back('}');
    visit(text_);
    text_.clear();
  }

 private:
  void begin(std::string_view name) {
    text_.push_back(text_.empty() ? '{' : ',');
    text_.push_back('"');
    text_.append(name).append("\":");
  }

  std::string text_;
};

void append_text(std::string_view text, std::string& out) { out.append(text); }

/// As in results: without zeros at the end of a fraction.
void append_result_time(int64_t micros, std::string& out) {
  append_time(micros, out);
  if (micros % 1'000'000 == 0) return;
  out.pop_back();
  out.erase(out.find_last_not_of('0') + 1);
  out.push_back('Z');
}

/// Groups of windows: each payment is in all windows that it lies in.
struct Grouping {
  bool by_merchant = false;
  int64_t length = kWindowMicros;
  int64_t every = kWindowMicros;
};

struct Part {
  int64_t window_start;
  uint32_t key;
  int64_t cents;
  auto group() const { return std::tuple(window_start, key); }
};

void visit_windows(const Grouping& grouping, const PaymentStream& stream, const Visit& visit) {
  std::vector<Part> parts;
  for (uint64_t number = 0; number < stream.records; ++number) {
    const Payment payment = stream.at(number);
    const uint32_t key = grouping.by_merchant ? payment.merchant : payment.card;
    const int64_t last = payment.time_micros - payment.time_micros % grouping.every;
    for (int64_t start = last; start > payment.time_micros - grouping.length; start -= grouping.every)
      parts.push_back({start, key, payment.cents});
  }
  std::ranges::sort(parts, {}, &Part::group);
  Row row;
  for (auto begin = parts.begin(); begin != parts.end();) {
    int64_t total = 0;
    int64_t largest = 0;
    auto end = begin;
    for (; end != parts.end() && end->group() == begin->group(); ++end) {
      total += end->cents;
      largest = std::max(largest, end->cents);
    }
    if (grouping.by_merchant) {
      row.text("merchant", append_merchant, begin->key);
    } else {
      row.text("card", append_card, begin->key);
    }
    row.text("window_start", append_time, begin->window_start)
        .text("window_end", append_time, begin->window_start + grouping.length)
        .number("payments", static_cast<uint64_t>(end - begin))
        .money("total", total)
        .money("largest", largest)
        .end(visit);
    begin = end;
  }
}

/// The columns of a payment that the jobs with a result for each of them begin with.
Row& begin_payment(const Payment& payment, Row& row) {
  return row.text("id", append_id, payment.id)
      .text("card", append_card, payment.card)
      .money("amount", payment.cents)
      .text("time", append_result_time, payment.time_micros);
}

void visit_table_join(const PaymentStream& stream, const Visit& visit) {
  Row row;
  for (uint64_t number = 0; number < stream.records; ++number) {
    const Payment payment = stream.at(number);
    begin_payment(payment, row).text("home", append_text, home_of(payment.card)).end(visit);
  }
}

void visit_stream_join(const PaymentStream& stream, const Visit& visit) {
  Row row;
  for (uint64_t number = 0; number < stream.records; ++number) {
    const Payment payment = stream.at(number);
    const std::optional<Capture> capture = capture_of(payment);
    begin_payment(payment, row);
    if (capture && capture->time_micros <= payment.time_micros + 10 * kWindowMicros) {
      row.money("captured", capture->cents);
    } else {
      row.raw("captured", "null");
    }
    row.end(visit);
  }
}

/// A numeric as PostgreSQL lays it out, in digits of base 10,000: the place of the first one and its value.
struct FirstDigit {
  int place;
  int64_t value;
};

FirstDigit first_digit_of(int64_t hundredths) {
  int place = -1;
  int64_t value = hundredths * 100;  // in units of the digit behind the point
  for (; value >= 10'000; value /= 10'000) ++place;
  return {place, value};
}

/// cents / count with as many digits as PostgreSQL's division gives (select_div_scale).
std::string average(int64_t cents, int64_t count) {
  const FirstDigit sum = first_digit_of(cents);
  const FirstDigit by = first_digit_of(count * 100);
  const int place = sum.place - by.place - (sum.value <= by.value ? 1 : 0);
  const int scale = std::max(2, 16 - 4 * place);
  Int128 scaled = cents;
  for (int i = 2; i < scale; ++i) scaled *= 10;
  Int128 quotient = (scaled * 2 + count) / (2 * count);
  std::string digits;
  for (int i = 0; i <= scale || quotient > 0; ++i, quotient /= 10) {
    if (i == scale) digits.push_back('.');
    digits.push_back(static_cast<char>('0' + static_cast<int>(quotient % 10)));
  }
  std::ranges::reverse(digits);
  return digits;
}

struct Window {
  std::string name;
  int64_t length;
};

/// What an event sees of those of its card that had come with it or before it.
void append_look_back(const Window& window, const Payment& payment, std::span<const Payment> come, Row& row) {
  uint64_t count = 0;
  int64_t total = 0;
  int64_t largest = 0;
  std::vector<std::string_view> countries;
  for (const Payment& other : come) {
    const int64_t ago = payment.time_micros - other.time_micros;
    if (ago < 0 || ago >= window.length) continue;
    ++count;
    total += other.cents;
    largest = std::max(largest, other.cents);
    if (std::ranges::find(countries, other.country) == countries.end()) countries.push_back(other.country);
  }
  row.number(window.name + "_payments", count)
      .money(window.name + "_total", total)
      .raw(window.name + "_average", average(total, static_cast<int64_t>(count)))
      .money(window.name + "_largest", largest)
      .number(window.name + "_countries", countries.size());
}

void visit_look_backs(const PaymentStream& stream, const Visit& visit) {
  const std::vector<Window> windows{
      {"short", 5 * kWindowMicros}, {"hour", kHourMicros}, {"month", 30 * 24 * kHourMicros}};
  std::vector<Payment> payments;
  for (uint64_t number = 0; number < stream.records; ++number) payments.push_back(stream.at(number));
  std::ranges::stable_sort(payments, {}, &Payment::card);
  Row row;
  for (auto first = payments.begin(), one = first; one != payments.end(); ++one) {
    if (one->card != first->card) first = one;
    begin_payment(*one, row).text("country", append_text, one->country);
    for (const Window& window : windows) append_look_back(window, *one, {first, one + 1}, row);
    row.end(visit);
  }
}

}  // namespace

void for_each_expected(const std::string& job, const PaymentStream& stream, const Visit& visit) {
  if (job == "cards") return visit_windows({}, stream, visit);
  if (job == "by_merchant") return visit_windows({.by_merchant = true}, stream, visit);
  if (job == "hopping") return visit_windows({.length = kHourMicros}, stream, visit);
  if (job == "look_backs") return visit_look_backs(stream, visit);
  if (job == "table_join") return visit_table_join(stream, visit);
  if (job == "stream_join") return visit_stream_join(stream, visit);
  give_up("nothing is known of the results of " + job);
}

}  // namespace pactolus::bench
