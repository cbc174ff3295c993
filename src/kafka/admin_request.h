#pragma once

#include <librdkafka/rdkafka.h>

#include <string>
#include <string_view>

#include "kafka/handle.h"
#include "kafka/rdkafka_ptr.h"
#include "log/ports.h"

namespace pactolus {

/// One request of librdkafka's admin API: options, a queue for the answer, the wait for it.
class AdminRequest {
 public:
  /// `what` is for errors: "cannot create topics".
  AdminRequest(KafkaHandle& handle, rd_kafka_admin_op_t operation, Duration timeout, std::string_view what);

  rd_kafka_t* instance() const { return handle_.get(); }
  const rd_kafka_AdminOptions_t* options() const { return options_.get(); }
  rd_kafka_queue_t* queue() const { return queue_.get(); }

  /// The answer to what was asked with options() and queue(). It may still hold errors of single topics or
  /// groups.
  LogResult<RdEvent> answer(const NeededRights& rights);
  /// Of one topic or group within the answer.
  LogError error(rd_kafka_resp_err_t code, const char* message, const NeededRights& rights) const;

 private:
  KafkaHandle& handle_;
  const Duration timeout_;
  const std::string what_;
  RdAdminOptions options_;
  RdQueue queue_;
};

}  // namespace pactolus
