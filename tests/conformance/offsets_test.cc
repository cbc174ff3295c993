#include "conformance/group_driver.h"

namespace pactolus::conformance {

namespace {

const Duration kShortly = std::chrono::milliseconds{300};

/// A member that owns the one partition of a topic, and a producer for it.
struct Worker {
  explicit Worker(Cluster& cluster)
      : group(cluster.unique("group")),
        partition(cluster.partition()),
        member(cluster, group, "a"),
        producer(cluster.producer()) {
    member.subscribe({partition.topic});
    REQUIRE(drive(cluster, {&member}, [&] { return member.has({partition}); }));
  }

  void send(int64_t offset, const std::string& metadata) {
    const OffsetCommit commit{partition, Offset{offset}, metadata};
    ok(producer->send_offsets(std::span{&commit, 1}, *ok(member->metadata())));
  }
  /// Waits for the coordinators to finish what was committed or aborted.
  CommittedOffset committed() {
    auto offsets = ok(member->committed(std::span{&partition, 1}, kPatience));
    REQUIRE(offsets.size() == 1);
    CHECK(offsets[0].partition == partition);
    return offsets[0];
  }

  std::string group;
  TopicPartition partition;
  Driver member;
  std::unique_ptr<TransactionalProducer> producer;
};

}  // namespace

TEST_CASE("offsets: none before the first commit", "[conformance]") {
  Cluster cluster;
  Worker worker{cluster};
  CHECK_FALSE(worker.committed().offset.has_value());
}

TEST_CASE("offsets: a committed transaction stores them with their metadata, an aborted one does not",
          "[conformance]") {
  Cluster cluster;
  Worker worker{cluster};
  std::string metadata = "tag:1/π € ";
  while (metadata.size() < 200) metadata += "é";
  ok(worker.producer->begin());
  worker.send(42, metadata);
  ok(worker.producer->commit());
  CHECK(worker.committed().offset == Offset{42});
  CHECK(worker.committed().metadata == metadata);

  ok(worker.producer->begin());
  worker.send(43, "aborted");
  ok(worker.producer->abort());
  CHECK(worker.committed().offset == Offset{42});
  CHECK(worker.committed().metadata == metadata);
}

TEST_CASE("offsets: the same offset can be committed again with other metadata", "[conformance]") {
  Cluster cluster;
  Worker worker{cluster};
  for (const char* tag : {"first", "second", ""}) {
    ok(worker.producer->begin());
    worker.send(7, tag);
    ok(worker.producer->commit());
    CHECK(worker.committed().offset == Offset{7});
    CHECK(worker.committed().metadata == tag);
  }
}

TEST_CASE("offsets: those of an open transaction are waited for, and known once it ended", "[conformance]") {
  Cluster cluster;
  Worker worker{cluster};
  ok(worker.producer->begin());
  worker.send(5, "pending");
  CHECK(kind_of(worker.member->committed(std::span{&worker.partition, 1}, kShortly)) == LogErrorKind::kRetry);
  const bool commits = GENERATE(true, false);
  if (commits) {
    ok(worker.producer->commit());
    CHECK(worker.committed().offset == Offset{5});
  } else {
    ok(worker.producer->abort());
    CHECK_FALSE(worker.committed().offset.has_value());
  }
}

TEST_CASE("offsets: a successor's init settles those of a crashed producer", "[conformance]") {
  Cluster cluster;
  Worker worker{cluster};
  const std::string id = cluster.unique("producer");
  worker.producer = cluster.producer(id);
  ok(worker.producer->begin());
  worker.send(5, "pending");
  worker.producer.reset();
  worker.producer = cluster.producer(id);
  CHECK_FALSE(worker.committed().offset.has_value());
}

TEST_CASE("offsets: a stale generation is refused, and the transaction can only be aborted",
          "[conformance]") {
  Cluster cluster;
  Worker worker{cluster};
  auto stale = ok(worker.member->metadata());
  Driver other{cluster, worker.group, "b"};
  other.subscribe({worker.partition.topic});
  REQUIRE(drive(cluster, {&worker.member, &other}, [&] {
    return worker.member.has({worker.partition}) && worker.member.assignments > 1 && other.assigned;
  }));

  ok(worker.producer->begin());
  const OffsetCommit commit{worker.partition, Offset{9}, "stale"};
  CHECK(kind_of(worker.producer->send_offsets(std::span{&commit, 1}, *stale)) == LogErrorKind::kRebalanced);
  const LogErrorKind commit_says = kind_of(worker.producer->commit());
  CHECK((commit_says == LogErrorKind::kAbort || commit_says == LogErrorKind::kRebalanced));
  ok(worker.producer->abort());
  CHECK_FALSE(worker.committed().offset.has_value());

  ok(worker.producer->begin());
  worker.send(9, "current");
  ok(worker.producer->commit());
  CHECK(worker.committed().offset == Offset{9});
}

TEST_CASE(
    "offsets: those of a member whose place a twin has taken are refused, though the generation is the same",
    "[conformance]") {
  Cluster cluster;
  Worker worker{cluster};
  auto replaced = ok(worker.member->metadata());
  Driver twin{cluster, worker.group, "a"};
  twin.subscribe({worker.partition.topic});
  REQUIRE(drive(cluster, {&twin}, [&] { return twin.has({worker.partition}); }));

  ok(worker.producer->begin());
  const OffsetCommit commit{worker.partition, Offset{9}, "replaced"};
  const LogErrorKind kind = kind_of(worker.producer->send_offsets(std::span{&commit, 1}, *replaced));
  CHECK((kind == LogErrorKind::kRebalanced || kind == LogErrorKind::kAbort || kind == LogErrorKind::kTwin));
  ok(worker.producer->abort());
  auto offsets = ok(twin->committed(std::span{&worker.partition, 1}, kPatience));
  CHECK_FALSE(offsets.at(0).offset);
}

TEST_CASE("offsets: while the group takes partitions back, their owner still commits", "[conformance]") {
  Cluster cluster;
  Worker worker{cluster};
  worker.member.answers_revokes = false;
  Driver other{cluster, worker.group, "b"};
  other.subscribe({worker.partition.topic});
  REQUIRE(drive(cluster, {&worker.member, &other}, [&] { return worker.member.revoke_unanswered; }));
  ok(worker.producer->begin());
  worker.send(3, "in the revoke");
  ok(worker.producer->commit());
  worker.member.answers_revokes = true;
  REQUIRE(drive(cluster, {&worker.member, &other}, [&] { return worker.member.has({worker.partition}); }));
  CHECK(worker.committed().offset == Offset{3});
}

TEST_CASE(
    "offsets: a zombie that sent them before it lost its partitions commits, and its successor waits for it",
    "[conformance]") {
  Cluster cluster;
  Worker zombie{cluster};
  ok(zombie.producer->begin());
  zombie.send(11, "zombie");
  zombie.member.crash();

  Driver successor{cluster, zombie.group, "b"};
  successor.subscribe({zombie.partition.topic});
  REQUIRE(drive(cluster, {&successor}, [&] { return successor.has({zombie.partition}); }));
  CHECK(kind_of(successor->committed(std::span{&zombie.partition, 1}, kShortly)) == LogErrorKind::kRetry);
  ok(zombie.producer->commit());
  auto offsets = ok(successor->committed(std::span{&zombie.partition, 1}, kPatience));
  REQUIRE(offsets.size() == 1);
  CHECK(offsets[0].offset == Offset{11});
  CHECK(offsets[0].metadata == "zombie");
}

}  // namespace pactolus::conformance
