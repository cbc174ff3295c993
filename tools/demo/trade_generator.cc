#include "trade_generator.h"

#include <cmath>

#include "exact.h"
#include "trade_time.h"

namespace pactolus::demo {

namespace {

constexpr std::array<std::string_view, TradeGenerator::kSymbols> kNames = {
    "AURA", "BRIO", "CRUX", "DELO", "ESTO", "FARO", "GIRO", "HALO", "IVRY", "JUNO", "KITE", "LYDA"};

constexpr double kFlawShare = 0.001;
constexpr int64_t kJitterMax = 1'500'000;  // microseconds; the topology allows 2 s
constexpr int64_t kLateBy = 180'000'000;   // microseconds; beyond disorder, a minute and its grace
constexpr int64_t kPriceStep = 100;        // prices have four digits behind the point
constexpr double kWalk = 0.0004;           // standard deviation of one step's logarithm

}  // namespace

TradeGenerator::TradeGenerator(uint64_t seed) : random_(seed) {
  std::lognormal_distribution<double> start(4.0, 1.0);
  for (double& price : prices_) price = start(random_);
}

size_t TradeGenerator::pick_symbol() {
  // The square of an even number prefers the first symbols.
  const double even = std::uniform_real_distribution<double>(0, 1)(random_);
  return static_cast<size_t>(even * even * static_cast<double>(kSymbols));
}

TradeGenerator::Flaw TradeGenerator::pick_flaw() {
  if (std::uniform_real_distribution<double>(0, 1)(random_) >= kFlawShare) return Flaw::kNone;
  return static_cast<Flaw>(std::uniform_int_distribution<int>(1, 5)(random_));
}

TradeRecord TradeGenerator::next(int64_t now) {
  const size_t symbol = pick_symbol();
  const Flaw flaw = pick_flaw();
  prices_[symbol] *= std::lognormal_distribution<double>(0, kWalk)(random_);
  const auto ticks = static_cast<int64_t>(prices_[symbol] * 10'000) + 1;
  std::string price = format_millionths(Wide{ticks} * kPriceStep);
  price.resize(price.size() - 2);
  if (flaw == Flaw::kTooManyDigits) price += "00001";
  if (flaw == Flaw::kNegativePrice) price.insert(0, "-");
  const auto lots = static_cast<int64_t>(std::lognormal_distribution<double>(1.5, 1.0)(random_));
  const int64_t quantity = flaw == Flaw::kNoQuantity ? 0 : 1 + lots * 10;
  int64_t time = now - std::uniform_int_distribution<int64_t>(0, kJitterMax)(random_);
  if (flaw == Flaw::kLate) time -= kLateBy;

  TradeRecord record{kNames[symbol], {}};
  record.value.append(R"({"id":"t)").append(std::to_string(++number_)).append(R"(","symbol":")");
  record.value.append(record.symbol).append(R"(","time":")").append(format_time(time));
  record.value.append(R"(","price":)").append(price);
  record.value.append(R"(,"quantity":)").append(std::to_string(quantity)).append("}");
  if (flaw == Flaw::kBrokenJson) record.value.resize(record.value.size() / 2);
  return record;
}

}  // namespace pactolus::demo
