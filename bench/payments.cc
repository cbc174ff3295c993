#include "payments.h"

#include <array>

#include "base/check.h"

namespace pactolus::bench {

namespace {

constexpr int64_t kDayMicros = 24 * kHourMicros;
constexpr uint64_t kMerchants = 10'000;
constexpr uint64_t kCapturedOf5 = 4;
constexpr uint64_t kCaptureDelayMs = 12 * 60'000;
constexpr std::array<std::string_view, 8> kCountries{"DE", "FR", "NO", "ES", "IT", "PL", "GB", "US"};

uint64_t scrambled(uint64_t value) {  // splitmix64
  value += 0x9E3779B97F4A7C15;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
  return value ^ (value >> 31);
}

uint64_t below(uint32_t random, uint64_t limit) { return (random * limit) >> 32; }

std::string_view country_of(uint32_t random) { return kCountries[below(random, kCountries.size())]; }

void append_digits(uint64_t value, size_t digits, std::string& out) {
  const size_t begin = out.size();
  out.append(digits, '0');
  for (size_t i = digits; i-- > 0; value /= 10) out[begin + i] = static_cast<char>('0' + value % 10);
}

int64_t digits(std::string_view text, size_t begin, size_t count) {
  int64_t value = 0;
  for (size_t i = begin; i < begin + count; ++i) value = value * 10 + (text[i] - '0');
  return value;
}

}  // namespace

PaymentStream PaymentStream::of(const Arguments& arguments) {
  PaymentStream stream;
  stream.seed = arguments.number("seed", stream.seed);
  stream.records = arguments.number("records", stream.per_window * 7);
  stream.cards = static_cast<uint32_t>(arguments.number("cards", stream.cards));
  stream.per_window = arguments.number("per-window", stream.per_window);
  stream.each_card_once = arguments.number("each-card-once", 0) != 0;
  return stream;
}

Payment PaymentStream::at(uint64_t number) const {
  const uint64_t first = scrambled(seed * 0x100000001B3 + number);
  const uint64_t second = scrambled(first);
  const uint64_t third = scrambled(second);
  Payment payment;
  payment.id = number;
  payment.card = each_card_once ? static_cast<uint32_t>(number)
                                : static_cast<uint32_t>(below(static_cast<uint32_t>(first), cards));
  payment.merchant = static_cast<uint32_t>(below(static_cast<uint32_t>(third), kMerchants));
  payment.country = country_of(static_cast<uint32_t>(third >> 32));
  payment.cents = 1 + static_cast<int64_t>(below(static_cast<uint32_t>(first >> 32), 100'000));
  const auto in_order = static_cast<int64_t>(number * static_cast<uint64_t>(kWindowMicros) / per_window);
  const auto early = static_cast<int64_t>(below(static_cast<uint32_t>(second), 500'000));
  const int64_t time = in_order > early ? in_order - early : 0;
  payment.time_micros = kStartMicros + kHourMicros + time / 1000 * 1000;
  return payment;
}

std::optional<Capture> capture_of(const Payment& payment) {
  const uint64_t random = scrambled(payment.id);
  if (below(static_cast<uint32_t>(random), 5) >= kCapturedOf5) return std::nullopt;
  const auto delay_ms = static_cast<int64_t>(below(static_cast<uint32_t>(random >> 32), kCaptureDelayMs));
  return Capture{.cents = payment.cents - payment.cents / 10,
                 .time_micros = payment.time_micros + delay_ms * 1000};
}

std::string_view home_of(uint32_t card) { return country_of(static_cast<uint32_t>(scrambled(card))); }

void append_card(uint32_t card, std::string& out) {
  out.append("card-");
  append_digits(card, kCardSize - 5, out);
  PACTOLUS_CHECK(card < 10'000'000);
}

void append_id(uint64_t id, std::string& out) {
  out.append("pay-");
  append_digits(id, 12, out);
}

void append_merchant(uint32_t merchant, std::string& out) {
  out.append("merchant-");
  append_digits(merchant, 5, out);
}

void append_cents(int64_t cents, std::string& out) {
  out.append(std::to_string(cents / 100)).push_back('.');
  append_digits(static_cast<uint64_t>(cents % 100), 2, out);
}

void append_time(int64_t micros, std::string& out) {
  const int64_t in_day = micros - kStartMicros;
  PACTOLUS_CHECK(in_day >= 0 && in_day < kDayMicros, std::to_string(micros));
  const auto ms = static_cast<uint64_t>(in_day / 1000);
  out.append("2026-01-01T");
  append_digits(ms / 3'600'000, 2, out);
  out.push_back(':');
  append_digits(ms / 60'000 % 60, 2, out);
  out.push_back(':');
  append_digits(ms / 1000 % 60, 2, out);
  if (ms % 1000 != 0) {
    out.push_back('.');
    append_digits(ms % 1000, 3, out);
  }
  out.push_back('Z');
}

int64_t parse_time(std::string_view text) {
  PACTOLUS_CHECK(text.size() >= 20, text);
  int64_t ms = ((digits(text, 11, 2) * 60 + digits(text, 14, 2)) * 60 + digits(text, 17, 2)) * 1000;
  if (text[19] == '.') ms += digits(text, 20, 3);
  return kStartMicros + ms * 1000;
}

void append_payment(const Payment& payment, std::string& out) {
  out.append("{\"id\":\"");
  append_id(payment.id, out);
  out.append("\",\"card\":\"");
  append_card(payment.card, out);
  out.append("\",\"amount\":");
  append_cents(payment.cents, out);
  out.append(",\"time\":\"");
  append_time(payment.time_micros, out);
  out.append("\",\"merchant\":\"");
  append_merchant(payment.merchant, out);
  out.append("\",\"country\":\"").append(payment.country);
  out.append("\",\"currency\":\"EUR\",\"channel\":\"chip\",\"terminal\":\"t-");
  append_digits(payment.id % 99991, 6, out);
  out.append("\",\"sent\":");
  out.append(std::to_string(payment.sent_micros)).push_back('}');
}

void append_capture(const Payment& payment, const Capture& capture, std::string& out) {
  out.append("{\"id\":\"");
  append_id(payment.id, out);
  out.append("\",\"card\":\"");
  append_card(payment.card, out);
  out.append("\",\"captured\":");
  append_cents(capture.cents, out);
  out.append(",\"time\":\"");
  append_time(capture.time_micros, out);
  out.append("\"}");
}

}  // namespace pactolus::bench
