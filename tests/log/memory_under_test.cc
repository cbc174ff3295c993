#include <atomic>

#include "conformance/log_conformance.h"
#include "log/memory_log.h"

namespace pactolus::conformance {

namespace {

/// The machine's clock, which a test can turn forward. Threads: any.
class TurnableClock final : public Clock {
 public:
  ProcessingTime now() const override { return system_.now() + Duration{turned_micros_.load()}; }
  void turn(Duration d) { turned_micros_ += d.count(); }

 private:
  SystemClock system_;
  std::atomic<int64_t> turned_micros_ = 0;
};

/// A MemoryLog for each test case, in which time passes as fast as a test asks for it.
class MemoryUnderTest final : public LogUnderTest {
 public:
  LogClient& client() override { return client_; }
  void pass(Duration time) override { clock_.turn(time); }
  Duration session_timeout() const override { return std::chrono::seconds{10}; }
  Duration transaction_timeout() const override { return std::chrono::seconds{10}; }

 private:
  TurnableClock clock_;
  MemoryLog log_{clock_};
  MemoryLogClient client_{log_};
};

}  // namespace

std::unique_ptr<LogUnderTest> make_log_under_test() { return std::make_unique<MemoryUnderTest>(); }

}  // namespace pactolus::conformance
