// Compares a topic of results with what the load must come to: every result there, right, and once. It makes
// the load again from its seed and adds it up by itself: it shares nothing with what it checks.

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "partition_reader.h"
#include "payments.h"

namespace pactolus::bench {

namespace {

using nlohmann::json;

struct Expected {
  uint64_t group = 0;  // window's number and card
  uint32_t count = 0;
  int64_t cents = 0;
  int64_t largest = 0;
  uint32_t seen = 0;
};

uint64_t group_of(int64_t window_start, uint32_t card) {
  return static_cast<uint64_t>((window_start - kStartMicros) / kWindowMicros) << 32 | card;
}

std::vector<Expected> expected_of(const PaymentStream& stream) {
  std::vector<Expected> rows;
  rows.reserve(stream.records);
  for (uint64_t number = 0; number < stream.records; ++number) {
    const Payment payment = stream.at(number);
    const int64_t start = payment.time_micros - payment.time_micros % kWindowMicros;
    rows.push_back({group_of(start, payment.card), 1, payment.cents, payment.cents, 0});
  }
  std::ranges::sort(rows, {}, &Expected::group);
  size_t groups = 0;
  for (const Expected& row : rows) {
    if (groups > 0 && rows[groups - 1].group == row.group) {
      Expected& group = rows[groups - 1];
      ++group.count;
      group.cents += row.cents;
      group.largest = std::max(group.largest, row.largest);
    } else {
      rows[groups++] = row;
    }
  }
  rows.resize(groups);
  return rows;
}

class Check {
 public:
  explicit Check(const PaymentStream& stream) : expected_(expected_of(stream)) {}

  void take(std::string_view text) {
    const json result = json::parse(text);
    const std::string card = result.at("card");
    const int64_t start = parse_time(result.at("window_start").get<std::string>());
    const uint64_t group = group_of(start, static_cast<uint32_t>(std::stoul(card.substr(5))));
    const auto found = std::ranges::lower_bound(expected_, group, {}, &Expected::group);
    if (found == expected_.end() || found->group != group) return wrong("unexpected", text);
    if (found->seen++ > 0) return wrong("twice", text);
    const bool right = result.at("payments") == found->count &&
                       money(number_in(text, "\"total\":")) == found->cents &&
                       money(number_in(text, "\"largest\":")) == found->largest;
    if (!right) return wrong("not right", text);
    ++right_;
  }

  bool report() {
    const auto missing = std::ranges::count(expected_, 0U, &Expected::seen);
    std::cout << json{{"expected", expected_.size()},
                      {"right", right_},
                      {"wrong", wrong_},
                      {"missing", missing}}
              << "\n";
    return wrong_ == 0 && missing == 0;
  }

 private:
  /// The characters as they stand: nlohmann would make a double of them.
  static std::string_view number_in(std::string_view text, std::string_view name) {
    const size_t begin = text.find(name) + name.size();
    return text.substr(begin, text.find_first_of(",}", begin) - begin);
  }

  static int64_t money(std::string_view text) {
    const size_t point = text.find('.');
    if (point == std::string_view::npos || text.size() != point + 3) return -1;
    return std::stoll(std::string{text.substr(0, point)}.append(text.substr(point + 1)));
  }

  void wrong(const char* how, std::string_view text) {
    if (++wrong_ <= 3) std::cerr << "a result is " << how << ": " << text << "\n";
  }

  std::vector<Expected> expected_;
  uint64_t right_ = 0;
  uint64_t wrong_ = 0;
};

}  // namespace

}  // namespace pactolus::bench

int main(int argc, char** argv) {
  using namespace pactolus::bench;
  const Arguments arguments{argc, argv};
  Check check{PaymentStream::of(arguments)};
  PartitionReader reader{arguments.text("bootstrap"), arguments.text("topic"),
                         PartitionReader::Start::kBeginning};
  while (!reader.at_end()) {
    reader.read(1000, 1, [&](int32_t, std::span<rd_kafka_message_t* const> records) {
      for (const rd_kafka_message_t* record : records)
        check.take({static_cast<const char*>(record->payload), record->len});
    });
  }
  return check.report() ? 0 : 1;
}
