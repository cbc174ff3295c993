#include "kafka/delivery_reports.h"

#include <algorithm>

namespace pactolus {

void DeliveryReports::on_report(rd_kafka_t*, const rd_kafka_message_t* message, void*) {
  auto& topic = *static_cast<TopicDelivery*>(rd_kafka_topic_opaque(message->rkt));
  topic.reports->report(topic, *message);
}

void DeliveryReports::restart() {
  failure_.reset();
  failed_topic_.clear();
  place_unknown_ = false;
  given_up_ = false;
  may_arrive_ = false;
}

void DeliveryReports::report(TopicDelivery& topic, const rd_kafka_message_t& message) {
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (rd_kafka_message_status(&message) == RD_KAFKA_MSG_STATUS_POSSIBLY_PERSISTED) may_arrive_ = true;
    const bool purged =
        message.err == RD_KAFKA_RESP_ERR__PURGE_QUEUE || message.err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT;
    given_up_ = given_up_ || purged;
    if (failure_ || purged) return;
    failure_ = failure_of(message.err);
    failed_topic_ = topic.topic;
    return;
  }
  if (message.offset < 0) {
    place_unknown_ = true;
    return;
  }
  const auto partition = static_cast<size_t>(message.partition);
  if (partition >= topic.ends.size()) topic.ends.resize(partition + 1, -1);
  topic.ends[partition] = std::max(topic.ends[partition], message.offset + 1);
}

}  // namespace pactolus
