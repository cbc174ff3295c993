#pragma once

#include <string>

#include "data/row_errors.h"
#include "runtime/fetched_rows.h"
#include "runtime/outgoing.h"
#include "state/changelog.h"

namespace pactolus {

/// Writes dead letters of one task: the record's key and value unchanged, its headers, and headers that say
/// why (docs/formats.md). A row that came over a repartition topic is written as JSON, with the headers of
/// the record that it came from. Threads: the task's.
class DeadLetterWriter {
 public:
  struct Topic {
    std::string name;
    int32_t partitions = 1;
  };
  DeadLetterWriter(Topic topic, std::string topology, uint64_t fingerprint, TaskId task);

  /// A record that could not be decoded, or a row that a step refused.
  void write_record(const FetchedRows& source, uint32_t record, const std::string& step,
                    const RowError& error, ProcessingTime timestamp, Outgoing& out) const;
  /// Any row of a batch: its record if it has one, else (a result) its columns as JSON.
  void write_row(const ColumnBatch& batch, const std::string& step, const RowError& error,
                 ProcessingTime timestamp, Outgoing& out) const;

 private:
  struct Content {
    std::optional<std::string_view> key;
    std::optional<std::string_view> value;
    std::string_view kind;
  };
  struct Origin;
  void write(const Content& content, const Origin& origin, std::vector<OutgoingHeader> headers,
             const std::string& step, const RowError& error, ProcessingTime timestamp, Outgoing& out) const;

  Topic topic_;
  std::string topology_;
  std::string fingerprint_;
  TaskId task_;
};

}  // namespace pactolus
