#include "reliability/victim/stop_points.h"

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <list>
#include <sstream>
#include <thread>

namespace pactolus::testing {
namespace {

struct StopPoint {
  std::string name;
  std::atomic<int> left;
  bool kills = true;
  std::chrono::microseconds after{0};
};

std::list<StopPoint>& points() {
  static std::list<StopPoint> all;
  return all;
}
std::atomic<uint64_t> passed{0};  // probes, of all workers

void stop(const StopPoint& point) {
  const std::string line =
      std::string("victim: ") + (point.kills ? "KILL" : "STOP") + " at " + point.name + "\n";
  // Standard error is a file; what was written is there whatever becomes of this process.
  if (write(STDERR_FILENO, line.data(), line.size()) < 0) std::abort();
  kill(getpid(), point.kills ? SIGKILL : SIGSTOP);
}

void stop_later(StopPoint& point) {
  const uint64_t now = passed;
  std::thread([&point, now] {
    std::this_thread::sleep_for(point.after);
    if (passed == now) {
      stop(point);
    } else {
      point.left = 1;
    }
  }).detach();
}

class DiskWithStopPoints final : public DiskTier {
 public:
  explicit DiskWithStopPoints(std::unique_ptr<DiskTier> disk) : disk_(std::move(disk)) {}
  Result<std::optional<std::string>> mark() override { return disk_->mark(); }
  Result<std::vector<std::optional<std::string>>> get(std::span<const std::string> keys) override {
    return disk_->get(keys);
  }
  Result<void> scan(std::string_view from, std::string_view until, const Visit& visit) override {
    return disk_->scan(from, until, visit);
  }
  Result<void> scan_back(std::string_view from, std::string_view until, const Visit& visit) override {
    return disk_->scan_back(from, until, visit);
  }
  Result<void> apply(const DiskChanges& changes) override {
    DiskChanges watched = changes;
    watched.entries = [&changes](const DiskChanges::Put& put) {
      size_t entries = 0;
      return changes.entries([&](std::string_view key, std::optional<std::string_view> value) {
        if (++entries == 2) pass_stop_point("amid checkpoint");
        return put(key, value);
      });
    };
    return disk_->apply(watched);
  }
  Result<void> wipe() override { return disk_->wipe(); }

 private:
  std::unique_ptr<DiskTier> disk_;
};

}  // namespace

void add_stop_point(const std::string& text) {
  StopPoint& point = points().emplace_back();
  std::istringstream in(text);
  std::string word;
  std::getline(in, point.name, ':');
  std::getline(in, word, ':');
  point.left = std::stoi(word);
  std::getline(in, word, ':');
  point.kills = word == "KILL";
  if (std::getline(in, word, ':')) point.after = std::chrono::microseconds{std::stoi(word)};
}

void pass_stop_point(const char* name) {
  ++passed;
  for (StopPoint& point : points()) {
    if (point.name != name || --point.left != 0) continue;
    if (point.after.count() > 0) {
      stop_later(point);
    } else {
      stop(point);
    }
  }
}

std::unique_ptr<DiskTier> with_stop_points(std::unique_ptr<DiskTier> disk) {
  if (disk == nullptr) return disk;
  return std::make_unique<DiskWithStopPoints>(std::move(disk));
}

}  // namespace pactolus::testing
