#include "kafka/acl.h"

#include <librdkafka/rdkafka.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "kafka/rdkafka_ptr.h"

namespace pactolus {

namespace {

constexpr int kAnswerMs = 10'000;
constexpr std::chrono::minutes kPatience{2};
constexpr std::chrono::milliseconds kLookInterval{20};

rd_kafka_ResourceType_t type_of(AclResource resource) {
  return resource == AclResource::kTopic ? RD_KAFKA_RESOURCE_TOPIC : RD_KAFKA_RESOURCE_GROUP;
}

rd_kafka_AclOperation_t operation_of(AclRight right) {
  switch (right) {
    case AclRight::kDescribe:
      return RD_KAFKA_ACL_OPERATION_DESCRIBE;
    case AclRight::kRead:
      return RD_KAFKA_ACL_OPERATION_READ;
    case AclRight::kWrite:
      break;
  }
  return RD_KAFKA_ACL_OPERATION_WRITE;
}

/// Whether the broker already goes by a rule on that resource.
bool is_in_force(rd_kafka_t* client, AclResource resource, const std::string& name) {
  char reason[512] = "";
  RdKafkaPtr<rd_kafka_AclBinding_t, rd_kafka_AclBinding_destroy> filter{rd_kafka_AclBindingFilter_new(
      type_of(resource), name.c_str(), RD_KAFKA_RESOURCE_PATTERN_LITERAL, nullptr, nullptr,
      RD_KAFKA_ACL_OPERATION_ANY, RD_KAFKA_ACL_PERMISSION_TYPE_ANY, reason, sizeof reason)};
  INFO(reason);
  REQUIRE(filter != nullptr);
  RdQueue queue{rd_kafka_queue_new(client)};
  rd_kafka_DescribeAcls(client, filter.get(), nullptr, queue.get());
  RdEvent event{rd_kafka_queue_poll(queue.get(), kAnswerMs)};
  if (event == nullptr || rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) return false;
  size_t count = 0;
  rd_kafka_DescribeAcls_result_acls(rd_kafka_event_DescribeAcls_result(event.get()), &count);
  return count > 0;
}

/// Returns when the broker goes by it: it answers before that.
void add_rule(const std::string& bootstrap, AclResource resource, const std::string& name, const char* who,
              AclRight right) {
  char reason[512] = "";
  RdConf conf{rd_kafka_conf_new()};
  REQUIRE(rd_kafka_conf_set(conf.get(), "bootstrap.servers", bootstrap.c_str(), reason, sizeof reason) ==
          RD_KAFKA_CONF_OK);
  RdKafkaPtr<rd_kafka_t, rd_kafka_destroy> client{
      rd_kafka_new(RD_KAFKA_PRODUCER, conf.release(), reason, sizeof reason)};
  RdKafkaPtr<rd_kafka_AclBinding_t, rd_kafka_AclBinding_destroy> rule{rd_kafka_AclBinding_new(
      type_of(resource), name.c_str(), RD_KAFKA_RESOURCE_PATTERN_LITERAL, who, "*", operation_of(right),
      RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW, reason, sizeof reason)};
  INFO(reason);
  REQUIRE(rule != nullptr);
  RdQueue queue{rd_kafka_queue_new(client.get())};
  rd_kafka_AclBinding_t* rules[] = {rule.get()};
  rd_kafka_CreateAcls(client.get(), rules, 1, nullptr, queue.get());
  RdEvent event{rd_kafka_queue_poll(queue.get(), kAnswerMs)};
  REQUIRE(event != nullptr);
  INFO(rd_kafka_event_error_string(event.get()));
  REQUIRE(rd_kafka_event_error(event.get()) == RD_KAFKA_RESP_ERR_NO_ERROR);
  size_t count = 0;
  const auto* results =
      rd_kafka_CreateAcls_result_acls(rd_kafka_event_CreateAcls_result(event.get()), &count);
  REQUIRE(count == 1);
  REQUIRE(rd_kafka_acl_result_error(results[0]) == nullptr);
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (!is_in_force(client.get(), resource, name)) {
    REQUIRE(std::chrono::steady_clock::now() < until);
    std::this_thread::sleep_for(kLookInterval);
  }
}

}  // namespace

void lock_out(const std::string& bootstrap, AclResource resource, const std::string& name) {
  add_rule(bootstrap, resource, name, "User:stranger", AclRight::kRead);
}

void allow_only(const std::string& bootstrap, AclResource resource, const std::string& name, AclRight right) {
  add_rule(bootstrap, resource, name, "User:*", right);
}

}  // namespace pactolus
