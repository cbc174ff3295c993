#include "aggregates/hyper_log_log.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <utility>

#include "base/check.h"

namespace pactolus {
namespace {

constexpr int kRegisterBits = 12;
constexpr size_t kRegisters = size_t{1} << kRegisterBits;
static_assert(kRegisters == HyperLogLog::kBytesMax);
constexpr size_t kCouponsMax = 256;

// A coupon is what counts of a hash: 26 bits of address, of which the register's number are the lowest, below
// the rank: the zeroes before the first one in the other 38 bits, and one more.
constexpr int kAddressBits = 26;
constexpr int kRankMax = 64 - kAddressBits + 1;

uint32_t coupon_of(uint64_t hash) {
  const uint64_t rest = hash >> kAddressBits;
  const int rank = std::countl_zero(rest) - kAddressBits + 1;
  return static_cast<uint32_t>(rank) << kAddressBits |
         static_cast<uint32_t>(hash & ((uint64_t{1} << kAddressBits) - 1));
}

/// Ertl's σ: x + Σ x^(2^k) · 2^(k−1), k ≥ 1.
double sigma(double x) {
  if (x == 1) return INFINITY;
  double sum = x;
  double weight = 1;
  for (double before = -1; sum != before; weight += weight) {
    before = sum;
    x *= x;
    sum += x * weight;
  }
  return sum;
}

/// Ertl's τ: (1 − x − Σ (1 − x^(2^−k))² · 2^−k) / 3, k ≥ 1.
double tau(double x) {
  if (x == 0 || x == 1) return 0;
  double sum = 1 - x;
  double weight = 1;
  for (double before = -1; sum != before;) {
    before = sum;
    x = std::sqrt(x);
    weight *= 0.5;
    sum -= (1 - x) * (1 - x) * weight;
  }
  return sum / 3;
}

}  // namespace

HyperLogLog::HyperLogLog(std::string_view bytes) {
  if (bytes.size() == kRegisters) {
    registers_ = bytes;
  } else {
    PACTOLUS_CHECK(bytes.size() <= kCouponsMax * sizeof(uint32_t) && bytes.size() % sizeof(uint32_t) == 0);
    coupons_.resize(bytes.size() / sizeof(uint32_t));
    if (!bytes.empty()) std::memcpy(coupons_.data(), bytes.data(), bytes.size());
  }
}

void HyperLogLog::add(uint64_t hash) { take(coupon_of(hash)); }

void HyperLogLog::take(uint32_t coupon) {
  if (registers_.empty()) {
    const auto place = std::ranges::lower_bound(coupons_, coupon);
    if (place != coupons_.end() && *place == coupon) return;
    coupons_.insert(place, coupon);
    changed_ = true;
    if (coupons_.size() > kCouponsMax) fill_registers();
    return;
  }
  char& highest = registers_[coupon & (kRegisters - 1)];
  const char rank = static_cast<char>(coupon >> kAddressBits);
  if (rank <= highest) return;
  highest = rank;
  changed_ = true;
}

void HyperLogLog::fill_registers() {
  registers_.assign(kRegisters, 0);
  for (uint32_t coupon : std::exchange(coupons_, {})) take(coupon);
}

void HyperLogLog::merge(const HyperLogLog& other) {
  for (uint32_t coupon : other.coupons_) take(coupon);
  if (other.registers_.empty()) return;
  if (registers_.empty()) fill_registers();
  for (size_t i = 0; i < kRegisters; ++i)
    take(static_cast<uint32_t>(other.registers_[i]) << kAddressBits | static_cast<uint32_t>(i));
}

double HyperLogLog::estimate() const {
  // That two of so few values have the same coupon is less likely than 1 in 2000.
  if (registers_.empty()) return static_cast<double>(coupons_.size());
  std::array<int, kRankMax + 1> count{};  // of registers with that rank
  for (char rank : registers_) ++count[static_cast<size_t>(rank)];
  const auto registers = static_cast<double>(kRegisters);
  double z = registers * tau(1 - count[kRankMax] / registers);
  for (size_t rank = kRankMax - 1; rank >= 1; --rank) z = 0.5 * (z + count[rank]);
  z += registers * sigma(count[0] / registers);
  return registers * registers / (2 * std::log(2.0) * z);
}

std::string HyperLogLog::bytes() const {
  if (!registers_.empty()) return registers_;
  std::string bytes(coupons_.size() * sizeof(uint32_t), '\0');
  if (!bytes.empty()) std::memcpy(bytes.data(), coupons_.data(), bytes.size());
  return bytes;
}

}  // namespace pactolus
