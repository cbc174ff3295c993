// Waits until a group has committed the whole of its inputs, `--topic NAME,NAME`, and its output has been
// still for a second, or `--still` of them. Prints when, in seconds since the epoch, that output last grew.

#include <algorithm>
#include <chrono>
#include <iostream>
#include <sstream>
#include <thread>
#include <vector>

#include "arguments.h"
#include "client.h"

namespace pactolus::bench {

namespace {

using std::chrono::system_clock;
constexpr std::chrono::milliseconds kLook{100};

/// One partition's end as it is now, open transactions included. The leader of a new topic may not know of it
/// yet.
int64_t end_of(rd_kafka_t* client, const std::string& topic, int partition) {
  int64_t low = 0;
  int64_t high = 0;
  for (int tries_left = 100;; --tries_left) {
    const rd_kafka_resp_err_t code =
        rd_kafka_query_watermark_offsets(client, topic.c_str(), partition, &low, &high, kCallTimeoutMs);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return high;
    if (code != RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION || tries_left == 0) must(code, topic.c_str());
    std::this_thread::sleep_for(kLook);
  }
}

int64_t ends_of(rd_kafka_t* client, const std::string& topic, int partitions) {
  int64_t total = 0;
  for (int i = 0; i < partitions; ++i) total += end_of(client, topic, i);
  return total;
}

int64_t committed_of(rd_kafka_t* client, const std::string& topic, int partitions) {
  const RdPartitions list{rd_kafka_topic_partition_list_new(partitions)};
  for (int i = 0; i < partitions; ++i) rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), i);
  must(rd_kafka_committed(client, list.get(), kCallTimeoutMs), "committed");
  int64_t total = 0;
  for (int i = 0; i < partitions; ++i) total += std::max<int64_t>(list->elems[i].offset, 0);
  return total;
}

struct Input {
  std::string topic;
  int partitions;
  int64_t end;
};

int run(const Arguments& arguments) {
  RdConf conf = client_conf(arguments.text("bootstrap"),
                            {{"group.id", arguments.text("group")}, {"isolation.level", "read_uncommitted"}});
  const RdClient client = open_client(RD_KAFKA_CONSUMER, std::move(conf));
  std::vector<Input> inputs;
  std::istringstream names{arguments.text("topic")};
  for (std::string name; std::getline(names, name, ',');) {
    const int partitions = partition_count(client.get(), name);
    inputs.push_back({name, partitions, ends_of(client.get(), name, partitions)});
  }
  const std::string output = arguments.text("output");
  const int outputs = partition_count(client.get(), output);
  const auto deadline = system_clock::now() + std::chrono::seconds{arguments.number("timeout", 600)};
  const auto still = std::chrono::seconds{arguments.number("still", 1)};
  int64_t seen = -1;
  auto changed = system_clock::now();
  while (system_clock::now() < deadline) {
    const bool all_read = std::ranges::all_of(inputs, [&](const Input& input) {
      return committed_of(client.get(), input.topic, input.partitions) == input.end;
    });
    const int64_t end = ends_of(client.get(), output, outputs) + (all_read ? 1 : 0);
    const auto now = system_clock::now();
    if (end != seen) changed = now;
    seen = end;
    if (all_read && now - changed >= still) {
      std::cout << std::fixed << std::chrono::duration<double>(changed.time_since_epoch()).count() << "\n";
      return 0;
    }
    std::this_thread::sleep_for(kLook);
  }
  give_up("not everything was processed in time");
}

}  // namespace

}  // namespace pactolus::bench

int main(int argc, char** argv) { return pactolus::bench::run({argc, argv}); }
