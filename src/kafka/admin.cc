#include "kafka/admin.h"

#include <algorithm>
#include <thread>

#include "kafka/admin_request.h"
#include "kafka/client_conf.h"
#include "kafka/deletion.h"
#include "kafka/topic_lookup.h"

namespace pactolus {

namespace {

/// Between two looks at whether a new topic is known everywhere.
constexpr std::chrono::milliseconds kLookAgain{20};

using NewTopic = RdKafkaPtr<rd_kafka_NewTopic_t, rd_kafka_NewTopic_destroy>;
using ConfigResource = RdKafkaPtr<rd_kafka_ConfigResource_t, rd_kafka_ConfigResource_destroy>;

LogResult<NewTopic> new_topic(const TopicSpec& spec) {
  char reason[256] = "";
  NewTopic topic{
      rd_kafka_NewTopic_new(spec.name.c_str(), spec.partitions, spec.replication, reason, sizeof reason)};
  if (topic == nullptr)
    return LogError{LogErrorKind::kFatal, "cannot create topic " + spec.name + ": " + reason};
  for (const auto& [name, value] : spec.config)
    rd_kafka_NewTopic_set_config(topic.get(), name.c_str(), value.c_str());
  return topic;
}

RdPartitions list_of(std::span<const TopicPartition> partitions, int64_t offset) {
  RdPartitions list{rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size()))};
  for (const auto& [topic, partition] : partitions)
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition.value())->offset = offset;
  return list;
}

}  // namespace

LogResult<KafkaHandle*> KafkaAdmin::handle(Isolation isolation) {
  auto& handle = isolation == Isolation::kReadCommitted ? read_committed_ : read_uncommitted_;
  if (handle == nullptr)
    handle =
        PACTOLUS_TRY(KafkaHandle::make(RD_KAFKA_CONSUMER, admin_conf(settings_, isolation), "admin", log_));
  return handle.get();
}

LogResult<std::vector<TopicDescription>> KafkaAdmin::describe_topics(std::span<const std::string> names) {
  KafkaHandle& handle = *PACTOLUS_TRY(this->handle(Isolation::kReadUncommitted));
  const auto deadline = std::chrono::steady_clock::now() + settings_.call_timeout;
  std::vector<TopicDescription> found;
  for (const std::string& name : names) {
    const auto left = std::chrono::duration_cast<Duration>(deadline - std::chrono::steady_clock::now());
    if (auto topic = PACTOLUS_TRY(describe_topic(handle, name, left))) found.push_back(*std::move(topic));
  }
  return found;
}

LogResult<std::optional<TopicDescription>> KafkaAdmin::describe_topic(KafkaHandle& handle,
                                                                      const std::string& name,
                                                                      Duration timeout) {
  const std::string what = "cannot describe topic " + name;
  RdTopic topic{rd_kafka_topic_new(handle.get(), name.c_str(), nullptr)};
  if (topic == nullptr) return LogError{LogErrorKind::kFatal, "not a topic's name: " + name};
  const TopicLookup found = look_up_topic(handle.get(), topic.get(), timeout);
  handle.serve_events();
  if (found.unanswered != RD_KAFKA_RESP_ERR_NO_ERROR) return handle.unreachable(what);
  brokers_ = found.brokers;
  if (found.error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) return std::optional<TopicDescription>{};
  if (found.error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return log_error(KafkaCall::kAdmin, failure_of(found.error), {.topic = "DESCRIBE on topic " + name})
        .within(what);
  }
  return std::optional{TopicDescription{name, found.partitions}};
}

LogResult<void> KafkaAdmin::create_topics(std::span<const TopicSpec> topics) {
  std::vector<std::string> names;
  for (const TopicSpec& topic : topics) names.push_back(topic.name);
  const auto known = PACTOLUS_TRY(describe_topics(names));
  std::vector<TopicSpec> missing;
  for (const TopicSpec& topic : topics) {
    if (std::ranges::find(known, topic.name, &TopicDescription::name) == known.end())
      missing.push_back(topic);
  }
  // Who may not create topics can still run where they exist.
  if (missing.empty()) return {};
  PACTOLUS_TRY(create_missing(missing));
  return wait_described(names);
}

