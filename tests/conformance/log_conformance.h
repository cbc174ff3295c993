#pragma once

#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "log/owned_record.h"
#include "log/ports.h"

/// One suite for every implementation of the ports, written against ports.h alone. A program that links it
/// defines make_log_under_test(). Nothing here depends on how fast a log is: what takes time is waited for,
/// with a bound.
namespace pactolus::conformance {

/// A cluster under test. Owns its client.
class LogUnderTest {
 public:
  virtual ~LogUnderTest() = default;
  virtual LogClient& client() = 0;
  /// Lets time pass for the log: sleeps, or moves the log's clock.
  virtual void pass(Duration time) = 0;
  /// A session that the cluster accepts, as short as possible.
  virtual Duration session_timeout() const = 0;
  virtual Duration transaction_timeout() const = 0;
};

/// Defined by each program. Called once per test case; the cluster behind it may be shared by all.
std::unique_ptr<LogUnderTest> make_log_under_test();

/// How long anything may take before a test fails.
inline constexpr Duration kPatience = std::chrono::seconds{30};
inline constexpr Duration kStep = std::chrono::milliseconds{50};

/// Whether `holds()` became true within kPatience of the log's time.
template <class Predicate>
bool eventually(LogUnderTest& log, Predicate holds) {
  for (Duration passed{0}; passed < kPatience; passed += kStep) {
    if (holds()) return true;
    log.pass(kStep);
  }
  return holds();
}

/// The value, or a failed test with the error.
template <class T>
T ok(LogResult<T> result) {
  if (!result.ok()) FAIL(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(result).value();
}

/// What became of it, within the time that any call has.
inline LogResult<void> awaited(std::unique_ptr<Deletion> deletion) {
  for (int tries = 0; tries < 30'000; ++tries) {
    if (auto outcome = deletion->outcome()) return *std::move(outcome);
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  return LogError{LogErrorKind::kRetry, "a deletion without an outcome"};
}

/// What `call()` says once it says something else than kRetry.
template <class Call>
auto settled(LogUnderTest& log, Call call) {
  auto result = call();
  eventually(log, [&] {
    bool retry = !result.ok() && result.error().kind == LogErrorKind::kRetry;
    if (retry) result = call();
    return !retry;
  });
  return result;
}

/// The kind of an error that must have happened.
template <class T>
LogErrorKind kind_of(const LogResult<T>& result) {
  if (result.ok()) FAIL("succeeded, but an error was expected");
  return result.error().kind;
}

/// A record to produce, at some fixed time. Points to its arguments.
OutgoingRecord record(std::string_view key, std::string_view value);

/// The log of one test case with what most cases need. A new instance may use the same cluster as the one
/// before, so every name is unique.
class Cluster {
 public:
  Cluster();

  LogUnderTest& log() { return *log_; }
  LogClient& client() { return log_->client(); }
  Admin& admin() { return *admin_; }

  std::string unique(std::string_view prefix);
  /// A new topic of that many partitions.
  std::string topic(int32_t partitions = 1);
  TopicPartition partition() { return {topic(), Partition{0}}; }

  /// A producer after init().
  std::unique_ptr<TransactionalProducer> producer(const std::string& transactional_id);
  std::unique_ptr<TransactionalProducer> producer() { return producer(unique("producer")); }
  /// Commits the records in one transaction of a producer of its own.
  void commit(const TopicPartition& partition, std::span<const OutgoingRecord> records);
  void commit(const TopicPartition& partition, std::initializer_list<OutgoingRecord> records) {
    commit(partition, std::span{records.begin(), records.size()});
  }

  std::unique_ptr<Reader> reader(Isolation isolation) {
    return ok(client().reader(isolation, unique("reader")));
  }
  Offset edge(const TopicPartition& partition, OffsetEdge edge, Isolation isolation);
  Offset end(const TopicPartition& partition) {
    return edge(partition, OffsetEdge::kEnd, Isolation::kReadUncommitted);
  }

  /// Reads with a new reader from `from` until it stands at `until` or beyond.
  std::vector<OwnedRecord> read(const TopicPartition& partition, Offset from, Offset until,
                                Isolation isolation);
  /// All that read_committed sees of a partition in which no transaction is open.
  std::vector<OwnedRecord> read_committed(const TopicPartition& partition);
  /// Waits until read_uncommitted sees this many offsets: what was produced last has arrived.
  bool arrived(const TopicPartition& partition, int64_t end_expected);

 private:
  std::unique_ptr<LogUnderTest> log_;
  std::unique_ptr<Admin> admin_;
};

/// Reads until the partition's end is told at `until` or beyond; false if that does not happen in time.
bool read_to_end(Cluster& cluster, Reader& reader, const TopicPartition& partition, Offset until,
                 std::vector<OwnedRecord>& records);

std::vector<std::string> values_of(const std::vector<OwnedRecord>& records);

}  // namespace pactolus::conformance
