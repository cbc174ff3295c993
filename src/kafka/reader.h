#pragma once

#include <map>
#include <memory>
#include <vector>

#include "kafka/event_fd.h"
#include "kafka/fetch_nudge.h"
#include "kafka/handle.h"
#include "kafka/rebalance_answer.h"
#include "log/ports.h"

namespace pactolus {

/// Reader over one librdkafka consumer: each partition has its own queue, which costs a third of the
/// consumer's common one, and all of them ring one event when they get their first message.
///
/// Never trusts librdkafka's position and never pauses: both are wrong now and then below version 2.4. The
/// next expected offset of each partition is kept here. A fetch waits only to find out what is wrong: for the
/// ends of the log when the offset is outside, and for the topic when nothing was ever heard of the
/// partition. Made by KafkaClient or owned by a KafkaGroupMember.
class KafkaReader final : public Reader {
 public:
  /// A reader by itself.
  explicit KafkaReader(std::shared_ptr<KafkaHandle> handle, Duration call_timeout)
      : KafkaReader(std::move(handle), call_timeout, nullptr) {}
  /// A group member's: `answer`, which outlives it, says what the next assign() answers. The member serves
  /// the events.
  KafkaReader(std::shared_ptr<KafkaHandle> handle, Duration call_timeout, RebalanceAnswer* answer);
  ~KafkaReader() override;

  LogResult<void> assign(std::span<const PartitionPosition> positions) override;
  LogResult<FetchedBatch> fetch(const TopicPartition& partition, size_t records_max) override;
  void wait(Duration timeout) override;
  void wake() override { event_.ring(); }

  /// Stops reading and leaves the group protocol. Only the destructor may follow.
  void close();

 private:
  using Instant = std::chrono::steady_clock::time_point;

  struct Position {
    RdQueue queue = nullptr;
    Offset next;
    TakenFromQueue taken = {};
    bool found_empty = false;    // by the last fetch()
    bool may_have_more = false;  // an event came since then, and it may have been this queue's
    bool heard_of = false;       // a record, an end or an error came
    Instant silent_since = std::chrono::steady_clock::now();
    bool out_of_range = false;  // librdkafka says so; the log's ends are still to be asked for
    std::optional<LogError> failure = std::nullopt;  // for good
  };
  using Positions = std::map<TopicPartition, Position>;

  RdQueue open_queue(const TopicPartition& partition);
  void close_queue(RdQueue queue);
  /// Unassigns everything, which answers a rebalance that waits for it, and returns when librdkafka has noted
  /// that the partitions have stopped. If they are assigned anew earlier it stops them twice and dies of an
  /// assertion (2.0.2: rktp->rktp_started).
  void stop_reading();
  /// Reads all partitions from their positions, after stop_reading(). Through queues of now: when a partition
  /// is unassigned before its topic was heard of, librdkafka forgets it with its queue.
  LogResult<void> start_reading();
  LogResult<FetchedBatch> nothing_arrived(const TopicPartition& partition, Position& position);
  LogResult<FetchedBatch> collect(const TopicPartition& partition, Position& position,
                                  std::span<rd_kafka_message_t* const> messages,
                                  std::optional<LogError> error);
  /// Notes what it means for the partition, and says it.
  LogError read_error(const TopicPartition& partition, Position& position, const KafkaFailure& failure);
  LogResult<FetchedBatch> settle_out_of_range(const TopicPartition& partition, Position& position);
  void serve_events();

  const std::shared_ptr<KafkaHandle> handle_;
  const Duration call_timeout_;
  RebalanceAnswer* const answer_;  // null: not a group member's
  FetchNudge nudge_;
  EventFd event_;
  RdQueue consumer_queue_;
  Positions positions_;
  std::vector<rd_kafka_message_t*> messages_;  // of the fetch that is under way
};

}  // namespace pactolus