LogResult<void> KafkaAdmin::create_missing(std::span<const TopicSpec> topics) {
  KafkaHandle& handle = *PACTOLUS_TRY(this->handle(Isolation::kReadUncommitted));
  std::vector<NewTopic> owners;
  std::vector<rd_kafka_NewTopic_t*> wanted;
  for (const TopicSpec& spec : topics)
    wanted.push_back(owners.emplace_back(PACTOLUS_TRY(new_topic(spec))).get());
  AdminRequest request{handle, RD_KAFKA_ADMIN_OP_CREATETOPICS, settings_.call_timeout,
                       "cannot create topics"};
  rd_kafka_CreateTopics(request.instance(), wanted.data(), wanted.size(), request.options(), request.queue());
  const RdEvent event = PACTOLUS_TRY(request.answer({.cluster = "CREATE on the cluster"}));
  size_t count = 0;
  const auto* results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  for (size_t i = 0; i < count; ++i) {
    const rd_kafka_resp_err_t code = rd_kafka_topic_result_error(results[i]);
    const std::string name = rd_kafka_topic_result_name(results[i]);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) continue;
    return request
        .error(code, rd_kafka_topic_result_error_string(results[i]),
               {.topic = "CREATE on topic " + name, .cluster = "CREATE on the cluster"})
        .within("topic " + name);
  }
  return {};
}

LogResult<void> KafkaAdmin::wait_described(std::span<const std::string> names) {
  const auto deadline = std::chrono::steady_clock::now() + settings_.call_timeout;
  // Each question goes to any broker, and they learn of a topic one after the other.
  for (int in_a_row = 0;;) {
    auto described = describe_topics(names);
    if (!described.ok() && described.error().kind != LogErrorKind::kRetry)
      return std::move(described).error();
    in_a_row = described.ok() && described->size() == names.size() ? in_a_row + 1 : 0;
    if (in_a_row >= 2 * brokers_ - 1) return {};
    if (std::chrono::steady_clock::now() >= deadline) {
      return LogError{
          LogErrorKind::kRetry,
          "topics were created, but the cluster doesn't know all of them yet: " + names.front() + ", …"};
    }
    std::this_thread::sleep_for(kLookAgain);
  }
}

LogResult<std::map<std::string, std::string>> KafkaAdmin::topic_config(const std::string& topic) {
  KafkaHandle& handle = *PACTOLUS_TRY(this->handle(Isolation::kReadUncommitted));
  ConfigResource resource{rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str())};
  AdminRequest request{handle, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, settings_.call_timeout,
                       "cannot learn the settings of topic " + topic};
  rd_kafka_ConfigResource_t* asked = resource.get();
  rd_kafka_DescribeConfigs(request.instance(), &asked, 1, request.options(), request.queue());
  const NeededRights rights{.topic = "DESCRIBE_CONFIGS on topic " + topic};
  const RdEvent event = PACTOLUS_TRY(request.answer(rights));
  size_t count = 0;
  const auto* answered =
      rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event.get()), &count);
  PACTOLUS_CHECK(count == 1);
  if (const auto code = rd_kafka_ConfigResource_error(answered[0]); code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return request.error(code, rd_kafka_ConfigResource_error_string(answered[0]), rights);
  std::map<std::string, std::string> config;
  const auto* entries = rd_kafka_ConfigResource_configs(answered[0], &count);
  for (size_t i = 0; i < count; ++i) {
    if (const char* value = rd_kafka_ConfigEntry_value(entries[i]))
      config.emplace(rd_kafka_ConfigEntry_name(entries[i]), value);
  }
  return config;
}

