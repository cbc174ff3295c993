#include <algorithm>
#include <cstring>

#include "config/map_reader.h"
#include "config/quantities.h"
#include "data/key_encoding.h"
#include "operators/column_selection.h"
#include "operators/key_columns.h"
#include "operators/lateness.h"
#include "operators/registry.h"
#include "operators/state_names.h"
#include "operators/windows/windows.h"
#include "state/entry_key.h"

namespace pactolus {
namespace {

/// What a deduplicating step does. Immutable, shared by all tasks.
///
/// The time of each row that was kept is remembered, by key, in a table of windows as long as `within`. So a
/// key has at most one such row in a window, and what a row may be a duplicate of lies in its own window or
/// in one beside it.
struct DeduplicateProgram {
  std::string step;
  std::vector<size_t> by;
  Duration within{0};
  Duration grace{0};
  Windows windows;
  TableLayout layout;

  /// The watermark at which rows of the window are late.
  EventTime closes(EventTime window_end) const { return window_end + grace; }
  /// The watermark at which no row can be a duplicate of one of the window's any more.
  EventTime due(EventTime window_end) const { return closes(window_end) + within; }
};

class Deduplicate final : public Operator {
 public:
  Deduplicate(const DeduplicateProgram& program, StateStore& state)
      : program_(program), table_(state.declare(program.layout)), lookup_(program.windows) {}

  void process(ColumnBatch batch, size_t, OperatorOutput& out) override {
    counts.rows_in += batch.selection.size();
    key_columns_.clear();
    for (size_t column : program_.by) key_columns_.push_back(batch.columns[column]);
    keys_.clear();
    encode_keys(key_columns_, batch.selection, keys_);
    load(batch);
    size_t place = 0;
    std::erase_if(batch.selection, [&](uint32_t row) { return !keep(batch, row, keys_[place++], out); });
    counts.passed += batch.selection.size();
    if (!batch.selection.empty()) out.emit(std::move(batch));
  }

  EventTime next_due() const override { return program_.due(table_.first_window_end()); }

  /// What no row can be a duplicate of any more is forgotten.
  bool fire(EventTime due, size_t, OperatorOutput&) override {
    table_.drop_window(table_.first_window_end());
    watermark_ = std::max(watermark_, due);
    return true;
  }

  void set_watermark(EventTime watermark) override { watermark_ = watermark; }

 private:
  /// Reads from disk what the rows are compared with.
  void load(const ColumnBatch& batch) {
    if (batch.selection.empty() || !table_.partly_on_disk()) return;
    const std::vector<std::string_view> keys = keys_.views();
    EventTime first = EventTime::max();
    EventTime last = EventTime::min();
    for (uint32_t row : batch.selection) {
      first = std::min(first, batch.system->event_time[row] - program_.within);
      last = std::max(last, batch.system->event_time[row] + program_.within);
    }
    for (EventTime end = window_end(first); end <= window_end(last); end = end + program_.within) {
      if (HotTable* window = table_.find_window(end)) window->load(keys);
    }
  }

  /// False: it is a duplicate, or has gone to the dead letters.
  bool keep(const ColumnBatch& batch, uint32_t row, std::string_view key, OperatorOutput& out) {
    const auto is_null = [&](const ColumnPtr& column) { return column->is_null(row); };
    if (std::ranges::any_of(key_columns_, is_null)) return true;
    const EventTime time = batch.system->event_time[row];
    const EventTime end = window_end(time);
    const EventTime row_watermark = batch.system->row_watermark[row];
    if (program_.closes(end) <= std::max(watermark_, row_watermark)) {
      refuse(batch, row, "late", late_message(end, row_watermark), out);
      return false;
    }
    if (key.size() + kEntryOverhead > kEntryBytesMax) {
      refuse(batch, row, "state_too_large",
             "the row's key is longer than the " + std::to_string(kEntryBytesMax / 1024) +
                 " KiB that can be remembered of a row",
             out);
      return false;
    }
    for (EventTime near : {end, end - program_.within, end + program_.within}) {
      if (!is_kept_near(near, key, time)) continue;
      ++counts.filtered;
      return false;
    }
    std::byte* state = table_.window(end).touch(key);
    const int64_t micros = time.micros();
    std::memcpy(state, &micros, sizeof micros);
    return true;
  }

  void refuse(const ColumnBatch& batch, uint32_t row, const char* code, std::string message,
              OperatorOutput& out) {
    ++counts.dead_letters;
    out.dead_letter(batch, {row, code, std::move(message)});
  }

  /// A row of the window is kept that the one at `time` would be a duplicate of.
  bool is_kept_near(EventTime window_end, std::string_view key, EventTime time) {
    HotTable* window = table_.find_window(window_end);
    const std::byte* state = window == nullptr ? nullptr : window->find(key);
    if (state == nullptr) return false;
    int64_t kept = 0;
    std::memcpy(&kept, state, sizeof kept);
    const Duration distance = time - EventTime{kept};
    return -program_.within < distance && distance < program_.within;
  }

  EventTime window_end(EventTime time) { return lookup_.of(time).front().end; }

