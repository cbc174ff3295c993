#include "kafka/outgoing.h"

#include "kafka/rdkafka_ptr.h"

namespace pactolus {

namespace {

using RdHeaders = RdKafkaPtr<rd_kafka_headers_t, rd_kafka_headers_destroy>;

/// librdkafka takes a null pointer for Kafka's null: an empty value needs another one.
const void* bytes(const std::optional<std::string_view>& text) {
  if (!text) return nullptr;
  return text->data() == nullptr ? "" : text->data();
}

size_t size(const std::optional<std::string_view>& text) { return text ? text->size() : 0; }

RdHeaders make_headers(std::span<const OutgoingHeader> headers) {
  if (headers.empty()) return nullptr;
  RdHeaders list{rd_kafka_headers_new(headers.size())};
  for (const auto& [name, value] : headers) {
    rd_kafka_header_add(list.get(), name.data(), static_cast<ssize_t>(name.size()), bytes(value),
                        static_cast<ssize_t>(size(value)));
  }
  return list;
}

/// Whole milliseconds, rounded down. librdkafka takes 0 for "now", so the epoch's first millisecond becomes
/// its second.
int64_t timestamp_ms(ProcessingTime time) {
  const int64_t ms = std::chrono::floor<std::chrono::milliseconds>(Duration{time.micros()}).count();
  return ms == 0 ? 1 : ms;
}

}  // namespace

rd_kafka_resp_err_t enqueue_record(rd_kafka_t* producer, rd_kafka_topic_t* topic, Partition partition,
                                   const OutgoingRecord& record) {
  RdHeaders headers = make_headers(record.headers);
  const rd_kafka_resp_err_t code = rd_kafka_producev(
      producer, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(partition.value()),
      RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(bytes(record.key), size(record.key)),
      RD_KAFKA_V_VALUE(const_cast<void*>(bytes(record.value)), size(record.value)),
      RD_KAFKA_V_TIMESTAMP(timestamp_ms(record.timestamp)), RD_KAFKA_V_HEADERS(headers.get()),
      RD_KAFKA_V_END);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) (void)headers.release();  // librdkafka took them
  return code;
}

}  // namespace pactolus
