// Compares a topic of results with what the load must come to: every result there, right to the letter, and
// once. It shares nothing with what it checks.

#include <algorithm>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>
#include <vector>

#include "expected.h"
#include "partition_reader.h"

namespace pactolus::bench {

namespace {

/// Of results their hashes are compared: there may be tens of millions.
class Check {
 public:
  Check(const std::string& job, const PaymentStream& stream) {
    for_each_expected(job, stream, [this](std::string_view text) {
      if (expected_.empty()) example_ = text;
      expected_.push_back(hash_(text));
    });
    std::ranges::sort(expected_);
    seen_.assign(expected_.size(), false);
  }

  void take(std::string_view text) {
    const auto [first, last] = std::ranges::equal_range(expected_, hash_(text));
    if (first == last) return wrong("not expected", text);
    const auto place = seen_.begin() + (first - expected_.begin());
    const auto free = std::find(place, place + (last - first), false);
    if (free == place + (last - first)) return wrong("there twice", text);
    *free = true;
    ++right_;
  }

  bool report() const {
    const uint64_t missing = expected_.size() - right_;
    if (wrong_ + missing > 0) std::cerr << "one of those expected: " << example_ << "\n";
    std::cout << nlohmann::json{{"expected", expected_.size()},
                                {"right", right_},
                                {"wrong", wrong_},
                                {"missing", missing}}
              << "\n";
    return wrong_ == 0 && missing == 0;
  }

 private:
  void wrong(const char* how, std::string_view text) {
    if (++wrong_ <= 3) std::cerr << "a result is " << how << ": " << text << "\n";
  }

  const std::hash<std::string_view> hash_{};
  std::vector<size_t> expected_;
  std::vector<bool> seen_;
  std::string example_;
  uint64_t right_ = 0;
  uint64_t wrong_ = 0;
};

}  // namespace

}  // namespace pactolus::bench

int main(int argc, char** argv) {
  using namespace pactolus::bench;
  const Arguments arguments{argc, argv};
  Check check{arguments.text("job"), PaymentStream::of(arguments)};
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
