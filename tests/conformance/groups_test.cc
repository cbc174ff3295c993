#include "conformance/group_driver.h"

namespace pactolus::conformance {

namespace {

template <class... Sets>
std::set<TopicPartition> all_of(std::set<TopicPartition> first, const Sets&... others) {
  (first.insert(others.begin(), others.end()), ...);
  return first;
}

}  // namespace

TEST_CASE("group: one member gets all partitions of its topics", "[conformance]") {
  Cluster cluster;
  const std::string topic = cluster.topic(3);
  Driver a{cluster, cluster.unique("group"), "a"};
  a.subscribe({topic});
  CHECK(drive(cluster, {&a}, [&] { return a.has(partitions(topic, 0, 2)); }));
  CHECK(ok(a->metadata())->generation() >= 0);
}

TEST_CASE("group: two members share by range, topics of equal size alike", "[conformance]") {
  Cluster cluster;
  const std::string left = cluster.topic(5);
  const std::string right = cluster.topic(5);
  const std::string group = cluster.unique("group");
  Driver a{cluster, group, "a"};
  Driver b{cluster, group, "b"};
  b.subscribe({left, right});
  a.subscribe({left, right});
  CHECK(drive(cluster, {&a, &b}, [&] {
    return a.has(all_of(partitions(left, 0, 2), partitions(right, 0, 2))) &&
           b.has(all_of(partitions(left, 3, 4), partitions(right, 3, 4)));
  }));
}

TEST_CASE("group: range looks at each topic's own subscribers", "[conformance]") {
  Cluster cluster;
  const std::string shared = cluster.topic(4);
  const std::string single = cluster.topic(2);
  const std::string group = cluster.unique("group");
  Driver a{cluster, group, "a"};
  Driver b{cluster, group, "b"};
  a.subscribe({shared});
  b.subscribe({shared, single});
  CHECK(drive(cluster, {&a, &b}, [&] {
    return a.has(partitions(shared, 0, 1)) &&
           b.has(all_of(partitions(shared, 2, 3), partitions(single, 0, 1)));
  }));
}

TEST_CASE("group: range orders static members by their instance ids", "[conformance]") {
  Cluster cluster;
  const std::string topic = cluster.topic(2);
  const std::string group = cluster.unique("group");
  // Member ids are made of instance ids with something behind, and may sort the other way round.
  Driver first{cluster, group, "a"};
  Driver second{cluster, group, "a+1"};
  second.subscribe({topic});
  first.subscribe({topic});
  CHECK(drive(cluster, {&first, &second},
              [&] { return first.has(partitions(topic, 0, 0)) && second.has(partitions(topic, 1, 1)); }));
}

TEST_CASE("group: a third member joins and leaves; everyone lets go before anyone gets more",
          "[conformance]") {
  Cluster cluster;
  const std::string topic = cluster.topic(6);
  const std::string group = cluster.unique("group");
  Driver a{cluster, group, "a"};
  Driver b{cluster, group, "b"};
  Driver c{cluster, group, "c"};
  a.subscribe({topic});
  b.subscribe({topic});
  auto two_share = [&] { return a.has(partitions(topic, 0, 2)) && b.has(partitions(topic, 3, 5)); };
  REQUIRE(drive(cluster, {&a, &b}, two_share));
  const int revocations_before = a.revocations;

  a.answers_revokes = false;
  c.subscribe({topic});
  REQUIRE(drive(cluster, {&a, &b, &c}, [&] { return a.revoke_unanswered && !b.assigned; }));
  drive(cluster, {&b, &c}, [steps = 0]() mutable { return ++steps == 10; });
  CHECK_FALSE(b.assigned);
  CHECK_FALSE(c.assigned);
  a.answers_revokes = true;
  REQUIRE(drive(cluster, {&a, &b, &c}, [&] {
    return a.has(partitions(topic, 0, 1)) && b.has(partitions(topic, 2, 3)) && c.has(partitions(topic, 4, 5));
  }));
  CHECK(a.revocations == revocations_before + 1);

  c->close();  // a static member keeps its place until its session ends
  CHECK(drive(cluster, {&a, &b}, two_share));
  CHECK_FALSE((a.two_in_a_row || b.two_in_a_row || c.two_in_a_row));
  CHECK(a.losses + b.losses == 0);
}

TEST_CASE("group: the partitions of a member that died go to the others when its session ended",
          "[conformance]") {
  Cluster cluster;
  const std::string topic = cluster.topic(2);
  const std::string group = cluster.unique("group");
  Driver a{cluster, group, "a"};
  Driver b{cluster, group, "b"};
  a.subscribe({topic});
  b.subscribe({topic});
  REQUIRE(drive(cluster, {&a, &b},
                [&] { return a.has(partitions(topic, 0, 0)) && b.has(partitions(topic, 1, 1)); }));
  a.crash();
  CHECK(drive(cluster, {&b}, [&] { return b.has(partitions(topic, 0, 1)); }));
}

TEST_CASE("group: a static member that restarts gets its partitions back and nobody else notices",
          "[conformance]") {
  Cluster cluster;
  const std::string topic = cluster.topic(4);
  const std::string group = cluster.unique("group");
  Driver a{cluster, group, "a", kPatience};  // its session does not end meanwhile
  Driver b{cluster, group, "b"};
  a.subscribe({topic});
  b.subscribe({topic});
  REQUIRE(drive(cluster, {&a, &b},
                [&] { return a.has(partitions(topic, 0, 1)) && b.has(partitions(topic, 2, 3)); }));
  const int before = b.assignments + b.revocations;
  if (GENERATE(true, false)) {
    a->close();
  }
  a.crash();
  Driver restarted{cluster, group, "a", kPatience};
  restarted.subscribe({topic});
  REQUIRE(drive(cluster, {&restarted, &b}, [&] { return restarted.has(partitions(topic, 0, 1)); }));
  CHECK(b.assignments + b.revocations == before);
  CHECK(b.has(partitions(topic, 2, 3)));
}

TEST_CASE("group: a twin with the same instance id drives the first one out", "[conformance]") {
  Cluster cluster;
  const std::string topic = cluster.topic(2);
  const std::string group = cluster.unique("group");
  Driver first{cluster, group, "a"};
  first.subscribe({topic});
  REQUIRE(drive(cluster, {&first}, [&] { return first.assigned; }));
  Driver second{cluster, group, "a"};
  second.subscribe({topic});
  CHECK(drive(cluster, {&first, &second}, [&] { return first.twin && second.has(partitions(topic, 0, 1)); }));
}

TEST_CASE("group: partitions that it did not give are read beside those that it gave", "[conformance]") {
  Cluster cluster;
  const TopicPartition given{cluster.topic(), Partition{0}};
  const TopicPartition by_hand{cluster.topic(), Partition{0}};
  cluster.commit(given, {record("a", "given")});
  cluster.commit(by_hand, {record("a", "by hand")});
  Driver a{cluster, cluster.unique("group"), "a"};
  a.subscribe({given.topic});
  REQUIRE(drive(cluster, {&a}, [&] { return a.has({given}); }));
  const std::vector<PartitionPosition> both = {{given, Offset{0}}, {by_hand, Offset{0}}};
  ok(a->reader().assign(both));
  std::vector<OwnedRecord> records;
  REQUIRE(read_to_end(cluster, a->reader(), given, Offset{2}, records));
  REQUIRE(read_to_end(cluster, a->reader(), by_hand, Offset{2}, records));
  CHECK(values_of(records) == std::vector<std::string>{"given", "by hand"});
}

TEST_CASE("group: the client ids of its members are shown", "[conformance]") {
  Cluster cluster;
  const std::string topic = cluster.topic(2);
  const std::string group = cluster.unique("group");
  CHECK(ok(cluster.admin().group_clients(group)).empty());
  Driver a{cluster, group, "a"};
  Driver b{cluster, group, "b"};
  a.subscribe({topic});
  b.subscribe({topic});
  REQUIRE(drive(cluster, {&a, &b}, [&] { return a.assigned && b.assigned && a.held != b.held; }));
  auto clients = ok(cluster.admin().group_clients(group));
  std::ranges::sort(clients);
  CHECK(clients == std::vector<std::string>{"client-a", "client-b"});
}

}  // namespace pactolus::conformance
