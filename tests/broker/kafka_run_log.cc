#include "broker/kafka_run_log.h"

#include <algorithm>
#include <thread>

namespace pactolus {
namespace {

constexpr std::chrono::minutes kPatience{2};
constexpr std::chrono::milliseconds kMoment{2};

/// The value of a header that every dead letter of a record has; nullptr: it is none.
std::optional<std::string>* find_header(OwnedRecord& record, const std::string& name) {
  auto found = std::ranges::find(record.headers, name, &OwnedHeader::name);
  return found == record.headers.end() ? nullptr : &found->value;
}

template <class T>
Result<T> without_kind(LogResult<T> result) {
  if (!result.ok()) return Error{std::move(result).error().message};
  if constexpr (!std::is_void_v<T>) {
    return std::move(result).value();
  } else {
    return {};
  }
}

}  // namespace

Result<void> KafkaRunLog::append(const TopicPartition& partition, const OutgoingRecord& record) {
  return without_kind(append_now(partition, record));
}

Result<std::vector<OwnedRecord>> KafkaRunLog::read(const TopicPartition& partition) {
  return without_kind(read_now(partition));
}

bool KafkaRunLog::wait(int times) {
  const Instant now = std::chrono::steady_clock::now();
  if (times == 1) waiting_since_ = now;
  if (now - waiting_since_ > kPatience) return false;
  std::this_thread::sleep_for(kMoment);
  return true;
}

LogResult<void> KafkaRunLog::connect() {
  if (admin_ != nullptr) return {};
  PACTOLUS_TRY(connect_producer());
  reader_ = PACTOLUS_TRY(client_.reader(Isolation::kReadCommitted, name_ + "-reader"));
  admin_ = PACTOLUS_TRY(client_.admin());
  return {};
}

/// A broker that has just started takes its time to coordinate transactions.
LogResult<void> KafkaRunLog::connect_producer() {
  const Instant until = std::chrono::steady_clock::now() + kPatience;
  while (true) {
    producer_ = PACTOLUS_TRY(client_.producer({name_ + "-sender", name_ + "-sender", timeout_max()}));
    auto ready = producer_->init();
    if (ready.ok() || std::chrono::steady_clock::now() > until) return ready;
  }
}

LogResult<void> KafkaRunLog::append_now(const TopicPartition& partition, const OutgoingRecord& record) {
  PACTOLUS_TRY(connect());
  PACTOLUS_TRY(producer_->begin());
  PACTOLUS_TRY(producer_->produce(partition, std::span{&record, 1}));
  TransactionReceipt receipt = PACTOLUS_TRY(producer_->commit());
  appended_[partition].push_back(Offset{receipt.at(partition).value() - 1});
  return {};
}

LogResult<std::vector<OwnedRecord>> KafkaRunLog::read_now(const TopicPartition& partition) {
  PACTOLUS_TRY(connect());
  // What was committed last can be read a moment later.
  auto ends =
      PACTOLUS_TRY(admin_->offsets(std::span{&partition, 1}, OffsetEdge::kEnd, Isolation::kReadUncommitted));
  const PartitionPosition start{partition, Offset{0}};
  PACTOLUS_TRY(reader_->assign(std::span{&start, 1}));
  std::vector<OwnedRecord> records;
  const Instant until = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < until) {
    auto batch = reader_->fetch(partition, 1000);
    if (!batch && batch.error().kind != LogErrorKind::kRetry) return std::move(batch).error();
    if (!batch) continue;
    for (const RecordView& view : batch->records) count_offset(records.emplace_back(copy_of(view)));
    if (batch->end_of_partition && *batch->end_of_partition >= ends.front().offset) return records;
    reader_->wait(std::chrono::milliseconds{50});
  }
  return LogError{LogErrorKind::kRetry, "not read to its end in time: " + to_string(partition)};
}

void KafkaRunLog::count_offset(OwnedRecord& record) const {
  auto* topic = find_header(record, "__connect.errors.topic");
  if (topic == nullptr) return;
  Partition partition{std::stoi(**find_header(record, "__connect.errors.partition"))};
  std::string& offset = **find_header(record, "__connect.errors.offset");
  const std::vector<Offset>& appended = appended_.at({**topic, partition});
  auto found = std::ranges::find(appended, Offset{std::stoll(offset)});
  offset = std::to_string(found - appended.begin());
}

}  // namespace pactolus
