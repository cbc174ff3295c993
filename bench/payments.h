#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "arguments.h"

namespace pactolus::bench {

constexpr int64_t kStartMicros = 1'767'225'600'000'000;  // 2026-01-01T00:00:00Z
constexpr int64_t kWindowMicros = 60'000'000;
constexpr int64_t kHourMicros = 60 * kWindowMicros;
constexpr int64_t kDisorderMicros = 1'000'000;  // what cards.yaml declares

/// One record of the load.
struct Payment {
  uint64_t id = 0;
  uint32_t card = 0;
  uint32_t merchant = 0;
  std::string_view country = "NO";
  int64_t cents = 0;
  int64_t time_micros = 0;
  int64_t sent_micros = 0;  // when it was produced; 0 where nobody asks
};

/// What was captured of a payment, when.
struct Capture {
  int64_t cents = 0;
  int64_t time_micros = 0;
};

/// A made-up stream of payments: which payment has which number follows from the seed alone, so that whoever
/// checks the results can make it again.
struct PaymentStream {
  uint64_t seed = 1;
  uint64_t records = 0;
  uint32_t cards = 1'000'000;
  uint64_t per_window = 605'800;  // of 1 M cards, 0.75 are new to the window: 7.5 results per 10 records
  bool each_card_once = false;

  static PaymentStream of(const Arguments& arguments);
  /// From the day's second hour on, so that no window of an hour begins before the day.
  Payment at(uint64_t number) const;
};

/// Four of five payments are, within twelve minutes.
std::optional<Capture> capture_of(const Payment& payment);
/// The country of a card, in the table of cards.
std::string_view home_of(uint32_t card);

/// "card-0012345"
constexpr size_t kCardSize = 12;
void append_card(uint32_t card, std::string& out);
/// "pay-000000000017"
void append_id(uint64_t id, std::string& out);
/// "merchant-00017"
void append_merchant(uint32_t merchant, std::string& out);
/// The record's value, some 200 bytes of JSON.
void append_payment(const Payment& payment, std::string& out);
/// The value of its capture's record.
void append_capture(const Payment& payment, const Capture& capture, std::string& out);
/// "12.34"
void append_cents(int64_t cents, std::string& out);
/// "2026-01-01T00:01:00Z", with milliseconds if there are any; only times of the load's day.
void append_time(int64_t micros, std::string& out);
/// Reads what append_time wrote.
int64_t parse_time(std::string_view text);

}  // namespace pactolus::bench
