#include "runtime/task_input.h"

#include <algorithm>

#include "base/check.h"
#include "data/calendar.h"
#include "data/text_format.h"

namespace pactolus {
namespace {

/// Of a table's deletion only the primary key is known.
Schema nullable(const Schema& schema) {
  std::vector<Field> fields = schema.fields();
  for (Field& field : fields) field.nullable = true;
  return Schema(std::move(fields));
}

bool is_selected(const std::vector<uint32_t>& selection, uint32_t row) {
  return std::binary_search(selection.begin(), selection.end(), row);
}

}  // namespace

TaskInput::TaskInput(const InputPlan& plan, Partition partition, int32_t partitions, bool is_copy)
    : plan_(plan), partition_{plan.topic(), partition}, is_copy_(is_copy) {
  progress_.topic = partition_.topic;
  progress_.partitions = partitions;
  if (plan.is_global()) progress_.partition = partition;
  if (plan.repartition == nullptr) return;
  codec_.emplace(is_table() ? nullable(plan.repartition->schema) : plan.repartition->schema);
}

void TaskInput::reset(const InputProgress& progress) {
  progress_ = progress;
  fetch_offset_ = progress.offset;
  decoded_watermark_ = progress.watermark;
  at_end_ = false;
  waiting_ = 0;
  queue_.clear();
  head_begin_ = 0;
}

Result<void> TaskInput::offer(FetchedBatch batch) {
  at_end_ = batch.end_of_partition.has_value();
  if (at_end_) fetch_offset_ = std::max(fetch_offset_, *batch.end_of_partition);
  if (batch.records.empty()) {
    if (queue_.empty()) progress_.offset = fetch_offset_;
    return {};
  }
  fetch_offset_ = std::max(fetch_offset_, next(batch.records.back().offset));
  WaitingBatch decoded;
  decoded.source = std::make_shared<FetchedRows>();
  decoded.source->partition = partition_;
  decoded.source->is_copy = is_copy_;
  decoded.source->batch = std::move(batch);
  decoded.system = std::make_shared<SystemColumns>();
  decoded.batch.system = decoded.system;
  if (plan_.source != nullptr) {
    decode_source(decoded);
    PACTOLUS_TRY(check_places(decoded));
  } else {
    decode_repartition(decoded);
  }
  waiting_ += decoded.records();
  queue_.push_back(std::move(decoded));
  return {};
}

EventTime TaskInput::merge_time() const { return head().watermarks[head_begin_] + disorder(); }

uint32_t TaskInput::records_until(EventTime bound, bool inclusive) const {
  const std::vector<EventTime>& watermarks = head().watermarks;
  EventTime limit = bound - disorder();
  auto begin = watermarks.begin() + head_begin_;
  auto end = inclusive ? std::upper_bound(begin, watermarks.end(), limit)
                       : std::lower_bound(begin, watermarks.end(), limit);
  return static_cast<uint32_t>(end - watermarks.begin());
}

void TaskInput::advance_to(uint32_t end) {
  const WaitingBatch& head = queue_.front();
  PACTOLUS_CHECK(end > head_begin_ && end <= head.records());
  progress_.offset = next(head.source->batch.records[end - 1].offset);
  progress_.watermark = std::max(progress_.watermark, head.watermarks[end - 1]);
  waiting_ -= end - head_begin_;
  head_begin_ = end;
  if (end < head.records()) return;
  queue_.pop_front();
  head_begin_ = 0;
  if (queue_.empty() && at_end_) progress_.offset = fetch_offset_;
}

void TaskInput::resume(EventTime task_watermark) {
  progress_.idle = false;
  progress_.floor = std::max(progress_.floor, task_watermark);
  for (WaitingBatch& waiting : queue_) {
    for (EventTime& watermark : waiting.system->row_watermark)
      watermark = std::max(watermark, progress_.floor);
  }
}

Duration TaskInput::disorder() const {
  return plan_.source != nullptr && plan_.source->time ? plan_.source->time->disorder : Duration{0};
}

void TaskInput::decode_source(WaitingBatch& decoded) {
  const SourcePlan& source = *plan_.source;
  std::span<const RecordView> records(decoded.source->batch.records);
  DecodedRows rows = source.decoder->decode(records);
  decoded.batch.schema = &source.schema;
  decoded.batch.columns = std::move(rows.columns);
  decoded.failures = std::move(rows.failures);
  RowErrors refused;
  SystemColumns& system = *decoded.system;
  auto failure = decoded.failures.begin();
  for (uint32_t row = 0; row < records.size(); ++row) {
    bool failed = failure != decoded.failures.end() && failure->row == row;
    if (failed) ++failure;
    auto time = failed ? std::nullopt : event_time(decoded, row, refused);
    if (time) {
      decoded.batch.selection.push_back(row);
      decoded_watermark_ = std::max(decoded_watermark_, *time - disorder());
    }
    system.event_time.push_back(time.value_or(EventTime::min()));
    decoded.watermarks.push_back(decoded_watermark_);
  }
  add_failures(decoded, refused);
  for (uint32_t row = 0; row < decoded.records(); ++row) system.source_row.push_back(row);
  system.source = decoded.source;
  if (source.is_table()) {
    system.row_watermark.assign(records.size(), EventTime::min());  // rows of a table are never late
    if (!rows.deletions.empty()) system.change.assign(records.size(), Change::kInsert);
    for (uint32_t row : rows.deletions) system.change[row] = Change::kRetract;
    return;
  }
  for (EventTime watermark : decoded.watermarks)
    system.row_watermark.push_back(std::max(watermark, progress_.floor));
}

/// Whether the records are where producers with the declared partitioner put their keys. Those that cannot be
/// read reach no step, and those without key may be anywhere.
Result<void> TaskInput::check_places(const WaitingBatch& decoded) const {
  if (!plan_.relied_on || progress_.partitions == 1) return {};
  const SourcePlan& source = *plan_.source;
  const Column& key = *decoded.batch.columns[source.key_columns.front()];
  const bool is_text = key.type().kind == TypeKind::kText;
  std::string scratch;
  for (uint32_t row : decoded.batch.selection) {
    if (key.is_null(row)) continue;
    std::string_view text;
    if (is_text) {
      text = key.values_of<TypeKind::kText>()[row];
    } else {
      scratch.clear();
      append_iso_value(key, row, scratch);
      text = scratch;
    }
    const Partition place = partition_of(source.partitioner, text, progress_.partitions);
    if (place != partition_.partition)
      return misplaced(source, decoded.source->batch.records[row].offset, place);
  }
  return {};
}

Error TaskInput::misplaced(const SourcePlan& source, Offset offset, Partition place) const {
  const bool is_murmur2 = source.partitioner == Partitioner::kMurmur2;
  const std::string& key = source.schema[source.key_columns.front()].name;
  return Error{"topic " + partition_.topic + ", partition " + std::to_string(partition_.partition.value()) +
               ", offset " + std::to_string(offset.value()) + ": by " + (is_murmur2 ? "murmur2" : "crc32") +
               " of its `" + key + "` the record belongs to partition " + std::to_string(place.value()) +
               " of " + std::to_string(progress_.partitions) +
               ", and steps rely on that: rows of one key would be in several tasks. Way out: in source `" +
               source.name + "` say `key: {field: " + key + ", partitioner: " +
               (is_murmur2 ? "crc32}` if its producers place keys as librdkafka does unless told otherwise"
                           : "murmur2}` if its producers place keys as Java's do") +
               ", or `partitioner: unknown`, and its rows go through a repartition topic"};
}

/// The row's event time; none if it has none or one too far in the future, which is then among `refused`.
std::optional<EventTime> TaskInput::event_time(const WaitingBatch& decoded, uint32_t row,
                                               RowErrors& refused) const {
  const RecordView& record = decoded.source->batch.records[row];
  const std::optional<TimePlan>& plan = plan_.source->time;
  const bool is_deletion = plan_.source->is_table() && !record.value;
  if (!plan || (is_deletion && decoded.batch.columns[plan->field]->is_null(row))) {
    const int64_t micros = record.timestamp.micros();
    if (micros >= kTimestampMin && micros <= kTimestampMax) return EventTime{micros};
    refused.add(row, "invalid_timestamp",
                "the record's Kafka timestamp is out of range: it is the event time");
    return std::nullopt;
  }
  const Column& column = *decoded.batch.columns[plan->field];
  if (column.is_null(row)) {
    refused.add(row, "null_field", "the event time is null: " + plan_.source->schema[plan->field].name);
    return std::nullopt;
  }
  EventTime time{column.values_of<TypeKind::kTimestamptz>()[row]};
  EventTime latest =
      plan->max_future ? EventTime{record.timestamp.micros()} + *plan->max_future : EventTime::max();
  if (time <= latest) return time;
  auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(time - EventTime{record.timestamp.micros()});
  refused.add(
      row, "future_event",
      "the event time is " + std::to_string(seconds.count()) +
          " s later than the record's timestamp; max_future is " +
          std::to_string(std::chrono::duration_cast<std::chrono::seconds>(*plan->max_future).count()) + " s");
  return std::nullopt;
}

void TaskInput::decode_repartition(WaitingBatch& decoded) {
  const RepartitionPlan& plan = *plan_.repartition;
  std::vector<std::string_view> images;
  RowErrors refused;
  for (const RecordView& record : decoded.source->batch.records) {
    const auto index = static_cast<uint32_t>(decoded.source->repartitioned.size());
    const auto row = static_cast<uint32_t>(images.size());
    auto content = record.value ? decode_repartition_record(*record.value) : std::nullopt;
    if (!content)
      refused.add(row, "invalid_row", "not a record of a repartition topic that this Pactolus knows");
    if (content && content->control) decoded.controls.emplace_back(index, *content->control);
    RepartitionedRow carried = content && !content->control ? content->row : RepartitionedRow{};
    bool is_row = content && !content->control;
    if (is_row) decoded_watermark_ = std::max(decoded_watermark_, carried.event_time);
    if (carried.change == Change::kReplaced) {
      images.push_back(carried.before);
      add_system_row(decoded, carried, index);
      decoded.batch.selection.push_back(row);
      carried.change = Change::kInsert;
    }
    if (is_row) decoded.batch.selection.push_back(static_cast<uint32_t>(images.size()));
    images.push_back(carried.row);
    add_system_row(decoded, carried, index);
    decoded.watermarks.push_back(decoded_watermark_);
    decoded.source->repartitioned.push_back(carried);
  }
  DecodedRows rows = codec_->decode(images, decoded.source);
  std::erase_if(rows.failures,
                [&](const RowError& e) { return !is_selected(decoded.batch.selection, e.row); });
  decoded.batch.schema = &plan.schema;
  decoded.batch.columns = std::move(rows.columns);
  decoded.failures = std::move(rows.failures);
  remove_failed(decoded.batch.selection, decoded.failures);
  add_failures(decoded, refused);
  decoded.system->source = decoded.source;
}

void TaskInput::add_system_row(WaitingBatch& decoded, const RepartitionedRow& row, uint32_t record) const {
  SystemColumns& system = *decoded.system;
  if (row.change != Change::kInsert && system.change.empty())
    system.change.resize(system.event_time.size(), Change::kInsert);
  if (row.change != Change::kInsert || !system.change.empty()) system.change.push_back(row.change);
  system.event_time.push_back(row.event_time);
  system.row_watermark.push_back(std::max(row.row_watermark, progress_.floor));
  system.source_row.push_back(record);
}

void TaskInput::add_failures(WaitingBatch& decoded, RowErrors& refused) {
  for (RowError& error : decoded.failures)
    refused.add(error.row, std::move(error.code), std::move(error.message));
  decoded.failures = refused.take();
}

}  // namespace pactolus
