#include "aggregates/quantile_sketch.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/check.h"
#include "data/value_order.h"

namespace pactolus {
namespace {

constexpr double kLevelSize = 200;        // k
constexpr double kShrinking = 2.0 / 3.0;  // from one level to the one below
constexpr double kLevelSizeMin = 8;

struct Less {
  bool operator()(double a, double b) const { return compare_values(a, b) < 0; }
};

/// How many values a level may have.
size_t capacity(size_t level, size_t levels) {
  const double size = kLevelSize * std::pow(kShrinking, static_cast<double>(levels - 1 - level));
  return static_cast<size_t>(std::max(kLevelSizeMin, std::floor(size)));
}

/// SplitMix64's output function.
uint64_t mixed(uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
  x = (x ^ x >> 27) * 0x94d049bb133111eb;
  return x ^ x >> 31;
}

/// The front of the bytes; then each level's number of values (u64), then all values, level by level.
struct Header {
  uint64_t count;
  uint64_t compactions;
  double min;
  double max;
  uint64_t levels;
};

template <class T>
T take(std::string_view& bytes) {
  PACTOLUS_CHECK(bytes.size() >= sizeof(T));
  T value;
  std::memcpy(&value, bytes.data(), sizeof value);
  bytes.remove_prefix(sizeof value);
  return value;
}

template <class T>
void append(std::string& bytes, const T& value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

}  // namespace

QuantileSketch::QuantileSketch(std::string_view bytes) {
  if (bytes.empty()) return;
  const auto header = take<Header>(bytes);
  count_ = header.count;
  compactions_ = header.compactions;
  min_ = header.min;
  max_ = header.max;
  levels_.clear();
  for (uint64_t i = 0; i < header.levels; ++i) levels_.emplace_back(take<uint64_t>(bytes));
  for (auto& level : levels_) {
    for (double& value : level) value = take<double>(bytes);
  }
}

void QuantileSketch::add(double value) {
  if (count_ == 0 || Less()(value, min_)) min_ = value;
  if (count_ == 0 || Less()(max_, value)) max_ = value;
  ++count_;
  levels_[0].push_back(value);
  compact_if_full();
}

void QuantileSketch::merge(const QuantileSketch& other) {
  if (other.count_ == 0) return;
  if (count_ == 0 || Less()(other.min_, min_)) min_ = other.min_;
  if (count_ == 0 || Less()(max_, other.max_)) max_ = other.max_;
  count_ += other.count_;
  if (levels_.size() < other.levels_.size()) levels_.resize(other.levels_.size());
  for (size_t i = 0; i < other.levels_.size(); ++i) {
    const auto middle = static_cast<std::ptrdiff_t>(levels_[i].size());
    levels_[i].insert(levels_[i].end(), other.levels_[i].begin(), other.levels_[i].end());
    if (i > 0) std::inplace_merge(levels_[i].begin(), levels_[i].begin() + middle, levels_[i].end(), Less());
  }
  compact_if_full();
}

void QuantileSketch::compact_if_full() {
  for (;;) {
    size_t values = 0;
    size_t room = 0;
    size_t full = levels_.size();  // the lowest level that is
    for (size_t i = levels_.size(); i-- > 0;) {
      values += levels_[i].size();
      room += capacity(i, levels_.size());
      if (levels_[i].size() >= capacity(i, levels_.size())) full = i;
    }
    if (values < room || full == levels_.size()) return;
    compact(full);
  }
}

/// Every second value goes up, to stand for itself and its neighbour; of an odd number the smallest stays.
void QuantileSketch::compact(size_t level) {
  if (level + 1 == levels_.size()) levels_.emplace_back();
  std::vector<double>& from = levels_[level];
  std::vector<double>& to = levels_[level + 1];
  if (level == 0) std::ranges::sort(from, Less());
  const size_t stay = from.size() % 2;
  const auto middle = static_cast<std::ptrdiff_t>(to.size());
  for (size_t i = stay + mixed(++compactions_) % 2; i < from.size(); i += 2) to.push_back(from[i]);
  std::inplace_merge(to.begin(), to.begin() + middle, to.end(), Less());
  from.resize(stay);
}

double QuantileSketch::quantile(double fraction) const {
  PACTOLUS_CHECK(count_ > 0 && fraction >= 0 && fraction <= 1);
  if (fraction == 0) return min_;
  if (fraction == 1) return max_;
  struct Weighted {
    double value;
    uint64_t weight;
  };
  std::vector<Weighted> all;
  for (size_t i = 0; i < levels_.size(); ++i) {
    for (double value : levels_[i]) all.push_back({value, uint64_t{1} << i});
  }
  std::ranges::sort(all, Less(), &Weighted::value);
  const double rank = std::ceil(fraction * static_cast<double>(count_));
  uint64_t seen = 0;
  for (const auto& [value, weight] : all) {
    seen += weight;
    if (static_cast<double>(seen) >= rank) return value;
  }
  return max_;
}

std::string QuantileSketch::bytes() const {
  std::string bytes;
  append(bytes, Header{count_, compactions_, min_, max_, levels_.size()});
  for (const auto& level : levels_) append<uint64_t>(bytes, level.size());
  for (const auto& level : levels_) {
    for (double value : level) append(bytes, value);
  }
  return bytes;
}

}  // namespace pactolus
