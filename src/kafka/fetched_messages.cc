#include "kafka/fetched_messages.h"

#include <algorithm>
#include <chrono>
#include <limits>

namespace pactolus {

namespace {

/// Producers write what they like. The distance of two such times still fits into microseconds.
constexpr int64_t kLatestMs = std::numeric_limits<int64_t>::max() / 4000;

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
          .timestamp =
              ProcessingTime{} + std::chrono::milliseconds(std::clamp(timestamp_ms, -kLatestMs, kLatestMs)),
          .key = view_of(message.key, message.key_len),
          .value = view_of(message.payload, message.len),
          .headers = {*this, &message}};
}

std::span<const HeaderView> FetchedMessages::headers_of(const void* message) {
  const auto [known, is_new] = headers_.try_emplace(message);
  std::vector<HeaderView>& views = known->second;  // stays in place when headers_ grows
  rd_kafka_headers_t* list = nullptr;
  const auto* record = static_cast<const rd_kafka_message_t*>(message);
  if (!is_new || rd_kafka_message_headers(record, &list) != RD_KAFKA_RESP_ERR_NO_ERROR) return views;
  const char* name = nullptr;
  const void* value = nullptr;
  size_t size = 0;
  for (size_t i = 0; rd_kafka_header_get_all(list, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
       ++i) {
    views.push_back({name, view_of(value, size)});
  }
  return views;
}

}  // namespace pactolus
