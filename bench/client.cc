#include "client.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "arguments.h"

namespace pactolus::bench {

void set(rd_kafka_conf_t* conf, const char* name, const std::string& value) {
  char reason[512] = "";
  if (rd_kafka_conf_set(conf, name, value.c_str(), reason, sizeof reason) != RD_KAFKA_CONF_OK)
    give_up(reason);
}

RdConf client_conf(const std::string& bootstrap, Settings settings) {
  RdConf conf{rd_kafka_conf_new()};
  set(conf.get(), "bootstrap.servers", bootstrap);
  set(conf.get(), "socket.nagle.disable", "true");
  set(conf.get(), "log.connection.close", "false");
  for (const auto& [name, value] : settings) set(conf.get(), name, value);
  return conf;
}

RdConf consumer_conf(const std::string& bootstrap) {
  return client_conf(bootstrap, {{"queued.min.messages", "10000"},
                                 {"queued.max.messages.kbytes", "4096"},
                                 {"fetch.wait.max.ms", "50"},
                                 {"fetch.error.backoff.ms", "100"},
                                 {"isolation.level", "read_committed"},
                                 {"check.crcs", "true"},
                                 {"enable.partition.eof", "true"},
                                 {"enable.auto.commit", "false"},
                                 {"auto.offset.reset", "earliest"}});
}

RdConf producer_conf(const std::string& bootstrap) {
  return client_conf(bootstrap, {{"compression.type", "lz4"},
                                 {"linger.ms", "5"},
                                 {"queue.buffering.max.messages", "500000"},
                                 {"retry.backoff.ms", "2"},
                                 {"enable.idempotence", "true"}});
}

RdClient open_client(rd_kafka_type_t type, RdConf conf) {
  char reason[512] = "";
  RdClient client{rd_kafka_new(type, conf.get(), reason, sizeof reason)};
  if (client == nullptr) give_up(reason);
  (void)conf.release();  // rd_kafka_new took it
  return client;
}

int partition_count(rd_kafka_t* client, const std::string& topic) {
  const RdTopic handle{rd_kafka_topic_new(client, topic.c_str(), nullptr)};
  // A topic that was just made may have partitions without a leader for a moment.
  for (int tries_left = 100;; --tries_left) {
    const rd_kafka_metadata_t* metadata = nullptr;
    must(rd_kafka_metadata(client, 0, handle.get(), &metadata, kCallTimeoutMs), "metadata");
    const RdMetadata owner{metadata};
    const rd_kafka_metadata_topic& found = metadata->topics[0];
    const bool ready = found.err == RD_KAFKA_RESP_ERR_NO_ERROR && found.partition_cnt > 0 &&
                       std::all_of(found.partitions, found.partitions + found.partition_cnt,
                                   [](const auto& one) { return one.err == RD_KAFKA_RESP_ERR_NO_ERROR; });
    if (ready) return found.partition_cnt;
    if (tries_left == 0) give_up("no broker leads all partitions of " + topic);
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
  }
}

void must(rd_kafka_resp_err_t code, const char* what) {
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) give_up(std::string{what} + ": " + rd_kafka_err2str(code));
}

void must(rd_kafka_error_t* error, const char* what) {
  if (error != nullptr) give_up(std::string{what} + ": " + rd_kafka_error_string(error));
}

void produce(rd_kafka_t* producer, rd_kafka_topic_t* topic, int32_t partition, const std::string& key,
             const std::string& value) {
  while (rd_kafka_produce(topic, partition, RD_KAFKA_MSG_F_COPY, const_cast<char*>(value.data()),
                          value.size(), key.data(), key.size(), nullptr) != 0) {
    const rd_kafka_resp_err_t code = rd_kafka_last_error();
    if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) must(code, "produce");
    rd_kafka_poll(producer, 10);
  }
}

}  // namespace pactolus::bench
