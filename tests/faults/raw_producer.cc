#include "faults/raw_producer.h"

#include <librdkafka/rdkafka.h>

#include <catch2/catch.hpp>

namespace pactolus::testing {
namespace {

constexpr int kTimeoutMs = 20'000;

std::string said_by(rd_kafka_error_t* error) {
  if (error == nullptr) return {};
  std::string name = rd_kafka_error_name(error);
  rd_kafka_error_destroy(error);
  return name;
}

}  // namespace

RawProducer::RawProducer(const std::string& bootstrap, const std::string& transactional_id) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  char reason[512] = "";
  const std::pair<const char*, std::string> settings[] = {
      {"bootstrap.servers", bootstrap}, {"transactional.id", transactional_id}, {"log_level", "0"}};
  for (const auto& [name, value] : settings)
    REQUIRE(rd_kafka_conf_set(conf, name, value.c_str(), reason, sizeof reason) == RD_KAFKA_CONF_OK);
  handle_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason);
  REQUIRE(handle_ != nullptr);
}

RawProducer::~RawProducer() {
  rd_kafka_purge(handle_, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  rd_kafka_destroy(handle_);
}

std::string RawProducer::init() { return said_by(rd_kafka_init_transactions(handle_, kTimeoutMs)); }

std::string RawProducer::begin() { return said_by(rd_kafka_begin_transaction(handle_)); }

void RawProducer::enqueue(const std::string& topic, int32_t partition, const std::string& value) {
  REQUIRE(rd_kafka_producev(handle_, RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(partition),
                            RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                            RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
                            RD_KAFKA_V_END) == RD_KAFKA_RESP_ERR_NO_ERROR);
}

std::string RawProducer::produce(const std::string& topic, int32_t partition, const std::string& value) {
  enqueue(topic, partition, value);
  const rd_kafka_resp_err_t error = rd_kafka_flush(handle_, kTimeoutMs);
  return error == RD_KAFKA_RESP_ERR_NO_ERROR ? "" : rd_kafka_err2name(error);
}

std::string RawProducer::commit() { return said_by(rd_kafka_commit_transaction(handle_, kTimeoutMs)); }

std::string RawProducer::abort() { return said_by(rd_kafka_abort_transaction(handle_, kTimeoutMs)); }

}  // namespace pactolus::testing