  std::string late_message(EventTime end, EventTime row_watermark) const {
    return "whether it is a duplicate is not known any more: " +
           why_late(program_.closes(end), row_watermark);
  }

  const DeduplicateProgram& program_;
  StateTable& table_;
  EventTime watermark_ = EventTime::min();
  WindowLookup lookup_;
  std::vector<ColumnPtr> key_columns_;
  ByteRows keys_;  // of the batch's rows, by place
};

class DeduplicateNode final : public OperatorNode {
 public:
  DeduplicateNode(const Schema& schema, DeduplicateProgram program, std::optional<int32_t> partitions)
      : schema_(schema), program_(std::move(program)), partitions_(partitions) {}

  const Schema& output() const override { return schema_; }
  std::vector<std::optional<size_t>> copied_from(size_t) const override { return all_copied(schema_); }
  std::optional<std::vector<size_t>> co_located_by(size_t) const override { return program_.by; }
  EventTime next_boundary(EventTime watermark) const override {
    return program_.windows.next_closing(watermark, program_.grace);
  }
  std::optional<int32_t> repartition_partitions() const override { return partitions_; }
  std::vector<std::pair<std::string, std::string>> describe() const override {
    return {{"by", names_of(schema_, program_.by)},
            {"within", to_string(program_.within)},
            {"grace", to_string(program_.grace)}};
  }
  std::unique_ptr<Operator> instantiate(StateStore& state) const override {
    return std::make_unique<Deduplicate>(program_, state);
  }

 private:
  Schema schema_;
  DeduplicateProgram program_;
  std::optional<int32_t> partitions_;
};

const std::vector<FieldSpec>& fields() {
  static const std::vector<FieldSpec> fields = {
      {.name = "by",
       .kind = FieldKind::kNames,
       .required = true,
       .summary = "columns whose equal values make a duplicate; a row with a NULL in one is none"},
      {.name = "within",
       .kind = FieldKind::kDuration,
       .required = true,
       .minimum = kWindowMicrosMin,
       .maximum = kWindowMicrosMax,
       .summary = "how near in event time a duplicate is to the row that was kept"},
      {.name = "grace",
       .kind = FieldKind::kDuration,
       .default_text = "0s",
       .minimum = 0,
       .maximum = kWindowMicrosMax,
       .summary = "for how much longer rows are remembered, for those that come late"},
      repartition_field(),
  };
  return fields;
}

std::unique_ptr<const OperatorNode> build(const OperatorBuild& build) {
  MapReader reader(*build.node, fields(), *build.diagnostics);
  const std::optional<std::vector<Name>> names = reader.names("by");
  if (!names) return nullptr;
  KeyColumns key = find_key_columns(build, *names);
  if (!reader.ok() || !key.ok) return nullptr;
  const Duration within = *reader.duration("within");
  StateField time{"time", std::string(kTimeKind), 1, sizeof(int64_t), {}};
  DeduplicateProgram program{
      .step = build.step,
      .by = std::move(key.columns),
      .within = within,
      .grace = *reader.duration("grace"),
      .windows = tumbling_windows(within),
      .layout = TableLayout(build.step, "kept", true, Schema(std::move(key.fields)),
                            {std::move(time), window_field("tumbling " + to_string(within))})};
  return std::make_unique<DeduplicateNode>(*build.inputs.front().schema, std::move(program),
                                           repartition_partitions(reader));
}

constexpr std::string_view kExample = R"(topology: payments-once
sources:
  payments:
    topic: payments
    key: payment_id
    time: {field: paid_at, disorder: 5s}
    fields:
      payment_id: text
      amount: numeric(12,2)
      paid_at: timestamptz
steps:
  once:
    from: payments
    deduplicate: {by: payment_id, within: 1h}
sinks:
  once: {from: once, topic: payments.once, key: payment_id}
tests:
  - name: what is sent again within an hour is dropped
    send:
      - payments: {payment_id: a, amount: 60.00, paid_at: 2026-01-01T00:00:00Z}
      - payments: {payment_id: a, amount: 60.00, paid_at: 2026-01-01T00:59:59Z}
      - payments: {payment_id: b, amount: 10.00, paid_at: 2026-01-01T00:59:59Z}
      - payments: {payment_id: a, amount: 70.00, paid_at: 2026-01-01T01:00:00Z}
    expect:
      once:
        - {payment_id: a, amount: 60.00}
        - {payment_id: b, amount: 10.00}
        - {payment_id: a, amount: 70.00}
)";

}  // namespace

PACTOLUS_REGISTER(deduplicate);
const OperatorSpec& deduplicate_spec() {
  static const OperatorSpec spec{
      .name = "deduplicate",
      .summary = "keeps the first of the rows that have the same key and are near each other in event time",
      .guarantee =
          "keeps order; a row is a duplicate if one that came before it was kept, has its key and is less "
          "than "
          "`within` older or younger. Duplicates are counted as filtered; a row so late that duplicates are "
          "not "
          "remembered any more is a dead letter `late`",
      .example = kExample,
      .keeps_columns = true,
      .fields = fields(),
      .build = build,
  };
  return spec;
}

}  // namespace pactolus
