// Makes topics and waits until they have leaders: bench_topics --bootstrap HOST:PORT --create NAME,NAME
// --partitions N

#include <sstream>

#include "arguments.h"
#include "client.h"
#include "kafka/kafka_client.h"

int main(int argc, char** argv) {
  using namespace pactolus;
  const bench::Arguments arguments{argc, argv};
  auto client = make_kafka_client({.librdkafka = {{"bootstrap.servers", arguments.text("bootstrap")}}},
                                  make_logger("warn", LogFormat::kText));
  if (!client) bench::give_up(client.error().message);
  auto admin = (*client)->admin();
  if (!admin) bench::give_up(admin.error().message);
  const auto partitions = static_cast<int32_t>(arguments.number("partitions", 8));
  std::vector<TopicSpec> specs;
  std::istringstream names{arguments.text("create")};
  for (std::string name; std::getline(names, name, ',');)
    specs.push_back({.name = name, .partitions = partitions, .replication = 1, .config = {}});
  auto created = (*admin)->create_topics(specs);
  if (!created) bench::give_up(created.error().message);
  const bench::RdClient lookup =
      bench::open_client(RD_KAFKA_PRODUCER, bench::client_conf(arguments.text("bootstrap"), {}));
  for (const TopicSpec& spec : specs) bench::partition_count(lookup.get(), spec.name);
  return 0;
}
