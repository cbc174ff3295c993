#include "kafka/kafka_client.h"

#include "kafka/admin.h"
#include "kafka/bounded_producer.h"
#include "kafka/client_conf.h"
#include "kafka/group_member.h"
#include "kafka/idempotent_producer.h"
#include "kafka/reader.h"
#include "kafka/transactional_producer.h"

namespace pactolus {

namespace {

class KafkaClient final : public LogClient {
 public:
  KafkaClient(KafkaSettings settings, std::shared_ptr<KafkaLogBridge> log)
      : settings_(std::move(settings)), log_(std::move(log)) {}

  LogResult<std::unique_ptr<GroupMember>> group_member(const GroupMemberOptions& options) override {
    auto handle = PACTOLUS_TRY(
        KafkaHandle::make(RD_KAFKA_CONSUMER, member_conf(settings_, options), options.client_id, log_));
    return std::unique_ptr<GroupMember>{
        std::make_unique<KafkaGroupMember>(std::move(handle), options.group, settings_.call_timeout)};
  }

  /// rd_kafka_assign wants a group, though a reader by itself never joins one: it gets a name that is its
  /// own.
  LogResult<std::unique_ptr<Reader>> reader(Isolation isolation, const std::string& client_id) override {
    auto handle = PACTOLUS_TRY(KafkaHandle::make(
        RD_KAFKA_CONSUMER, consumer_conf(settings_, client_id, client_id, isolation), client_id, log_));
    return std::unique_ptr<Reader>{std::make_unique<KafkaReader>(std::move(handle), settings_.call_timeout)};
  }

  LogResult<std::unique_ptr<TransactionalProducer>> producer(
      const TransactionalProducerOptions& options) override {
    auto producer = PACTOLUS_TRY(KafkaTransactionalProducer::make(producer_conf(settings_, options), options,
                                                                  settings_.call_timeout, log_));
    return std::unique_ptr<TransactionalProducer>{std::make_unique<BoundedProducer>(
        std::move(producer), options.transactional_id, settings_.call_timeout)};
  }

  LogResult<std::unique_ptr<IdempotentProducer>> idempotent_producer(const std::string& client_id) override {
    return KafkaIdempotentProducer::make(idempotent_producer_conf(settings_, client_id), client_id,
                                         settings_.call_timeout, log_);
  }

  LogResult<std::unique_ptr<Admin>> admin() override {
    return std::unique_ptr<Admin>{std::make_unique<KafkaAdmin>(settings_, log_)};
  }

 private:
  const KafkaSettings settings_;
  const std::shared_ptr<KafkaLogBridge> log_;  // shared with all instances: the same trouble is told once
};

}  // namespace

std::string librdkafka_version() { return std::string("librdkafka ") + rd_kafka_version_str(); }

Result<std::unique_ptr<LogClient>> make_kafka_client(KafkaSettings settings, std::shared_ptr<Logger> logger) {
  std::string problems;
  for (const KafkaSettingProblem& problem : check_kafka_settings(settings))
    problems += (problems.empty() ? "kafka settings: " : "; ") + problem.message;
  if (!problems.empty()) return Error{std::move(problems)};
  auto log = std::make_shared<KafkaLogBridge>(std::move(logger));
  return std::unique_ptr<LogClient>{std::make_unique<KafkaClient>(std::move(settings), std::move(log))};
}

}  // namespace pactolus
