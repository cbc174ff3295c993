#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/types.h"
#include "data/column_batch.h"

namespace pactolus {

/// What a row in a repartition topic carries besides its columns (docs/formats.md).
struct RepartitionedRow {
  EventTime event_time;
  EventTime row_watermark;
  Change change = Change::kInsert;  // kReplaced: the record is an update
  std::string_view origin_topic;    // of the record that the row came from; empty: a window's result
  Partition origin_partition;
  Offset origin_offset;
  std::string_view before;  // of an update: the row before, as `row`
  std::string_view row;     // row_codec.h
};

/// What an upstream task says of its time, in line with its rows.
struct ControlRecord {
  int32_t task = 0;
  int32_t tasks = 0;  // of the upstream sub-topology
  EventTime watermark = EventTime::min();
  bool idle = false;  // all its inputs are: it no longer holds the watermark back
};

/// Writes everything that stands before the row's own bytes.
void append_row_header(const RepartitionedRow& row, std::string& out);
void append_control(const ControlRecord& control, std::string& out);

struct RepartitionRecord {
  std::optional<ControlRecord> control;
  RepartitionedRow row;  // if it is no control record
};
/// None: malformed, or an unknown version.
std::optional<RepartitionRecord> decode_repartition_record(std::string_view value);

}  // namespace pactolus
