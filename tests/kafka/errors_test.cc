#include "kafka/errors.h"

#include <catch2/catch.hpp>

namespace pactolus {

namespace {

using Kind = LogErrorKind;

struct Flags {
  bool fatal = false;
  bool abortable = false;
};

Kind kind(KafkaCall call, rd_kafka_resp_err_t code, Flags flags = {}) {
  return classify(call, {.code = code, .fatal = flags.fatal, .abortable = flags.abortable});
}

constexpr Flags kFatalFlag{.fatal = true, .abortable = false};
constexpr Flags kAbortable{.fatal = false, .abortable = true};

}  // namespace

TEST_CASE(
    "errors: offsets of a stale generation or a lost member abort the transaction and rebuild the tasks") {
  for (auto code : {RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,
                    RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS}) {
    CHECK(kind(KafkaCall::kSendOffsets, code, kAbortable) == Kind::kRebalanced);
    CHECK(kind(KafkaCall::kCommit, code, kAbortable) == Kind::kRebalanced);
  }
}

TEST_CASE("errors: a fenced instance id is a twin if the consumer says it") {
  CHECK(kind(KafkaCall::kMembership, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, kFatalFlag) == Kind::kTwin);
  CHECK(kind(KafkaCall::kCommitted, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID) == Kind::kTwin);
}

TEST_CASE("errors: a fenced producer is fenced in every call") {
  for (auto call : {KafkaCall::kInit, KafkaCall::kBegin, KafkaCall::kProduce, KafkaCall::kSendOffsets,
                    KafkaCall::kCommit, KafkaCall::kAbort}) {
    CHECK(kind(call, RD_KAFKA_RESP_ERR__FENCED, kFatalFlag) == Kind::kFenced);
    CHECK(kind(call, RD_KAFKA_RESP_ERR_PRODUCER_FENCED) == Kind::kFenced);
    CHECK(kind(call, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH) == Kind::kFenced);
  }
}

TEST_CASE("errors: a transactional call without a clear outcome is in doubt") {
  for (auto call : {KafkaCall::kInit, KafkaCall::kSendOffsets, KafkaCall::kCommit, KafkaCall::kAbort}) {
    CHECK(kind(call, RD_KAFKA_RESP_ERR__TIMED_OUT) == Kind::kDoubt);
    CHECK(kind(call, RD_KAFKA_RESP_ERR__TRANSPORT) == Kind::kDoubt);
    CHECK(kind(call, RD_KAFKA_RESP_ERR_UNKNOWN) == Kind::kDoubt);
    CHECK(kind(call, RD_KAFKA_RESP_ERR__STATE, kFatalFlag) == Kind::kDoubt);
    CHECK(kind(call, RD_KAFKA_RESP_ERR_INVALID_TXN_STATE, kFatalFlag) == Kind::kDoubt);
  }
}

TEST_CASE("errors: what librdkafka calls abortable is aborted") {
  CHECK(kind(KafkaCall::kCommit, RD_KAFKA_RESP_ERR__INCONSISTENT, kAbortable) == Kind::kAbort);
  CHECK(kind(KafkaCall::kSendOffsets, RD_KAFKA_RESP_ERR_UNKNOWN, kAbortable) == Kind::kAbort);
  CHECK(kind(KafkaCall::kProduce, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT) == Kind::kAbort);
  CHECK(kind(KafkaCall::kProduce, RD_KAFKA_RESP_ERR__STATE) == Kind::kAbort);
}

TEST_CASE("errors: missing rights, bad settings and damaged data do not get better") {
  for (auto code :
       {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
        RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
        RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR__AUTHENTICATION,
        RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE,
        RD_KAFKA_RESP_ERR__BAD_MSG}) {
    for (auto call : {KafkaCall::kRead, KafkaCall::kAdmin, KafkaCall::kMembership, KafkaCall::kInit,
                      KafkaCall::kProduce, KafkaCall::kCommit, KafkaCall::kProduceAtOnce}) {
      CHECK(kind(call, code) == Kind::kFatal);
      CHECK(kind(call, code, kAbortable) == Kind::kFatal);
    }
  }
}

TEST_CASE("errors: without transactions nothing is in doubt or fenced: records may not have arrived") {
  for (auto code : {RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__STATE,
                    RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID,
                    RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS}) {
    CHECK(kind(KafkaCall::kProduceAtOnce, code) == Kind::kAbort);
    CHECK(kind(KafkaCall::kProduceAtOnce, code, kFatalFlag) == Kind::kAbort);
  }
}

TEST_CASE("errors: a question that got no answer is asked again") {
  for (auto call : {KafkaCall::kRead, KafkaCall::kMembership, KafkaCall::kCommitted, KafkaCall::kAdmin}) {
    for (auto code :
         {RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN,
          RD_KAFKA_RESP_ERR_NOT_COORDINATOR, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
          RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION}) {
      CHECK(kind(call, code) == Kind::kRetry);
    }
  }
}

TEST_CASE("errors: an unknown topic stops a reader, but a group may wait for it") {
  CHECK(kind(KafkaCall::kRead, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) == Kind::kFatal);
  CHECK(kind(KafkaCall::kProduce, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION) == Kind::kFatal);
  CHECK(kind(KafkaCall::kMembership, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) == Kind::kRetry);
  CHECK(kind(KafkaCall::kAdmin, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION) == Kind::kRetry);
}

TEST_CASE("errors: a refusal names the right that is missing") {
  const NeededRights rights{.topic = "WRITE on topic trades", .group = "READ on group g"};
  const auto say = [&](rd_kafka_resp_err_t code) {
    return log_error(KafkaCall::kProduce, failure_of(code), rights).message;
  };
  CHECK(say(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) == "missing right: WRITE on topic trades");
  CHECK(say(RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED) == "missing right: READ on group g");
  CHECK_THAT(say(RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED), Catch::Contains("authorization"));
}

}  // namespace pactolus
