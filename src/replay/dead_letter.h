#pragma once

#include <map>
#include <optional>
#include <string>

#include "log/owned_record.h"
#include "replay/cell.h"

namespace pactolus {

/// A record of a dead-letter topic, read back. A value.
struct DeadLetter {
  std::string step;
  std::string code;
  std::string message;
  std::string topic;                 // that the refused record came from; empty: a result
  std::optional<std::string> value;  // the refused record's, as it was, or the row as JSON

  /// The fields of a JSON value by their dotted paths in lower case; empty if it is no JSON object.
  std::map<std::string, Cell> fields() const;
};

DeadLetter dead_letter_of(const OwnedRecord& record);

}  // namespace pactolus
