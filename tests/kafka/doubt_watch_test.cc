#include "kafka/doubt_watch.h"

#include <catch2/catch.hpp>

namespace pactolus {

namespace {

constexpr auto kAnswered = RD_KAFKA_RESP_ERR_NO_ERROR;
constexpr int16_t kProduceApi = 0;

}  // namespace

TEST_CASE("doubt watch: requests that are answered leave no doubt, also when they are sent again") {
  DoubtWatch watch;
  for (int i = 0; i < 3; ++i) {  // "concurrent transactions", twice, then done
    watch.request_sent(DoubtWatch::kAddOffsetsToTxn);
    watch.request_ended(DoubtWatch::kAddOffsetsToTxn, kAnswered);
  }
  CHECK_FALSE(watch.lost_request().has_value());
}

TEST_CASE("doubt watch: a request that timed out or whose connection broke is lost for good") {
  const auto error = GENERATE(RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__TRANSPORT);
  DoubtWatch watch;
  watch.request_sent(DoubtWatch::kEndTxn);
  watch.request_ended(DoubtWatch::kEndTxn, error);
  CHECK_THAT(watch.lost_request().value_or(""), Catch::Contains("EndTxn"));
  watch.request_sent(DoubtWatch::kEndTxn);
  watch.request_ended(DoubtWatch::kEndTxn, kAnswered);
  CHECK(watch.lost_request().has_value());
}

TEST_CASE("doubt watch: a request that never left is no loss") {
  DoubtWatch watch;
  watch.request_ended(DoubtWatch::kInitProducerId, RD_KAFKA_RESP_ERR__TRANSPORT);
  CHECK_FALSE(watch.lost_request().has_value());
  CHECK_FALSE(watch.ever_sent(DoubtWatch::kInitProducerId));
}

TEST_CASE("doubt watch: only transactional requests count") {
  DoubtWatch watch;
  watch.request_sent(kProduceApi);
  watch.request_ended(kProduceApi, RD_KAFKA_RESP_ERR__TIMED_OUT);
  watch.request_ended(-1, RD_KAFKA_RESP_ERR__NOENT);
  CHECK_FALSE(watch.lost_request().has_value());
  watch.request_sent(DoubtWatch::kInitProducerId);
  CHECK(watch.ever_sent(DoubtWatch::kInitProducerId));
  CHECK_FALSE(watch.ever_sent(DoubtWatch::kEndTxn));
}

}  // namespace pactolus
