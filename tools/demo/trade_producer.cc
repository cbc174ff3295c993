#include "trade_producer.h"

#include <librdkafka/rdkafka.h>

#include <array>
#include <utility>

namespace pactolus::demo {

namespace {

constexpr int kFullQueueWaitMs = 10;

Error delivery_error(std::string_view reason) { return {"cannot deliver a trade: " + std::string{reason}}; }

}  // namespace

Result<std::unique_ptr<TradeProducer>> TradeProducer::connect(const std::string& bootstrap,
                                                              const std::string& topic) {
  std::array<char, 512> reason{};
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  const std::array<std::pair<const char*, const char*>, 6> properties{
      {{"bootstrap.servers", bootstrap.c_str()},
       {"client.id", "pactolus-demo-producer"},
       {"enable.idempotence", "true"},
       {"linger.ms", "1"},
       {"partitioner", "murmur2"},
       {"log_level", "0"}}};
  for (const auto& [name, value] : properties) {
    if (rd_kafka_conf_set(conf, name, value, reason.data(), reason.size()) != RD_KAFKA_CONF_OK) {
      rd_kafka_conf_destroy(conf);
      return Error{std::string{"cannot set "} + name + ": " + reason.data()};
    }
  }
  std::unique_ptr<TradeProducer> producer{new TradeProducer(topic)};
  rd_kafka_conf_set_dr_msg_cb(conf, &TradeProducer::on_delivery);
  rd_kafka_conf_set_opaque(conf, producer.get());
  producer->client_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason.data(), reason.size());
  if (producer->client_ == nullptr) {
    rd_kafka_conf_destroy(conf);
    return Error{std::string{"cannot make a producer: "} + reason.data()};
  }
  return producer;
}

TradeProducer::~TradeProducer() {
  if (client_ == nullptr) return;
  rd_kafka_purge(client_, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
  rd_kafka_destroy(client_);
}

Result<void> TradeProducer::send(const TradeRecord& trade, ProcessingTime now) {
  while (true) {
    const rd_kafka_resp_err_t code = rd_kafka_producev(
        client_, RD_KAFKA_V_TOPIC(topic_.c_str()), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_KEY(trade.symbol.data(), trade.symbol.size()),
        RD_KAFKA_V_VALUE(const_cast<char*>(trade.value.data()), trade.value.size()),
        RD_KAFKA_V_TIMESTAMP(now.micros() / 1000), RD_KAFKA_V_HEADER(kDemoHeader, "1", 1), RD_KAFKA_V_END);
    if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      rd_kafka_poll(client_, kFullQueueWaitMs);
      PACTOLUS_TRY(poll());
      continue;
    }
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return delivery_error(rd_kafka_err2str(code));
    ++sent_;
    return {};
  }
}

Result<void> TradeProducer::poll() {
  rd_kafka_poll(client_, 0);
  if (!failure_.empty()) return delivery_error(failure_);
  return {};
}

Result<void> TradeProducer::flush(Duration timeout) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(timeout).count();
  const rd_kafka_resp_err_t code = rd_kafka_flush(client_, static_cast<int>(ms));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return delivery_error(rd_kafka_err2str(code));
  return poll();
}

void TradeProducer::on_delivery(rd_kafka_s*, const rd_kafka_message_s* message, void* self) {
  auto* producer = static_cast<TradeProducer*>(self);
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR && producer->failure_.empty()) {
    producer->failure_ = rd_kafka_err2str(message->err);
  }
}

}  // namespace pactolus::demo
