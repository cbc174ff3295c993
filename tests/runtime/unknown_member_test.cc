// A worker whose group's coordinator doesn't know of it for a while.
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

#include <catch2/catch.hpp>
#include <sstream>

#include "runtime/simulation.h"
#include "runtime/worker.h"

namespace pactolus::testing {
namespace {

/// An admin client that shows groups without members while `forgets` says so.
class ForgetfulAdmin final : public Admin {
 public:
  ForgetfulAdmin(std::unique_ptr<Admin> admin, const bool& forgets)
      : admin_(std::move(admin)), forgets_(forgets) {}

  LogResult<std::vector<std::string>> group_clients(const std::string& group) override {
    return forgets_ ? LogResult<std::vector<std::string>>(std::vector<std::string>{})
                    : admin_->group_clients(group);
  }
  LogResult<std::vector<TopicDescription>> describe_topics(std::span<const std::string> names) override {
    return admin_->describe_topics(names);
  }
  LogResult<void> create_topics(std::span<const TopicSpec> topics) override {
    return admin_->create_topics(topics);
  }
  LogResult<std::map<std::string, std::string>> topic_config(const std::string& topic) override {
    return admin_->topic_config(topic);
  }
  LogResult<std::vector<PartitionPosition>> offsets(std::span<const TopicPartition> partitions,
                                                    OffsetEdge edge, Isolation isolation) override {
    return admin_->offsets(partitions, edge, isolation);
  }
  std::unique_ptr<Deletion> delete_records(std::span<const PartitionPosition> before) override {
    return admin_->delete_records(before);
  }

 private:
  std::unique_ptr<Admin> admin_;
  const bool& forgets_;
};

class ForgetfulClient final : public LogClient {
 public:
  explicit ForgetfulClient(MemoryLog& log) : client_(log) {}

  LogResult<std::unique_ptr<Admin>> admin() override {
    return std::unique_ptr<Admin>(std::make_unique<ForgetfulAdmin>(PACTOLUS_TRY(client_.admin()), forgets_));
  }
  LogResult<std::unique_ptr<GroupMember>> group_member(const GroupMemberOptions& options) override {
    return client_.group_member(options);
  }
  LogResult<std::unique_ptr<Reader>> reader(Isolation isolation, const std::string& client_id) override {
    return client_.reader(isolation, client_id);
  }
  LogResult<std::unique_ptr<TransactionalProducer>> producer(
      const TransactionalProducerOptions& options) override {
    return client_.producer(options);
  }
  LogResult<std::unique_ptr<IdempotentProducer>> idempotent_producer(const std::string& id) override {
    return client_.idempotent_producer(id);
  }

  void remember() { forgets_ = false; }

 private:
  MemoryLogClient client_;
  bool forgets_ = true;
};

}  // namespace

TEST_CASE("worker: it says that it waits for a group that doesn't know it, and goes on when it does") {
  Simulation s(kCopyTopology, 1, {"events"}, {"out"});
  s.append("events", 0, "a", R"({"k":"a"})");
  std::ostringstream lines;
  Logger logger(
      std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_st>(lines)));
  ForgetfulClient client(s.log());
  Worker worker({.instance = "host", .nonce = 1}, s.context(), client, s.clock(), logger);
  const auto pass = [&](int seconds) {
    for (int i = 0; i < 10 * seconds; ++i) {
      REQUIRE(worker.turn().ok());
      s.clock().advance(std::chrono::milliseconds{100});
    }
  };
  pass(10);
  CHECK(s.all_values("out").empty());
  const std::string waiting = "waiting for Kafka: group copy does not know this member yet";
  CHECK(lines.str().find(waiting) != std::string::npos);
  CHECK(lines.str().find(waiting) == lines.str().rfind(waiting));
  client.remember();
  pass(10);
  CHECK(s.all_values("out").size() == 1);
  CHECK(lines.str().find("Kafka is reachable again") != std::string::npos);
}

}  // namespace pactolus::testing