// Not by DescribeConsumerGroups: librdkafka aborts the process if such a request has timed out by the time
// that its coordinator is found (its issue 4605).
LogResult<std::vector<std::string>> KafkaAdmin::group_clients(const std::string& group) {
  // Every broker that the client knows is asked: an older client would wait for those that are gone.
  const auto handle = PACTOLUS_TRY(KafkaHandle::make(
      RD_KAFKA_CONSUMER, admin_conf(settings_, Isolation::kReadUncommitted), "admin", log_));
  const std::string what = "cannot describe group " + group;
  const rd_kafka_group_list* answer = nullptr;
  rd_kafka_resp_err_t code =
      rd_kafka_list_groups(handle->get(), group.c_str(), &answer, milliseconds(settings_.call_timeout));
  const RdGroupList list{answer};
  handle->serve_events();
  if (is_unanswered(code)) return handle->unreachable(what);
  std::vector<std::string> clients;
  if (code == RD_KAFKA_RESP_ERR__PARTIAL) code = RD_KAFKA_RESP_ERR_NO_ERROR;  // the coordinator has answered
  for (int i = 0; list != nullptr && i < list->group_cnt; ++i) {
    const rd_kafka_group_info& info = list->groups[i];
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) code = info.err;
    for (int m = 0; m < info.member_cnt; ++m) clients.emplace_back(info.members[m].client_id);
  }
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return clients;
  return log_error(KafkaCall::kAdmin, failure_of(code), {.group = "DESCRIBE on group " + group}).within(what);
}

LogResult<std::vector<PartitionPosition>> KafkaAdmin::offsets(std::span<const TopicPartition> partitions,
                                                              OffsetEdge edge, Isolation isolation) {
  std::vector<PartitionPosition> positions;
  if (partitions.empty()) return positions;
  // By time, records of open transactions count too: whether they were committed is seen when they are read.
  // The end is asked first, so that what comes meanwhile lies behind it.
  std::vector<PartitionPosition> ends;
  if (edge.time()) {
    isolation = Isolation::kReadUncommitted;
    ends = PACTOLUS_TRY(offsets(partitions, OffsetEdge::kEnd, isolation));
  }
  KafkaHandle& handle = *PACTOLUS_TRY(this->handle(isolation));
  // The "time" of an edge: one request per broker answers for all partitions.
  const int64_t time = edge.time()                  ? std::max<int64_t>(0, edge.time()->micros() / 1000)
                       : edge == OffsetEdge::kStart ? RD_KAFKA_OFFSET_BEGINNING
                                                    : RD_KAFKA_OFFSET_END;
  RdPartitions list = list_of(partitions, time);
  const rd_kafka_resp_err_t code =
      rd_kafka_offsets_for_times(handle.get(), list.get(), milliseconds(settings_.call_timeout));
  handle.serve_events();
  const auto failed = [&](rd_kafka_resp_err_t why, const std::string& where) -> LogError {
    if (is_unanswered(why)) return handle.unreachable("cannot learn offsets");
    return log_error(KafkaCall::kAdmin, failure_of(why), {.topic = "DESCRIBE on topic of " + where})
        .within("cannot learn offsets of " + where);
  };
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return failed(code, to_string(partitions.front()));
  for (int i = 0; i < list->cnt; ++i) {
    const rd_kafka_topic_partition_t& element = list->elems[i];
    const TopicPartition partition{element.topic, Partition{element.partition}};
    if (element.err == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION) {
      // Believed for a while, unless somebody asks: a topic that was made a moment ago, or grew.
      const auto topic = PACTOLUS_TRY(describe_topic(handle, partition.topic, settings_.call_timeout));
      return failed(element.err, to_string(partition) + ", of " +
                                     std::to_string(topic ? topic->partitions : 0) + " partitions");
    }
    if (element.err != RD_KAFKA_RESP_ERR_NO_ERROR) return failed(element.err, to_string(partition));
    const bool is_beyond = edge.time() && element.offset < 0;  // no record is that young
    const Offset offset = is_beyond ? ends[positions.size()].offset : Offset{element.offset};
    positions.push_back({partition, offset});
  }
  return positions;
}

std::unique_ptr<Deletion> KafkaAdmin::delete_records(std::span<const PartitionPosition> before) {
  return std::make_unique<KafkaDeletion>(settings_, log_, before);
}

}  // namespace pactolus
