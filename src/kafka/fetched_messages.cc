#include "kafka/fetched_messages.h"

namespace pactolus {

namespace {

std::optional<std::string_view> view_of(const void* bytes, size_t size) {
  if (bytes == nullptr) return std::nullopt;
  return std::string_view{static_cast<const char*>(bytes), size};
}

}  // namespace

FetchedMessages::~FetchedMessages() {
  for (rd_kafka_message_t* message : messages_) rd_kafka_message_destroy(message);
}

RecordView FetchedMessages::view(const rd_kafka_message_t& message) {
  rd_kafka_timestamp_type_t type{};
  const int64_t timestamp_ms = rd_kafka_message_timestamp(&message, &type);
  return {.offset = Offset{message.offset},
          .timestamp = ProcessingTime{timestamp_ms * 1000},
          .key = view_of(message.key, message.key_len),
          .value = view_of(message.payload, message.len),
          .headers = headers(message)};
}

std::span<const HeaderView> FetchedMessages::headers(const rd_kafka_message_t& message) {
  rd_kafka_headers_t* list = nullptr;
  if (rd_kafka_message_headers(&message, &list) != RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  std::vector<HeaderView>& views = headers_.emplace_back();
  const char* name = nullptr;
  const void* value = nullptr;
  size_t size = 0;
  for (size_t i = 0; rd_kafka_header_get_all(list, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
       ++i) {
    views.push_back({name, view_of(value, size)});
  }
  return views;  // stays in place when headers_ grows
}

}  // namespace pactolus
