#include "proxy/link.h"

#include <algorithm>

namespace pactolus::testing {
namespace {

/// A sender must feel a slow link: no more than this is taken from it ahead.
constexpr size_t kInFlightBytesMax = 16 * 1024;
/// How much may pass at once after a silence: of a second.
constexpr double kBurst = 0.1;

}  // namespace

void Link::set_bytes_per_second(int64_t rate) {
  rate_ = rate;
  room_ = 0;
  filled_at_ = std::chrono::steady_clock::now();
}

size_t Link::allowed(size_t bytes, SteadyTime now) {
  if (rate_ == 0) return bytes;
  const std::chrono::duration<double> since = now - filled_at_;
  filled_at_ = now;
  const auto rate = static_cast<double>(rate_);
  room_ = std::min(room_ + since.count() * rate, rate * kBurst);
  if (room_ < 1) ++stopped_;
  return std::min(bytes, static_cast<size_t>(std::max(room_, 0.0)));
}

void Link::passed(size_t bytes) {
  if (rate_ > 0) room_ -= static_cast<double>(bytes);
}

void InFlight::add(std::string frame, SteadyTime due) {
  if (!frames_.empty()) due = std::max(due, frames_.back().due);
  bytes_ += frame.size();
  frames_.push_back({std::move(frame), due});
}

bool InFlight::is_full() const { return bytes_ > kInFlightBytesMax; }

std::optional<SteadyTime> InFlight::due() const {
  if (frames_.empty()) return std::nullopt;
  return frames_.front().due;
}

bool InFlight::deliver(const Socket& to, Link& link, SteadyTime now) {
  while (!frames_.empty() && frames_.front().due <= now) {
    std::string& bytes = frames_.front().bytes;
    const size_t allowed = link.allowed(bytes.size(), now);
    if (allowed == 0) return true;
    const auto taken = to.send(std::string_view{bytes}.substr(0, allowed));
    if (!taken) return false;
    if (*taken == 0) return true;
    link.passed(*taken);
    bytes_ -= *taken;
    bytes.erase(0, *taken);
    if (bytes.empty()) frames_.pop_front();
  }
  return true;
}

}  // namespace pactolus::testing
