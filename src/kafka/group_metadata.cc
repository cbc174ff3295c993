#include "kafka/group_metadata.h"

#include <cstring>

#include "kafka/errors.h"

namespace pactolus {

namespace {

/// There is no accessor (before 2.4): librdkafka's own encoding starts with this mark and the generation.
constexpr std::string_view kMark = "CGMDv2:";

LogResult<int32_t> generation_of(const rd_kafka_consumer_group_metadata_t* metadata) {
  void* bytes = nullptr;
  size_t size = 0;
  if (rd_kafka_error_t* error = rd_kafka_consumer_group_metadata_write(metadata, &bytes, &size))
    return LogError{LogErrorKind::kFatal, take_failure(error).message};
  const std::unique_ptr<void, decltype([](void* p) { rd_kafka_mem_free(nullptr, p); })> owner{bytes};
  const std::string_view text{static_cast<const char*>(bytes), size};
  int32_t generation = 0;
  if (!text.starts_with(kMark) || size < kMark.size() + sizeof generation) {
    return LogError{LogErrorKind::kFatal,
                    std::string{"group metadata of an unknown form: librdkafka "} + rd_kafka_version_str()};
  }
  std::memcpy(&generation, text.data() + kMark.size(), sizeof generation);
  return generation;
}

}  // namespace

LogResult<std::unique_ptr<GroupMetadata>> KafkaGroupMetadata::of(rd_kafka_t* consumer) {
  RdGroupMetadata metadata{rd_kafka_consumer_group_metadata(consumer)};
  if (metadata == nullptr) return LogError{LogErrorKind::kFatal, "the consumer is in no group"};
  const int32_t generation = PACTOLUS_TRY(generation_of(metadata.get()));
  return std::unique_ptr<GroupMetadata>{
      std::make_unique<KafkaGroupMetadata>(std::move(metadata), generation)};
}

}  // namespace pactolus
