#include "operators/time_order/time_ordered_rows.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/check.h"
#include "config/quantities.h"
#include "data/calendar.h"
#include "data/key_encoding.h"
#include "operators/lateness.h"
#include "operators/state_names.h"
#include "state/entry_key.h"

namespace pactolus {
namespace {

constexpr Duration kShortestSlice = std::chrono::milliseconds{100};
constexpr Duration kLongestSlice = std::chrono::minutes{1};

// The fields of an entry.
enum EntryField : size_t { kImage, kRowWatermark };

Schema kept_columns(const TimeOrder& order) {
  std::vector<Field> fields;
  for (size_t column : order.columns) fields.push_back(order.input[column]);
  return Schema(std::move(fields));
}

constexpr std::string_view kAddressedRowKind = "address and row";

/// Where the records of rows lie that waited. Rows that come from none have no topic.
class KeptAddresses final : public RowSource {
 public:
  explicit KeptAddresses(std::shared_ptr<const void> memory) : memory_(std::move(memory)) {}
  void add(RecordAddress address) { addresses_.push_back(address); }
  std::optional<RecordAddress> address(uint32_t record) const override {
    return addresses_[record].topic.empty() ? std::nullopt : std::optional(addresses_[record]);
  }

 private:
  std::shared_ptr<const void> memory_;
  std::vector<RecordAddress> addresses_;
};

}  // namespace

void append_address(const RecordAddress& address, std::string& out) {
  ByteWriter writer(out);
  writer.bytes(address.topic);
  writer.varint(static_cast<uint64_t>(address.partition.value()));
  writer.i64(address.offset.value());
}

RecordAddress read_address(ByteReader& reader) {
  const std::string_view topic = reader.bytes();
  const auto partition = static_cast<int32_t>(reader.varint());
  return {topic, Partition{partition}, Offset{reader.i64()}};
}

EventTime time_to_look(Duration grace, Duration length, EventTime end, EventTime now) {
  const Duration slice = time_order_slice(grace);
  // As many rough times are ahead as there are exact ones within each of them.
  const auto slices = static_cast<int64_t>(std::sqrt(static_cast<double>(length / slice)));
  const Duration rough = slice * std::max<int64_t>(slices, 1);
  const EventTime before{floor_divide(end.micros(), rough.count()) * rough.count()};
  if (before > now) return before;
  return EventTime{-floor_divide(-end.micros(), slice.count()) * slice.count()};
}

Duration time_order_slice(Duration grace) {
  constexpr int kSlicesOfGrace = 100;
  if (grace >= kSlicesOfGrace * kLongestSlice) return kLongestSlice;
  Duration slice = kShortestSlice;
  while (grace >= kSlicesOfGrace * 10 * slice) slice *= 10;
  return slice;
}

TimeOrder time_order(const std::string& step, std::string_view table, const Schema& input,
                     std::vector<size_t> columns, Duration grace, bool keeps_addresses) {
  const Duration slice = time_order_slice(grace);
  const std::string_view kind = keeps_addresses ? kAddressedRowKind : kRowKind;
  std::vector<StateField> fields{{"row", std::string(kind), 1, sizeof(BlobRef), {0}},
                                 {"watermark", std::string(kTimeKind), 1, sizeof(int64_t), {}},
                                 window_field("tumbling " + to_string(slice))};
  return {input,
          std::move(columns),
          grace,
          tumbling_windows(slice),
          TableLayout(step, std::string(table), true,
                      Schema({{"time", kTimestamptzType, false}, {"place", kBigintType, false}}),
                      std::move(fields)),
          keeps_addresses};
}

Duration TimeOrder::delay() const { return grace + time_order_slice(grace); }

TimeOrderedRows::TimeOrderedRows(const TimeOrder& order, StateStore& state)
    : order_(order),
      table_(state.declare(order.layout)),
      codec_(kept_columns(order)),
      lookup_(order.slices),
      taken_(table_) {}

std::vector<RowError> TimeOrderedRows::put(ColumnBatch& batch) {
  columns_.clear();
  for (size_t column : order_.columns) columns_.push_back(batch.columns[column]);
  std::vector<RowError> refused;
  std::vector<uint32_t> kept;
  images_.clear();
  run_.clear();
  EventTime slice_end;  // of the run
  for (uint32_t row : batch.selection) {
    const EventTime end = lookup_.of(batch.system->event_time[row]).front().end;
    if (end != slice_end) {
      keep(batch, run_, slice_end);
      slice_end = end;
    }
    std::optional<RowError> error = refusal(end, batch.system->row_watermark[row]);
    const size_t begin = images_.bytes().size();
    if (!error) {
      if (order_.keeps_addresses)
        append_address(batch.address_of(row).value_or(RecordAddress{}), images_.bytes());
      codec_.append_row(columns_, row, images_.bytes());
      if (images_.bytes().size() - begin + kEntryOverhead > kEntryBytesMax) {
        images_.bytes().resize(begin);
        error = RowError{0, "state_too_large",
                         "the row is longer than the " + std::to_string(kEntryBytesMax / 1024) +
                             " KiB that can be kept of a row that waits for its time"};
      }
    }
    if (error) {
      error->row = row;
      refused.push_back(*std::move(error));
      continue;
    }
    images_.end_row();
    run_.push_back(row);
    kept.push_back(row);
  }
  keep(batch, run_, slice_end);
  columns_.clear();
  batch.selection = std::move(kept);
  return refused;
}

std::optional<RowError> TimeOrderedRows::refusal(EventTime slice_end, EventTime row_watermark) const {
  const EventTime due = order_.due(slice_end);
  if (due > std::max(watermark_, row_watermark)) return std::nullopt;
  std::string message = "the rows before " + text_of(slice_end) + " have been put in order";
  if (order_.grace > Duration{0}) message += ", after a grace of " + to_string(order_.grace);
  return RowError{0, "late", std::move(message) + ": " + why_late(due, row_watermark)};
}

/// Puts the rows of run_ and their images_ into one slice.
void TimeOrderedRows::keep(const ColumnBatch& batch, std::span<const uint32_t> rows, EventTime slice_end) {
  if (rows.empty()) return;
  HotTable& slice = table_.window(slice_end);
  Column time(kTimestamptzType, 1);
  Column place(kBigintType, 1);
  auto next_place = static_cast<int64_t>(slice.size());
  encoded_.clear();
  for (uint32_t row : rows) {
    time.values_of<TypeKind::kTimestamptz>()[0] = batch.system->event_time[row].micros();
    place.values_of<TypeKind::kBigint>()[0] = next_place++;
    append_key_value(time, 0, encoded_.bytes());
    append_key_value(place, 0, encoded_.bytes());
    encoded_.end_row();
  }
  keys_.clear();
  for (size_t i = 0; i < rows.size(); ++i) keys_.push_back(encoded_[i]);
  entries_.resize(rows.size());
  slice.touch(keys_, entries_);
  for (size_t i = 0; i < rows.size(); ++i) {
    const BlobRef image = slice.heap().store(images_[i]);
    const int64_t watermark = batch.system->row_watermark[rows[i]].micros();
    std::memcpy(entries_[i] + order_.layout.field_offset(kImage), &image, sizeof image);
    std::memcpy(entries_[i] + order_.layout.field_offset(kRowWatermark), &watermark, sizeof watermark);
  }
  run_.clear();
  images_.clear();
}

ColumnBatch TimeOrderedRows::take(size_t rows_max) {
  ColumnBatch batch = batch_of(taken_.next(rows_max));
  if (!taken_.done()) return batch;
  watermark_ = std::max(watermark_, order_.due(taken_.end()));
  table_.drop_window(taken_.end());
  taken_.forget();
  return batch;
}

ColumnBatch TimeOrderedRows::batch_of(std::span<const StateGroup> entries) {
  auto system = std::make_shared<SystemColumns>();
  // Of their own: the slice will be gone.
  auto images = std::make_shared<ByteRows>();
  Column time(kTimestamptzType, 1);
  Column* time_slot = &time;
  Arena none;
  for (const StateGroup& entry : entries) {
    std::string_view key = entry.key;
    PACTOLUS_CHECK(decode_key(key, {&time_slot, 1}, 0, none), "the time of a row that waits cannot be read");
    system->event_time.emplace_back(time.values_of<TypeKind::kTimestamptz>()[0]);
    int64_t watermark = 0;
    std::memcpy(&watermark, entry.row + order_.layout.field_offset(kRowWatermark), sizeof watermark);
    system->row_watermark.emplace_back(watermark);
    BlobRef image;
    std::memcpy(&image, entry.row + order_.layout.field_offset(kImage), sizeof image);
    images->bytes() += image.view();
    images->end_row();
  }
  std::vector<std::string_view> views;
  for (size_t i = 0; i < images->size(); ++i) views.push_back((*images)[i]);
  if (order_.keeps_addresses) {
    auto addresses = std::make_shared<KeptAddresses>(images);
    for (uint32_t row = 0; row < views.size(); ++row) {
      ByteReader reader(views[row]);
      addresses->add(read_address(reader));
      PACTOLUS_CHECK(!reader.failed(), "where a row that waits comes from cannot be read");
      views[row] = reader.rest();
      system->source_row.push_back(row);
    }
    system->source = std::move(addresses);
  }
  DecodedRows decoded = codec_.decode(views, images);
  PACTOLUS_CHECK(decoded.failures.empty(), "a row that waits for its time cannot be read");
  ColumnBatch batch{&order_.input, std::vector<ColumnPtr>(order_.input.size()), std::move(system), {}};
  for (size_t i = 0; i < order_.columns.size(); ++i)
    batch.columns[order_.columns[i]] = std::move(decoded.columns[i]);
  for (uint32_t row = 0; row < batch.rows(); ++row) batch.selection.push_back(row);
  return batch;
}

void TimeOrderedRows::set_watermark(EventTime watermark) {
  taken_.forget();
  watermark_ = watermark;
}

}  // namespace pactolus
