#pragma once

#include <initializer_list>
#include <string>
#include <utility>

#include "kafka/rdkafka_ptr.h"

namespace pactolus::bench {

using Settings = std::initializer_list<std::pair<const char*, std::string>>;
using RdClient = RdKafkaPtr<rd_kafka_t, rd_kafka_destroy>;

constexpr int kCallTimeoutMs = 10'000;

/// librdkafka with what all our clients have in common, and with `settings`. Ends the program where it can't.
RdConf client_conf(const std::string& bootstrap, Settings settings);
/// As Pactolus's own consumers and producers are set up: a comparison must not be won by settings.
RdConf consumer_conf(const std::string& bootstrap);
RdConf producer_conf(const std::string& bootstrap);
void set(rd_kafka_conf_t* conf, const char* name, const std::string& value);
RdClient open_client(rd_kafka_type_t type, RdConf conf);

int partition_count(rd_kafka_t* client, const std::string& topic);

/// Gives up if the call failed.
void must(rd_kafka_resp_err_t code, const char* what);
void must(rd_kafka_error_t* error, const char* what);

/// Produces one record, waiting where the queue is full.
void produce(rd_kafka_t* producer, rd_kafka_topic_t* topic, int32_t partition, const std::string& key,
             const std::string& value);

}  // namespace pactolus::bench
