#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/types.h"

namespace pactolus {

/// A record header. Names may repeat; a header's value may be absent (Kafka's null).
struct HeaderView {
  std::string_view name;
  std::optional<std::string_view> value;
};

/// One record as it was read. Points into memory that whoever fetched it owns.
struct RecordView {
  Offset offset;
  ProcessingTime timestamp;  // CreateTime or LogAppendTime, whole milliseconds
  std::optional<std::string_view> key;
  std::optional<std::string_view> value;
  std::span<const HeaderView> headers;
};

}  // namespace pactolus
