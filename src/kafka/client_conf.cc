#include "kafka/client_conf.h"

#include <algorithm>
#include <initializer_list>

#include "base/check.h"
#include "kafka/handle.h"
#include "kafka/properties.h"

namespace pactolus {

namespace {

using Pairs = std::initializer_list<std::pair<const char*, std::string>>;

void set(rd_kafka_conf_t* conf, const char* name, const std::string& value) {
  char reason[512] = "";
  const auto result = rd_kafka_conf_set(conf, name, value.c_str(), reason, sizeof reason);
  PACTOLUS_CHECK(result == RD_KAFKA_CONF_OK, is_secret_property(name) ? name : reason);
}

void set_all(rd_kafka_conf_t* conf, Pairs pairs) {
  for (const auto& [name, value] : pairs) set(conf, name, value);
}

/// librdkafka warns of properties that are for the other kind of instance: only those that fit are passed on.
void set_users(rd_kafka_conf_t* conf, const KafkaSettings& settings, PropertyScope kind) {
  for (const auto& [name, value] : settings.librdkafka) {
    const PropertyScope scope = librdkafka_properties().at(name);
    if (scope == PropertyScope::kBoth || scope == kind) set(conf, name.c_str(), value);
  }
}

void set_network(rd_kafka_conf_t* conf) {
  set_all(conf, {{"socket.nagle.disable", "true"},
                 {"socket.keepalive.enable", "true"},
                 // A broker that restarts must not be waited for longer than it takes.
                 {"reconnect.backoff.max.ms", "1000"},
                 // Idle connections come and go.
                 {"log.connection.close", "false"},
                 {"allow.auto.create.topics", "false"}});
}

void set_reading(rd_kafka_conf_t* conf) {
  set_all(conf,
          {{"queued.min.messages", "10000"},
           {"queued.max.messages.kbytes", "4096"},
           // How long a new partition waits for the fetch that is under way; new records are told at once.
           {"fetch.wait.max.ms", "50"},
           {"fetch.error.backoff.ms", "100"}});
}

void set_producing(rd_kafka_conf_t* conf, const char* linger_ms) {
  set_all(
      conf,
      {{"compression.type", "lz4"}, {"linger.ms", linger_ms}, {"queue.buffering.max.messages", "500000"}});
}

void set_owned_reading(rd_kafka_conf_t* conf, Isolation isolation) {
  const bool committed = isolation == Isolation::kReadCommitted;
  set_all(conf, {{"isolation.level", committed ? "read_committed" : "read_uncommitted"},
                 {"check.crcs", "true"},
                 {"enable.partition.eof", "true"},
                 {"auto.offset.reset", "error"},
                 {"enable.auto.commit", "false"},
                 {"enable.auto.offset.store", "false"}});
}

std::string ms(Duration duration) { return std::to_string(milliseconds(duration)); }

}  // namespace

RdConf consumer_conf(const KafkaSettings& settings, const std::string& group, const std::string& client_id,
                     Isolation isolation) {
  RdConf conf{rd_kafka_conf_new()};
  set_network(conf.get());
  set_reading(conf.get());
  set_users(conf.get(), settings, PropertyScope::kConsumer);
  set_owned_reading(conf.get(), isolation);
  set_all(conf.get(), {{"group.id", group}, {"client.id", client_id}});
  return conf;
}

RdConf member_conf(const KafkaSettings& settings, const GroupMemberOptions& options) {
  RdConf conf = consumer_conf(settings, options.group, options.client_id, Isolation::kReadCommitted);
  // Every heartbeat may bring the news of a rebalance: ten in a session, but not more than ten a second.
  const Duration heartbeat = std::max<Duration>(options.session_timeout / 10, std::chrono::milliseconds{100});
  set_all(conf.get(), {{"partition.assignment.strategy", "range"},
                       {"session.timeout.ms", ms(options.session_timeout)},
                       {"heartbeat.interval.ms", ms(heartbeat)}});
  if (!options.instance_id.empty()) set(conf.get(), "group.instance.id", options.instance_id);
  rd_kafka_conf_set_events(conf.get(), RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_ERROR);
  return conf;
}

RdConf producer_conf(const KafkaSettings& settings, const TransactionalProducerOptions& options) {
  RdConf conf{rd_kafka_conf_new()};
  set_network(conf.get());
  // A commit sends what waits. While a request for a partition is under way librdkafka sends it no other, and
  // its thread spins from the moment that records have lingered: so they linger until the commit, or until a
  // batch is full.
  set_producing(conf.get(), "200");
  // AddOffsetsToTxn waits this long while the last transaction's markers are being written.
  set(conf.get(), "retry.backoff.ms", "2");
  set_users(conf.get(), settings, PropertyScope::kProducer);
  set_all(conf.get(), {{"client.id", options.client_id},
                       {"transactional.id", options.transactional_id},
                       {"transaction.timeout.ms", ms(options.transaction_timeout)}});
  return conf;
}

RdConf idempotent_producer_conf(const KafkaSettings& settings, const std::string& client_id) {
  RdConf conf{rd_kafka_conf_new()};
  set_network(conf.get());
  set_producing(conf.get(), "5");
  set_users(conf.get(), settings, PropertyScope::kProducer);
  set_all(conf.get(), {{"client.id", client_id},
                       {"enable.idempotence", "true"},
                       {"acks", "all"},
                       // Who waits for the acknowledgement waits as long.
                       {"message.timeout.ms", ms(settings.call_timeout)}});
  return conf;
}

RdConf admin_conf(const KafkaSettings& settings, Isolation isolation) {
  RdConf conf{rd_kafka_conf_new()};
  set_network(conf.get());
  set_users(conf.get(), settings, PropertyScope::kConsumer);
  set_owned_reading(conf.get(), isolation);
  set_all(conf.get(), {{"client.id", "pactolus-admin"},
                       {"socket.timeout.ms", ms(settings.call_timeout)},
                       // It asks the leader that it knows, dead or not, until it has forgotten it.
                       {"metadata.max.age.ms", "1000"}});
  return conf;
}

}  // namespace pactolus
