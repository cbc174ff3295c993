#pragma once

#include <string>

#include "kafka/kafka_client.h"
#include "kafka/rdkafka_ptr.h"
#include "log/ports.h"

namespace pactolus {

/// The configurations of the instances that one client makes: good defaults, the user's settings over them,
/// what Pactolus owns over those. The settings have been checked; a CHECK says if not.
RdConf consumer_conf(const KafkaSettings& settings, const std::string& group, const std::string& client_id,
                     Isolation isolation);
RdConf member_conf(const KafkaSettings& settings, const GroupMemberOptions& options);
RdConf producer_conf(const KafkaSettings& settings, const TransactionalProducerOptions& options);
RdConf idempotent_producer_conf(const KafkaSettings& settings, const std::string& client_id);
RdConf admin_conf(const KafkaSettings& settings, Isolation isolation);

}  // namespace pactolus
