#include "runtime/result_writer.h"

#include "data/key_encoding.h"
#include "data/partitioner.h"
#include "runtime/event_time.h"

namespace pactolus {

SinkWriter::SinkWriter(const SinkPlan& plan, const TaskContext& context, Partition task)
    : plan_(plan),
      result_bytes_max_(context.result_bytes_max),
      partitions_(context.output_partitions.at(plan.topic)),
      keyless_partition_{task.value() % partitions_} {}

void SinkWriter::write(const ColumnBatch& batch, ProcessingTime record_time, std::vector<RowError>& refused,
                       Outgoing& out) {
  const SystemColumns& system = *batch.system;
  for (uint32_t row : batch.selection) {
    const Change change = batch.change_of(row);
    const bool is_keyless = plan_.key_encoder == nullptr;
    // What is replaced, is so by the next row's record; a record without key cannot be deleted.
    if (change == Change::kReplaced || (change == Change::kRetract && is_keyless)) continue;
    ++counts.rows_in;
    ProcessingTime timestamp = bounded_timestamp(system.event_time[row], record_time);
    key_.clear();
    bool has_key = !is_keyless && plan_.key_encoder->append_key(batch.columns, row, key_);
    if (plan_.is_table && !is_keyless && !has_key) {
      // A table's row cannot be told apart without its key, nor deleted.
      ++counts.dead_letters;
      refused.push_back({row, "null_key", "the key of a changing row is null"});
      continue;
    }
    bool retract = change == Change::kRetract;
    value_.clear();
    if (!retract) plan_.encoder->append_row(batch.columns, row, value_);
    if (key_.size() + value_.size() > result_bytes_max_) {
      ++counts.dead_letters;
      refused.push_back({row, "result_too_large",
                         "the result has " + std::to_string(key_.size() + value_.size()) +
                             " bytes, more than " + std::to_string(result_bytes_max_)});
      continue;
    }
    ++counts.passed;
    std::optional<std::string_view> key;
    if (has_key) key = key_;
    std::optional<std::string_view> value;
    if (!retract) value = value_;
    Partition partition =
        has_key ? partition_of(Partitioner::kMurmur2, key_, partitions_) : keyless_partition_;
    out.add(OutgoingKind::kResult, {plan_.topic, partition}, key, value, timestamp);
  }
}

RepartitionWriter::RepartitionWriter(const RepartitionPlan& plan, const TaskContext& context)
    : plan_(plan), partitions_(context.output_partitions.at(plan.topic)), codec_(plan.schema) {}

void RepartitionWriter::write(const ColumnBatch& batch, ProcessingTime record_time, Outgoing& out) {
  const SystemColumns& system = *batch.system;
  std::vector<ColumnPtr> key_columns;
  for (size_t column : plan_.key_columns) key_columns.push_back(batch.columns[column]);
  keys_.clear();
  encode_keys(key_columns, batch.selection, keys_);
  for (size_t i = 0; i < batch.selection.size(); ++i) {
    uint32_t row = batch.selection[i];
    RepartitionedRow header;
    if (const auto origin = batch.address_of(row)) {
      header.origin_topic = origin->topic;
      header.origin_partition = origin->partition;
      header.origin_offset = origin->offset;
    }
    header.change = batch.change_of(row);
    before_.clear();
    if (header.change == Change::kReplaced) {
      if (batch.is_replaced(i) && keys_[i] == keys_[i + 1]) {
        codec_.append_row(batch.columns, row, before_);
        row = batch.selection[++i];
      } else {
        header.change = Change::kRetract;  // the halves of the pair part here
      }
    }
    header.before = before_;
    header.event_time = system.event_time[row];
    header.row_watermark = system.row_watermark[row];
    value_.clear();
    append_row_header(header, value_);
    codec_.append_row(batch.columns, row, value_);
    // Without key columns all rows belong to one group, whose key is empty.
    Partition partition =
        key_columns.empty() ? Partition{0} : partition_of(Partitioner::kMurmur2, keys_[i], partitions_);
    out.add(OutgoingKind::kInternal, {plan_.topic, partition}, keys_[i], value_, record_time);
  }
}

void RepartitionWriter::write_control(const ControlRecord& control, ProcessingTime record_time,
                                      Outgoing& out) {
  value_.clear();
  append_control(control, value_);
  for (int32_t partition = 0; partition < partitions_; ++partition) {
    out.add(OutgoingKind::kInternal, {plan_.topic, Partition{partition}}, std::nullopt, value_, record_time);
  }
}

}  // namespace pactolus
