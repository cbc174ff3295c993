#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "kafka/handle.h"
#include "log/record.h"

namespace pactolus {

/// librdkafka's messages of one fetch, which the records' views point into. Keeps the instance too: it must
/// outlive its messages, whoever drops the batch last and on whatever thread.
class FetchedMessages final : public FetchMemory, public HeaderSource {
 public:
  /// Takes the messages over.
  FetchedMessages(std::shared_ptr<KafkaHandle> handle, std::span<rd_kafka_message_t* const> messages)
      : handle_(std::move(handle)), messages_(messages.begin(), messages.end()) {}
  FetchedMessages(const FetchedMessages&) = delete;
  FetchedMessages& operator=(const FetchedMessages&) = delete;
  ~FetchedMessages() override;

  std::span<rd_kafka_message_t* const> messages() const { return messages_; }
  /// A view of one of them that is a record.
  RecordView view(const rd_kafka_message_t& message);

 private:
  std::span<const HeaderView> headers_of(const void* message) override;

  std::shared_ptr<KafkaHandle> handle_;
  std::vector<rd_kafka_message_t*> messages_;
  std::unordered_map<const void*, std::vector<HeaderView>> headers_;  // of messages that were asked for
};

}  // namespace pactolus
