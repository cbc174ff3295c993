#include "kafka/bounded_producer.h"

#include <catch2/catch.hpp>
#include <latch>

#include "kafka/group_metadata.h"

namespace pactolus {

namespace {

constexpr Duration kCallTimeout = std::chrono::milliseconds{50};

/// Whose send_offsets waits for a latch, as librdkafka's for a coordinator that is away.
class StuckProducer final : public TransactionalProducer {
 public:
  struct Shared {
    explicit Shared(bool free) : way(free ? 0 : 1) {}
    std::latch way;
    std::latch destroyed{1};
    std::vector<OffsetCommit> sent;
    int32_t generation = 0;
  };

  explicit StuckProducer(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}
  ~StuckProducer() override { shared_->destroyed.count_down(); }
  LogResult<void> init() override { return {}; }
  LogResult<void> begin() override { return {}; }
  LogResult<void> produce(const TopicPartition&, std::span<const OutgoingRecord>) override { return {}; }
  LogResult<void> send_offsets(std::span<const OffsetCommit> offsets, const GroupMetadata& member) override {
    shared_->way.wait();
    shared_->sent.assign(offsets.begin(), offsets.end());
    shared_->generation = member.generation();
    if (offsets.empty()) return LogError{LogErrorKind::kRebalanced, "moved on"};
    return {};
  }
  LogResult<TransactionReceipt> commit() override { return TransactionReceipt{}; }
  LogResult<void> abort() override { return {}; }

 private:
  std::shared_ptr<Shared> shared_;
};

struct Fixture {
  explicit Fixture(bool free)
      : shared(std::make_shared<StuckProducer::Shared>(free)),
        producer(
            std::make_unique<BoundedProducer>(std::make_unique<StuckProducer>(shared), "id", kCallTimeout)) {}
  LogResult<void> send(std::vector<OffsetCommit> offsets) {
    const KafkaGroupMetadata member{RdGroupMetadata{rd_kafka_consumer_group_metadata_new("group")}, 7};
    return producer->send_offsets(offsets, member);
  }
  std::shared_ptr<StuckProducer::Shared> shared;
  std::unique_ptr<BoundedProducer> producer;
};

OffsetCommit some_offset() { return {{"topic", Partition{1}}, Offset{42}, "tag"}; }

}  // namespace

TEST_CASE("bounded producer: a call in time gives what it gave") {
  Fixture fixture(true);
  CHECK(fixture.send({some_offset()}).ok());
  CHECK(fixture.shared->sent.at(0).offset == Offset{42});
  CHECK(fixture.shared->generation == 7);
  auto refused = fixture.send({});
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().kind == LogErrorKind::kRebalanced);
  CHECK(fixture.producer->commit().ok());
}

TEST_CASE("bounded producer: a call that doesn't come back leaves a doubt, and its producer ends with it") {
  Fixture fixture(false);
  auto stuck = fixture.send({some_offset()});
  REQUIRE_FALSE(stuck.ok());
  CHECK(stuck.error().kind == LogErrorKind::kDoubt);
  auto after = fixture.producer->abort();
  REQUIRE_FALSE(after.ok());
  CHECK(after.error().kind == LogErrorKind::kFatal);
  fixture.producer.reset();
  CHECK_FALSE(fixture.shared->destroyed.try_wait());  // the call still uses it
  fixture.shared->way.count_down();
  fixture.shared->destroyed.wait();
  CHECK(fixture.shared->sent.at(0).metadata == "tag");
}

}  // namespace pactolus
