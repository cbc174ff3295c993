#pragma once

#include <librdkafka/rdkafka.h>

#include <string>
#include <string_view>

#include "log/ports.h"

namespace pactolus {

/// What was being done when librdkafka reported an error: the same code means different things.
enum class KafkaCall : uint8_t {
  kRead,           // fetching records
  kMembership,     // the group protocol
  kCommitted,      // asking for committed offsets
  kAdmin,          // questions and changes outside transactions
  kProduceAtOnce,  // an idempotent producer's
  kInit,           // from here on: calls of a transactional producer
  kBegin,
  kProduce,
  kSendOffsets,
  kCommit,
  kAbort,
};

/// An error as librdkafka reports it. The flags are those of rd_kafka_error_t; calls that return a bare code
/// have none.
struct KafkaFailure {
  rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
  bool fatal = false;      // the instance is dead
  bool abortable = false;  // the transaction can only be aborted
  std::string message = {};
};

/// Takes the error over: copies what it says and destroys it.
KafkaFailure take_failure(rd_kafka_error_t* error);
KafkaFailure failure_of(rd_kafka_resp_err_t code);

/// The one place that decides what a code of Kafka's means for the caller.
LogErrorKind classify(KafkaCall call, const KafkaFailure& failure);

/// No broker answered a question in its time.
bool is_unanswered(rd_kafka_resp_err_t code);

/// Which right a call needs on which resource, for the error that says so: "WRITE on topic trades".
struct NeededRights {
  std::string topic = {};
  std::string group = {};
  std::string transactional_id = {};
  std::string cluster = {};
};

/// "missing right: WRITE on topic trades" if the broker refused for want of rights, else what librdkafka
/// said.
LogError log_error(KafkaCall call, const KafkaFailure& failure, const NeededRights& rights);

}  // namespace pactolus
