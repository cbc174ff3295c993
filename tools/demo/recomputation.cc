#include "recomputation.h"

#include <algorithm>
#include <charconv>

#include "trade_time.h"

namespace pactolus::demo {

namespace {

// What topologies/trade-monitor.yaml says.
constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kMinute = 60 * kSecond;
constexpr int64_t kDay = 24 * 60 * kMinute;
constexpr int64_t kDisorder = 2 * kSecond;
constexpr int64_t kGrace = 5 * kSecond;

int64_t window_end(int64_t time, int64_t size) { return time / size * size + size; }

bool has_closed(int64_t end, int64_t watermark) { return end + kGrace <= watermark; }

const FlatValue* find(const FlatObject& object, const std::string& name, FlatValue::Kind kind) {
  const auto found = object.find(name);
  return found == object.end() || found->second.kind != kind ? nullptr : &found->second;
}

std::optional<int64_t> parse_integer(const std::string& text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string dead_letter_group(const std::string& topic, const std::string& partition,
                              const std::string& offset, const std::string& step) {
  return topic + "-" + partition + "@" + offset + " refused by " + step;
}

void Recomputation::add(const TopicPartition& partition, const RecordView& record) {
  ++records_;
  const Place place{partition, record};
  const auto read_trade = read(record);
  if (const auto* code = std::get_if<std::string>(&read_trade)) {
    expect_dead_letter(place, "trades", *code);
    return;
  }
  const Trade& trade = std::get<Trade>(read_trade);
  PartitionState& state = partitions_[partition];
  last_event_time_ = std::max(last_event_time_.value_or(trade.time), trade.time);
  if (trade.price > 0 && trade.quantity > 0) {
    count_day(trade, place, state);
    count_minute(trade, place, state);
  } else {
    ++filtered_;
  }
  state.watermark = std::max(state.watermark, trade.time - kDisorder);
  close_windows(place, state);
}

std::variant<Recomputation::Trade, std::string> Recomputation::read(const RecordView& record) {
  const auto object = parse_flat_json(record.value.value_or(""));
  if (!object) return "invalid_json";
  const FlatValue* id = find(*object, "id", FlatValue::kString);
  const FlatValue* symbol = find(*object, "symbol", FlatValue::kString);
  const FlatValue* time = find(*object, "time", FlatValue::kString);
  const FlatValue* price = find(*object, "price", FlatValue::kNumber);
  const FlatValue* quantity = find(*object, "quantity", FlatValue::kNumber);
  if (!id || !symbol || !time || !price || !quantity) return "wrong_type";
  const auto micros = parse_time(time->text);
  if (!micros) return "invalid_timestamp";
  const auto millionths = parse_millionths(price->text);
  const auto count = parse_integer(quantity->text);
  if (!millionths || !count) return "out_of_range";
  return Trade{symbol->text, *micros, *millionths, *count};
}

void Recomputation::count_day(const Trade& trade, const Place& place, PartitionState& state) {
  const int64_t end = window_end(trade.time, kDay);
  if (has_closed(end, state.watermark)) {
    expect_dead_letter(place, "per_day", "late");
    return;
  }
  Statistics& statistics = state.days[end][trade.symbol];
  statistics.add(trade.price, trade.quantity);
  sink_({OutputKind::kDay, result_group(trade.symbol, end - kDay),
         describe_result(trade.symbol, end - kDay, end, statistics), place.record.timestamp});
}

void Recomputation::count_minute(const Trade& trade, const Place& place, PartitionState& state) {
  const int64_t end = window_end(trade.time, kMinute);
  if (has_closed(end, state.watermark)) {
    expect_dead_letter(place, "per_minute", "late");
    return;
  }
  state.minutes[end][trade.symbol].add(trade.price, trade.quantity);
}

void Recomputation::close_windows(const Place& place, PartitionState& state) {
  while (!state.minutes.empty() && has_closed(state.minutes.begin()->first, state.watermark)) {
    const auto& [end, symbols] = *state.minutes.begin();
    for (const auto& [symbol, statistics] : symbols) {
      sink_({OutputKind::kMinute, result_group(symbol, end - kMinute),
             describe_result(symbol, end - kMinute, end, statistics), place.record.timestamp});
    }
    state.minutes.erase(state.minutes.begin());
  }
  while (!state.days.empty() && has_closed(state.days.begin()->first, state.watermark)) {
    state.days.erase(state.days.begin());
  }
}

void Recomputation::expect_dead_letter(const Place& place, const std::string& step, const std::string& code) {
  sink_({OutputKind::kDeadLetter,
         dead_letter_group(place.partition.topic, std::to_string(place.partition.partition.value()),
                           std::to_string(place.record.offset.value()), step),
         code, place.record.timestamp});
}

uint64_t Recomputation::open_minutes() const {
  uint64_t count = 0;
  for (const auto& [partition, state] : partitions_) {
    for (const auto& [end, symbols] : state.minutes) count += symbols.size();
  }
  return count;
}

}  // namespace pactolus::demo
