#include "runtime/result_writer.h"

#include "data/partitioner.h"
#include "runtime/event_time.h"
#include "runtime/fetched_rows.h"

namespace pactolus {

SinkWriter::SinkWriter(const SinkPlan& plan, const TaskContext& context, Partition task)
    : plan_(plan),
      result_bytes_max_(context.result_bytes_max),
      partitions_(context.output_partitions.at(plan.topic)),
      keyless_partition_{task.value() % partitions_} {}

void SinkWriter::write(const ColumnBatch& batch, ProcessingTime record_time,
                       const DeadLetterWriter& dead_letters, Outgoing& out) {
  const SystemColumns& system = *batch.system;
  for (uint32_t row : batch.selection) {
    ++counts.rows_in;
    ProcessingTime timestamp = bounded_timestamp(system.event_time[row], record_time);
    key_.clear();
    bool has_key = plan_.key_encoder != nullptr && plan_.key_encoder->append_key(batch.columns, row, key_);
    if (plan_.is_table && !has_key) {
      // A table's row cannot be told apart without its key, nor deleted.
      ++counts.dead_letters;
      dead_letters.write_row(batch, plan_.name, {row, "null_key", "the key of a changing row is null"},
                             timestamp, out);
      continue;
    }
    bool retract = !system.change.empty() && system.change[row] == Change::kRetract;
    value_.clear();
    if (!retract) plan_.encoder->append_row(batch.columns, row, value_);
    if (key_.size() + value_.size() > result_bytes_max_) {
      ++counts.dead_letters;
      RowError error{row, "result_too_large",
                     "the result has " + std::to_string(key_.size() + value_.size()) + " bytes, more than " +
                         std::to_string(result_bytes_max_)};
      dead_letters.write_row(batch, plan_.name, error, timestamp, out);
      continue;
    }
    ++counts.passed;
    std::optional<std::string_view> key;
    if (has_key) key = key_;
    std::optional<std::string_view> value;
    if (!retract) value = value_;
    Partition partition = has_key ? murmur2_partition(key_, partitions_) : keyless_partition_;
    out.add({plan_.topic, partition}, key, value, timestamp);
  }
}

RepartitionWriter::RepartitionWriter(const RepartitionPlan& plan, const TaskContext& context)
    : plan_(plan), partitions_(context.output_partitions.at(plan.topic)), row_encoder_(plan.schema) {
  if (!plan.key_columns.empty()) key_encoder_.emplace(plan.schema, plan.key_columns);
}

void RepartitionWriter::write(const ColumnBatch& batch, ProcessingTime record_time, Outgoing& out) {
  const SystemColumns& system = *batch.system;
  const auto* source = dynamic_cast<const FetchedRows*>(system.source.get());
  for (uint32_t row : batch.selection) {
    RepartitionedRow header;
    header.event_time = system.event_time[row];
    header.row_watermark = system.row_watermark[row];
    header.change = system.change.empty() ? Change::kInsert : system.change[row];
    if (source != nullptr) {
      uint32_t record = system.source_row[row];
      bool again = !source->repartitioned.empty();
      header.origin_topic = again ? source->repartitioned[record].origin_topic : source->partition.topic;
      header.origin_partition =
          again ? source->repartitioned[record].origin_partition : source->partition.partition;
      header.origin_offset =
          again ? source->repartitioned[record].origin_offset : source->batch.records[record].offset;
    }
    value_.clear();
    append_row_header(header, value_);
    row_encoder_.append_row(batch.columns, row, value_);
    key_.clear();
    bool has_key = key_encoder_ && key_encoder_->append_key(batch.columns, row, key_);
    // Without a key (all rows, or a single NULL) rows of one group still meet, in partition 0.
    Partition partition = has_key ? murmur2_partition(key_, partitions_) : Partition{0};
    out.add({plan_.topic, partition}, has_key ? std::optional<std::string_view>(key_) : std::nullopt, value_,
            record_time);
  }
}

void RepartitionWriter::write_control(const ControlRecord& control, ProcessingTime record_time,
                                      Outgoing& out) {
  value_.clear();
  append_control(control, value_);
  for (int32_t partition = 0; partition < partitions_; ++partition) {
    out.add({plan_.topic, Partition{partition}}, std::nullopt, value_, record_time);
  }
}

}  // namespace pactolus
