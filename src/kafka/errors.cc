#include "kafka/errors.h"

namespace pactolus {

namespace {

bool transactional(KafkaCall call) { return call >= KafkaCall::kInit; }

/// Refused for what the user has set up (rights, settings, credentials) or for damaged data: trying again
/// cannot help.
bool hopeless(rd_kafka_resp_err_t code) {
  switch (code) {
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_SECURITY_DISABLED:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM:
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR__SSL:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT:
    case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE:
    case RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED:
    case RD_KAFKA_RESP_ERR__INVALID_ARG:
    case RD_KAFKA_RESP_ERR_INVALID_CONFIG:
    case RD_KAFKA_RESP_ERR_INVALID_REQUEST:
    case RD_KAFKA_RESP_ERR_INVALID_PARTITIONS:
    case RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR:
    case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
    case RD_KAFKA_RESP_ERR_INVALID_GROUP_ID:
    case RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT:
    case RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL:
    case RD_KAFKA_RESP_ERR_GROUP_MAX_SIZE_REACHED:
    case RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT:
    case RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
    case RD_KAFKA_RESP_ERR__BAD_MSG:
    case RD_KAFKA_RESP_ERR__BAD_COMPRESSION:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
      return true;
    default:
      return false;
  }
}

bool fenced(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR__FENCED || code == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
         code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH;
}

bool rebalanced(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION || code == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID ||
         code == RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS || code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID;
}

LogErrorKind classify_transactional(KafkaCall call, const KafkaFailure& failure) {
  if (fenced(failure.code)) return LogErrorKind::kFenced;
  if (rebalanced(failure.code)) return LogErrorKind::kRebalanced;
  if (hopeless(failure.code)) return LogErrorKind::kFatal;
  // An instance that died for another reason may have died after the broker did what was asked.
  if (failure.fatal) return LogErrorKind::kDoubt;
  if (failure.abortable) return LogErrorKind::kAbort;
  // What became of a Produce request doesn't matter once the transaction is aborted, or the producer left.
  if (call == KafkaCall::kProduce || call == KafkaCall::kBegin) return LogErrorKind::kAbort;
  return LogErrorKind::kDoubt;
}

/// Nobody fences a producer without a transactional id, and what its instance has died of another one may not
/// meet: whatever it is, some records may not have arrived.
LogErrorKind classify_at_once(const KafkaFailure& failure) {
  return hopeless(failure.code) ? LogErrorKind::kFatal : LogErrorKind::kAbort;
}

const std::string* needed_right(rd_kafka_resp_err_t code, const NeededRights& rights) {
  switch (code) {
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
      return &rights.topic;
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
      return &rights.group;
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
      return &rights.transactional_id;
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
      return &rights.cluster;
    default:
      return nullptr;
  }
}

}  // namespace

KafkaFailure take_failure(rd_kafka_error_t* error) {
  KafkaFailure failure{.code = rd_kafka_error_code(error),
                       .fatal = rd_kafka_error_is_fatal(error) != 0,
                       .abortable = rd_kafka_error_txn_requires_abort(error) != 0,
                       .message = rd_kafka_error_string(error)};
  rd_kafka_error_destroy(error);
  return failure;
}

KafkaFailure failure_of(rd_kafka_resp_err_t code) {
  return {.code = code, .fatal = false, .abortable = false, .message = rd_kafka_err2str(code)};
}

bool is_unanswered(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR__TIMED_OUT || code == RD_KAFKA_RESP_ERR__TRANSPORT ||
         code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN;
}

LogErrorKind classify(KafkaCall call, const KafkaFailure& failure) {
  if (transactional(call)) return classify_transactional(call, failure);
  if (call == KafkaCall::kProduceAtOnce) return classify_at_once(failure);
  if (failure.code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID) return LogErrorKind::kTwin;
  // A topic that the group subscribes to may come into being later.
  if (call == KafkaCall::kMembership && failure.code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
    return LogErrorKind::kRetry;
  // A topic was created a moment ago, and this client has not heard of it yet.
  if (call == KafkaCall::kAdmin && failure.code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION)
    return LogErrorKind::kRetry;
  if (hopeless(failure.code) || failure.fatal) return LogErrorKind::kFatal;
  return LogErrorKind::kRetry;
}

LogError log_error(KafkaCall call, const KafkaFailure& failure, const NeededRights& rights) {
  const LogErrorKind kind = classify(call, failure);
  const std::string* right = needed_right(failure.code, rights);
  if (right != nullptr && !right->empty()) return {kind, "missing right: " + *right};
  return {kind, failure.message};
}

}  // namespace pactolus
