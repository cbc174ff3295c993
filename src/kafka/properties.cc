#include "kafka/properties.h"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <sstream>

#include "base/check.h"

namespace pactolus {

namespace {

using Properties = std::map<std::string, PropertyScope, std::less<>>;

constexpr std::string_view kExactlyOnce = "exactly-once delivery depends on it";
constexpr std::string_view kOffsets = "offsets are committed with the transaction that they belong to";
constexpr std::string_view kBounds = "Pactolus bounds how long a transaction may stay in doubt";
constexpr std::string_view kEvents = "Pactolus serves librdkafka's events itself";

struct Owned {
  std::string_view name;
  std::string_view reason;
};

constexpr std::array kOwned = {
    Owned{"group.id", "it is the topology's name"},
    Owned{"group.instance.id", "it is made of the application's, the instance's and the worker's names"},
    Owned{"client.id", "it carries the hash of the task map"},
    Owned{"partition.assignment.strategy", "the assignor is range; others separate co-partitioned topics"},
    Owned{"session.timeout.ms", kBounds},
    Owned{"heartbeat.interval.ms", "it follows from the session timeout"},
    Owned{"isolation.level", kExactlyOnce},
    Owned{"transactional.id", kExactlyOnce},
    Owned{"transaction.timeout.ms", kBounds},
    Owned{"socket.timeout.ms", kBounds},
    Owned{"message.timeout.ms", kBounds},
    Owned{"delivery.timeout.ms", kBounds},
    Owned{"enable.idempotence", kExactlyOnce},
    Owned{"enable.gapless.guarantee", kExactlyOnce},
    Owned{"acks", kExactlyOnce},
    Owned{"request.required.acks", kExactlyOnce},
    Owned{"retries", kExactlyOnce},
    Owned{"message.send.max.retries", kExactlyOnce},
    Owned{"queuing.strategy", kExactlyOnce},
    Owned{"delivery.report.only.error", "delivery reports say where a transaction's records are"},
    Owned{"auto.offset.reset", "a read from an offset that is gone must fail, never jump"},
    Owned{"enable.partition.eof", "restores and merges need the end of a partition"},
    Owned{"check.crcs", "damaged records must not be processed"},
    Owned{"enable.auto.commit", kOffsets},
    Owned{"auto.commit.enable", kOffsets},
    Owned{"auto.commit.interval.ms", kOffsets},
    Owned{"enable.auto.offset.store", kOffsets},
    Owned{"offset.store.method", kOffsets},
    Owned{"offset.store.path", kOffsets},
    Owned{"offset.store.sync.interval.ms", kOffsets},
    Owned{"allow.auto.create.topics", "topics are created with explicit settings"},
    Owned{"partitioner", "Pactolus chooses the partition itself"},
    Owned{"enabled_events", kEvents},
    Owned{"log.queue", kEvents},
};

/// One line of the table is `name | C/P | range | default | importance | description *Type: kind*`.
void add_property(const std::string& line, Properties& properties) {
  const size_t bar = line.find('|');
  if (bar == std::string::npos || line.find("*Type: see dedicated API*") != std::string::npos) return;
  const std::string name = line.substr(0, line.find(' '));
  const char scope = line.size() > bar + 3 ? line[bar + 3] : ' ';
  if (scope == '*') properties.insert_or_assign(name, PropertyScope::kBoth);
  if (scope == 'C') properties.try_emplace(name, PropertyScope::kConsumer);
  if (scope == 'P') properties.try_emplace(name, PropertyScope::kProducer);
}

Properties read_properties() {
  char* text = nullptr;
  size_t size = 0;
  FILE* out = open_memstream(&text, &size);
  PACTOLUS_CHECK(out != nullptr);
  rd_kafka_conf_properties_show(out);
  std::fclose(out);
  std::istringstream lines{std::string{text, size}};
  std::free(text);
  Properties properties;
  for (std::string line; std::getline(lines, line);) add_property(line, properties);
  return properties;
}

}  // namespace

const Properties& librdkafka_properties() {
  static const Properties properties = read_properties();
  return properties;
}

std::string_view owned_property(std::string_view name) {
  const auto* found = std::ranges::find(kOwned, name, &Owned::name);
  return found == kOwned.end() ? std::string_view{} : found->reason;
}

bool is_secret_property(std::string_view name) {
  constexpr std::array<std::string_view, 6> kMarks = {
      "password", "secret", ".pem", "sasl.username", "oauthbearer.config", "oauthbearer.extensions"};
  return std::ranges::any_of(
      kMarks, [&](std::string_view mark) { return name.find(mark) != std::string_view::npos; });
}

}  // namespace pactolus
