#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/types.h"
#include "log/record.h"

namespace pactolus {

struct OwnedHeader {
  std::string name;
  std::optional<std::string> value;
  bool operator==(const OwnedHeader&) const = default;
};

/// A record that owns its bytes: for tests, reports and tools, never on the record path.
struct OwnedRecord {
  Offset offset;
  ProcessingTime timestamp;
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<OwnedHeader> headers;
  bool operator==(const OwnedRecord&) const = default;
};

OwnedRecord copy_of(const RecordView& record);

}  // namespace pactolus
