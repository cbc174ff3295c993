#include "statistics.h"

#include <algorithm>

#include "trade_time.h"

namespace pactolus::demo {

namespace {

std::string text_of(const FlatObject& object, const std::string& field) {
  const auto found = object.find(field);
  return found == object.end() ? "(missing)" : found->second.text;
}

std::string number_of(const FlatObject& object, const std::string& field) {
  const auto found = object.find(field);
  if (found == object.end() || found->second.kind != FlatValue::kNumber) return text_of(object, field);
  const auto number = parse_millionths(found->second.text);
  return number ? format_millionths(*number) : found->second.text;
}

std::string time_of(const FlatObject& object, const std::string& field) {
  const auto time = parse_time(text_of(object, field));
  return time ? format_time(*time) : text_of(object, field);
}

std::string whole(Wide number) { return format_millionths(number * kMillion); }

}  // namespace

void Statistics::add(Wide price, int64_t quantity) {
  high = trades == 0 ? price : std::max(high, price);
  low = trades == 0 ? price : std::min(low, price);
  ++trades;
  price_sum += price;
  turnover_sum += price * quantity;
  quantity_sum += quantity;
}

std::string describe_result(const std::string& symbol, int64_t window_start, int64_t window_end,
                            const Statistics& statistics) {
  const Statistics& s = statistics;
  return symbol + " from " + format_time(window_start) + " to " + format_time(window_end) + ": trades " +
         whole(s.trades) + ", average_price " + format_millionths(rounded_quotient(s.price_sum, s.trades)) +
         ", vwap " + format_millionths(rounded_quotient(s.turnover_sum, s.quantity_sum)) + ", quantity " +
         whole(s.quantity_sum) + ", high " + format_millionths(s.high) + ", low " + format_millionths(s.low);
}

std::string describe_result(const FlatObject& value) {
  std::string text = text_of(value, "symbol") + " from " + time_of(value, "window_start") + " to " +
                     time_of(value, "window_end") + ": trades " + number_of(value, "trades");
  for (const char* field : {"average_price", "vwap", "quantity", "high", "low"}) {
    text.append(", ").append(field).append(" ").append(number_of(value, field));
  }
  return text;
}

std::string result_group(const std::string& symbol, int64_t window_start) {
  return symbol + " " + format_time(window_start);
}

std::string result_group(const FlatObject& key) {
  return text_of(key, "symbol") + " " + time_of(key, "window_start");
}

}  // namespace pactolus::demo
