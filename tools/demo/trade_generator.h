#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace pactolus::demo {

/// A record for the topic of trades.
struct TradeRecord {
  std::string_view symbol;  // the key
  std::string value;
};

/// Makes up trades: a dozen symbols, some traded more than others, whose prices walk at random. A seed gives
/// the same trades again, but for their times. About one in a thousand is bad on purpose: broken JSON, too
/// many digits, a price or quantity that the filter drops, or minutes late. Threads: one.
class TradeGenerator {
 public:
  explicit TradeGenerator(uint64_t seed);

  /// A trade that happened shortly before `now` (microseconds), within the disorder that the topology
  /// declares.
  TradeRecord next(int64_t now);

  static constexpr size_t kSymbols = 12;

 private:
  enum class Flaw { kNone, kBrokenJson, kTooManyDigits, kNegativePrice, kNoQuantity, kLate };

  size_t pick_symbol();
  Flaw pick_flaw();

  std::mt19937_64 random_;
  std::array<double, kSymbols> prices_;  // only where the walk is; the trade says a decimal number
  uint64_t number_ = 0;
};

}  // namespace pactolus::demo
