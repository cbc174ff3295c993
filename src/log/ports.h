#pragma once

/// The ports: all that the runtime knows of a log. `kafka/` implements them with librdkafka, memory_log.h in
/// this process. Both keep the same promises (tests/conformance). Batches cross them, never single records.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "log/record.h"

namespace pactolus {

/// What a failed call to the log means for its caller (design: "Errors from Kafka are classified once").
enum class LogErrorKind : uint8_t {
  kRetry,       // nothing happened (unreachable, timed out before a transaction was touched): call again
  kAbort,       // the transaction can only be aborted, its offsets rewound: abort() and go on
  kRebalanced,  // as kAbort, because the group's generation moved on: abort, drop the tasks, poll for the new
                // assignment
  kDoubt,       // the call's effect is unknown: destroy the producer, make it anew, compare committed tags
  kFenced,  // another producer holds our transactional id, or the broker timed our transaction out: drop and
            // restore
  kTwin,    // another process runs as us (static member fenced): exit
  kFatal,   // will not get better by itself: missing rights, bad settings, damaged data: stop and say so
};

struct LogError {
  LogErrorKind kind = LogErrorKind::kFatal;
  std::string message;

  LogError within(std::string_view phrase) && {
    message.insert(0, ": ").insert(0, phrase);
    return std::move(*this);
  }
};

template <class T>
using LogResult = Result<T, LogError>;

enum class Isolation : uint8_t { kReadCommitted, kReadUncommitted };

/// Where to read a partition from.
struct PartitionPosition {
  TopicPartition partition;
  Offset offset;  // exact: a fetch from below the log's start or above its end is an error, never a jump
};

/// An offset committed for the group, with the text that was committed beside it.
struct CommittedOffset {
  TopicPartition partition;
  std::optional<Offset> offset;  // none: the group never committed one, or it expired
  std::string metadata;
};

/// What an offset in a transaction carries.
struct OffsetCommit {
  TopicPartition partition;
  Offset offset;  // the next offset to read
  std::string metadata;
};

/// Who a member is in its group at one moment: send_offsets passes it to the broker, which refuses a stale
/// one. Implementations derive from it; the runtime only carries it.
class GroupMetadata {
 public:
  virtual ~GroupMetadata() = default;
  virtual int32_t generation() const = 0;  // below 0: not a member now; never send offsets with it
};

/// Reads partitions from exact offsets, in order, each record once. Threads: one.
///
/// Ordering: fetch() never returns an offset below the next expected one (whatever the client library's
/// position says). A missing range is legal only where control records, aborted records or retention explain
/// it. Stops: destruction closes the connections and may take some seconds.
class Reader {
 public:
  virtual ~Reader() = default;
  /// Replaces what is read. Partitions that stay keep their position only if `positions` says the same
  /// offset.
  virtual LogResult<void> assign(std::span<const PartitionPosition> positions) = 0;
  /// What has arrived for one assigned partition, at most `records_max` records; empty if nothing has. Never
  /// waits. kRetry: not reachable now. kFatal: the offset is outside the log (the message has start, end and
  /// offset).
  virtual LogResult<FetchedBatch> fetch(const TopicPartition& partition, size_t records_max) = 0;
  /// Waits until some assigned partition that a fetch() found empty may have records or an end, a membership
  /// event is due, wake() was called, or `timeout` has passed. Spurious returns are allowed.
  virtual void wait(Duration timeout) = 0;
  /// Makes the current or the next wait() return at once. Threads: any.
  virtual void wake() = 0;
};

/// The group gave this member these partitions (all it has now). Answer with reader().assign(...), in which
/// also partitions that the group did not give may stand. It may give none; then there is no Revoked before
/// the next one.
struct Assigned {
  std::vector<TopicPartition> partitions;
};
/// The group takes all partitions back. Commit and close while it waits, then answer with
/// reader().assign({}). `lost`: it has already given them to others (session timed out, fenced): only
/// dropping is allowed.
struct Revoked {
  bool lost = false;
};
using GroupEvent = std::variant<std::monostate, Assigned, Revoked>;

/// Membership in a consumer group: eager `range` assignor, static membership (group.instance.id), no auto
/// commit. Threads: the worker's. Destruction without close() looks like a crash to the group (the member
/// keeps its place until its session times out, as a static member should).
class GroupMember {
 public:
  virtual ~GroupMember() = default;
  /// The topics whose partitions the group deals out, and whose committed offsets it keeps.
  virtual LogResult<void> subscribe(std::span<const std::string> topics) = 0;
  /// The next membership event if one is due; serves the group protocol. Never waits. Call it at least every
  /// second. kRetry: not reachable now. kTwin: another process has taken our group.instance.id. kFenced: the
  /// session had ended, and this object is dead: what it had is lost, and a new one is to be made.
  virtual LogResult<GroupEvent> poll() = 0;
  virtual Reader& reader() = 0;
  /// For send_offsets, in the same turn of the polling thread.
  virtual LogResult<std::unique_ptr<GroupMetadata>> metadata() = 0;
  /// The group's committed offsets. Waits for transactions that hold some of them open (require-stable), at
  /// most `timeout`, then kRetry.
  virtual LogResult<std::vector<CommittedOffset>> committed(std::span<const TopicPartition> partitions,
                                                            Duration timeout) = 0;
  /// Stops reading and closes the connections; a static member keeps its place in the group until its session
  /// ends.
  virtual void close() = 0;
};

/// What a committed transaction wrote: per partition the offset after its last record (control records not
/// counted).
using TransactionReceipt = std::map<TopicPartition, Offset>;

/// Produces inside transactions. One open transaction at a time. Threads: the worker's.
///
/// After kDoubt or kFenced the object is dead: destroy it. Every call is bounded by the timeouts it was made
/// with.
class TransactionalProducer {
 public:
  virtual ~TransactionalProducer() = default;
  /// Fences older producers of the same transactional id and settles their open transactions. Once, first.
  virtual LogResult<void> init() = 0;
  virtual LogResult<void> begin() = 0;
  /// Adds records to the open transaction, in their order per partition. Copies them. A failure to deliver
  /// shows here or at commit().
  virtual LogResult<void> produce(const TopicPartition& partition,
                                  std::span<const OutgoingRecord> records) = 0;
  /// Makes the offsets part of the transaction; refuses (kRebalanced) if `member` is not of the group's
  /// generation. Without offsets it does nothing and checks nothing.
  virtual LogResult<void> send_offsets(std::span<const OffsetCommit> offsets,
                                       const GroupMetadata& member) = 0;
  virtual LogResult<TransactionReceipt> commit() = 0;
  virtual LogResult<void> abort() = 0;
};

/// Produces outside any transaction: a record can be read as soon as the log has it. Within the object's life
/// each record arrives once and in its partition's order, whatever happens to connections (an idempotent
/// producer in Kafka's words); a record that is produced again comes again. Threads: the worker's.
///
/// After any error the object is dead, and some of its records may be in the log while others are not:
/// destroy it, and produce again, with another, whatever was not flushed. kAbort, or kFatal if that won't
/// help either. Destruction gives up what has not been sent. Every call is bounded by the timeout that the
/// port was made with.
class IdempotentProducer {
 public:
  virtual ~IdempotentProducer() = default;
  /// Takes records over and sends them by itself within a few milliseconds, in their order per partition.
  /// Copies them. A failure to deliver shows here or at flush().
  virtual LogResult<void> produce(const TopicPartition& partition,
                                  std::span<const OutgoingRecord> records) = 0;
  /// Returns once the log has acknowledged everything produced so far.
  virtual LogResult<void> flush() = 0;
};

/// How a topic should be, for creating and verifying.
struct TopicSpec {
  std::string name;
  int32_t partitions = 1;
  int16_t replication = 1;
  std::map<std::string, std::string> config;  // "cleanup.policy": "delete"
};

struct TopicDescription {
  std::string name;
  int32_t partitions = 0;
};

/// A place in a partition to ask the offset of.
class OffsetEdge {
 public:
  static const OffsetEdge kStart;  // the first record that is still there
  static const OffsetEdge kEnd;
  /// The first record stamped at or after a time (open transactions' too), or behind the last record.
  static constexpr OffsetEdge at(ProcessingTime time) { return OffsetEdge{Kind::kTime, time}; }

