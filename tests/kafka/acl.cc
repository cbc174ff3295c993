#include "kafka/acl.h"

#include <librdkafka/rdkafka.h>

#include <catch2/catch.hpp>

#include "kafka/rdkafka_ptr.h"

namespace pactolus {

namespace {

rd_kafka_ResourceType_t type_of(AclResource resource) {
  switch (resource) {
    case AclResource::kTopic:
      return RD_KAFKA_RESOURCE_TOPIC;
    case AclResource::kGroup:
      return RD_KAFKA_RESOURCE_GROUP;
    case AclResource::kTransactionalId:
      break;
  }
  return static_cast<rd_kafka_ResourceType_t>(5);  // Kafka's number; librdkafka 2.0 has no name for it
}

}  // namespace

void lock_out(const std::string& bootstrap, AclResource resource, const std::string& name) {
  char reason[512] = "";
  RdConf conf{rd_kafka_conf_new()};
  REQUIRE(rd_kafka_conf_set(conf.get(), "bootstrap.servers", bootstrap.c_str(), reason, sizeof reason) ==
          RD_KAFKA_CONF_OK);
  RdKafkaPtr<rd_kafka_t, rd_kafka_destroy> client{
      rd_kafka_new(RD_KAFKA_PRODUCER, conf.release(), reason, sizeof reason)};
  RdKafkaPtr<rd_kafka_AclBinding_t, rd_kafka_AclBinding_destroy> rule{rd_kafka_AclBinding_new(
      type_of(resource), name.c_str(), RD_KAFKA_RESOURCE_PATTERN_LITERAL, "User:stranger", "*",
      RD_KAFKA_ACL_OPERATION_READ, RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW, reason, sizeof reason)};
  INFO(reason);
  REQUIRE(rule != nullptr);
  RdQueue queue{rd_kafka_queue_new(client.get())};
  rd_kafka_AclBinding_t* rules[] = {rule.get()};
  rd_kafka_CreateAcls(client.get(), rules, 1, nullptr, queue.get());
  RdEvent event{rd_kafka_queue_poll(queue.get(), 10'000)};
  REQUIRE(event != nullptr);
  INFO(rd_kafka_event_error_string(event.get()));
  REQUIRE(rd_kafka_event_error(event.get()) == RD_KAFKA_RESP_ERR_NO_ERROR);
  size_t count = 0;
  const auto* results =
      rd_kafka_CreateAcls_result_acls(rd_kafka_event_CreateAcls_result(event.get()), &count);
  REQUIRE(count == 1);
  REQUIRE(rd_kafka_acl_result_error(results[0]) == nullptr);
}

}  // namespace pactolus