  std::optional<ProcessingTime> time() const {
    return kind_ == Kind::kTime ? std::optional{time_} : std::nullopt;
  }
  bool operator==(const OffsetEdge&) const = default;

 private:
  enum class Kind : uint8_t { kStart, kEnd, kTime };
  constexpr OffsetEdge(Kind kind, ProcessingTime time) : kind_(kind), time_(time) {}
  Kind kind_;
  ProcessingTime time_;
};
inline constexpr OffsetEdge OffsetEdge::kStart{OffsetEdge::Kind::kStart, ProcessingTime{}};
inline constexpr OffsetEdge OffsetEdge::kEnd{OffsetEdge::Kind::kEnd, ProcessingTime{}};

/// Records that are being deleted. Letting go of it leaves the request to its fate. Threads: those of the
/// port that gave it.
class Deletion {
 public:
  virtual ~Deletion() = default;
  /// What became of it, told once; none: nothing yet. Never waits. There is an answer, or kRetry, within the
  /// port's timeout.
  virtual std::optional<LogResult<void>> outcome() = 0;
};

/// Questions and changes outside any transaction. Threads: one at a time. Every call is bounded by the
/// timeout that the port was made with; unreachable is kRetry, refused for missing rights is kFatal with the
/// right's name.
class Admin {
 public:
  virtual ~Admin() = default;
  /// Topics that don't exist are left out of the answer.
  virtual LogResult<std::vector<TopicDescription>> describe_topics(std::span<const std::string> names) = 0;
  /// Creates those that don't exist and waits until they can be described; existing ones are left alone.
  virtual LogResult<void> create_topics(std::span<const TopicSpec> topics) = 0;
  /// Values of the asked settings of a topic ("cleanup.policy", "retention.ms", …).
  virtual LogResult<std::map<std::string, std::string>> topic_config(const std::string& topic) = 0;
  /// The client ids of a group's live members; empty if the group doesn't exist, or is not shown: that takes
  /// DESCRIBE on it, which every member has.
  virtual LogResult<std::vector<std::string>> group_clients(const std::string& group) = 0;
  /// Where each partition has the edge; the end is as seen with `isolation`: for read_committed the last
  /// stable offset, else the log's end.
  virtual LogResult<std::vector<PartitionPosition>> offsets(std::span<const TopicPartition> partitions,
                                                            OffsetEdge edge, Isolation isolation) = 0;
  /// Begins to delete all records below each position (there is one at least), and doesn't wait: the answer
  /// comes when every replica has done it, and not while a leader is missing.
  virtual std::unique_ptr<Deletion> delete_records(std::span<const PartitionPosition> before) = 0;
};

struct GroupMemberOptions {
  std::string group;
  std::string instance_id;
  std::string client_id;
  Duration session_timeout = std::chrono::seconds{10};
};

struct TransactionalProducerOptions {
  std::string transactional_id;
  std::string client_id;
  Duration transaction_timeout = std::chrono::seconds{10};
};

/// Makes the ports of one cluster. Owned by the shell. Threads: any.
class LogClient {
 public:
  virtual ~LogClient() = default;
  virtual LogResult<std::unique_ptr<GroupMember>> group_member(const GroupMemberOptions& options) = 0;
  virtual LogResult<std::unique_ptr<Reader>> reader(Isolation isolation, const std::string& client_id) = 0;
  virtual LogResult<std::unique_ptr<TransactionalProducer>> producer(
      const TransactionalProducerOptions& options) = 0;
  virtual LogResult<std::unique_ptr<IdempotentProducer>> idempotent_producer(
      const std::string& client_id) = 0;
  virtual LogResult<std::unique_ptr<Admin>> admin() = 0;
};

}  // namespace pactolus
