#include <algorithm>
#include <numeric>

#include "base/arena.h"
#include "config/map_reader.h"
#include "config/quantities.h"
#include "data/copy_slot.h"
#include "data/key_encoding.h"
#include "operators/key_columns.h"
#include "operators/name_diagnostic.h"
#include "operators/registry.h"
#include "operators/state_names.h"
#include "operators/state_time.h"
#include "operators/time_order/time_ordered_rows.h"

namespace pactolus {
namespace {

constexpr int64_t kMissingMax = 10'000;

/// What a step does that adds missing rows. Immutable, shared by all tasks.
struct GapFillProgram {
  std::string step;
  std::vector<size_t> by;
  size_t time;  // the column that says which step of time a row is of
  Duration every{0};
  Duration within{0};
  TimeOrder order;
  Windows windows;   // as long as `within`: of a group's last row
  TableLayout last;  // by window and group: the step of its last row
  Schema output;

  /// The watermark at which no row looks for one in a window any more.
  EventTime due(EventTime window_end) const { return window_end + within + order.delay(); }
};

class GapFill final : public Operator {
 public:
  GapFill(const GapFillProgram& program, StateStore& state)
      : program_(program), waiting_(program.order, state), last_(state.declare(program.last)) {}

  void process(ColumnBatch batch, size_t, OperatorOutput& out) override {
    counts.rows_in += batch.selection.size();
    const std::vector<RowError> refused = waiting_.put(batch);
    for (const RowError& error : refused) out.dead_letter(batch, error);
    counts.dead_letters += refused.size();
    counts.absorbed += batch.selection.size();
  }

  EventTime next_due() const override {
    return std::min(waiting_.next_due(), program_.due(last_.first_window_end()));
  }

  bool fire(EventTime due, size_t rows_max, OperatorOutput& out) override {
    if (waiting_.next_due() != due) {
      last_.drop_window(last_.first_window_end());
      return true;
    }
    complete(waiting_.take(std::clamp<size_t>(rows_max, 1, kBatchRowsMax)), out);
    return !waiting_.taking();
  }

  void set_watermark(EventTime watermark) override { waiting_.set_watermark(watermark); }
  std::optional<CloseCursor> cursor() const override { return waiting_.cursor(program_.step); }
  void resume(const CloseCursor& cursor) override { waiting_.resume(cursor); }

 private:
  /// A row that goes out: one that came, or one that is missing before it.
  struct OutRow {
    uint32_t row;
    std::optional<EventTime> missing;  // its step
  };

  EventTime step_of(EventTime time) const {
    const int64_t every = program_.every.count();
    const int64_t micros = time.micros();
    return EventTime{micros - ((micros % every) + every) % every};
  }

  void complete(const ColumnBatch& batch, OperatorOutput& out) {
    std::vector<ColumnPtr> key;
    for (size_t column : program_.by) key.push_back(batch.columns[column]);
    groups_.clear();
    encode_keys(key, batch.selection, groups_);
    const Column& times = *batch.columns[program_.time];
    std::vector<OutRow> rows;
    for (size_t place = 0; place < batch.selection.size(); ++place) {
      const uint32_t row = batch.selection[place];
      if (!times.is_null(row)) {
        const EventTime step = step_of(EventTime{times.values_of<TypeKind::kTimestamptz>()[row]});
        add_missing(groups_[place], row, step, batch.system->event_time[row], rows);
      }
      rows.push_back({row, std::nullopt});
      if (rows.size() < kBatchRowsMax) continue;
      emit(batch, rows, out);
      rows.clear();
    }
    emit(batch, rows, out);
  }

  /// `time`: the row's event time, by which groups are remembered: these never go back here.
  void add_missing(std::string_view group, uint32_t row, EventTime step, EventTime time,
                   std::vector<OutRow>& rows) {
    const std::optional<EventTime> last = last_step(group, time);
    if (last && *last >= step) return;
    if (last && step - *last <= program_.within) {
      for (EventTime missing = *last + program_.every; missing < step; missing = missing + program_.every)
        rows.push_back({row, missing});
    }
    put_time(step, last_.window(window_end(time)).touch(group));
  }

  EventTime window_end(EventTime time) const { return program_.windows.first_end_after(time); }

  /// Of the group's row that came before, if it is not too long ago.
  std::optional<EventTime> last_step(std::string_view group, EventTime time) {
    const EventTime end = window_end(time);
    for (const EventTime window : {end, end - program_.within}) {
      HotTable* table = last_.find_window(window);
      const std::byte* entry = table == nullptr ? nullptr : table->find(group);
      if (entry != nullptr) return time_at(entry);
    }
    return std::nullopt;
  }

  void emit(const ColumnBatch& batch, const std::vector<OutRow>& rows, OperatorOutput& out) {
    if (rows.empty()) return;
    ColumnBatch result{&program_.output, {}, system_of(batch, rows), std::vector<uint32_t>(rows.size())};
    std::iota(result.selection.begin(), result.selection.end(), 0U);
    for (size_t i = 0; i < batch.columns.size(); ++i)
      result.columns.push_back(column_of(batch.columns[i], i, rows));
    counts.results_by_close += rows.size();
    out.emit(std::move(result));
  }

  ColumnPtr column_of(const ColumnPtr& from, size_t index, const std::vector<OutRow>& rows) const {
    const bool is_key = std::ranges::find(program_.by, index) != program_.by.end();
    auto to = make_column(from->type(), rows.size());
    to->keep(from);
    for (size_t i = 0; i < rows.size(); ++i) {
      if (!rows[i].missing || is_key) {
        copy_slot(*from, rows[i].row, *to, i);
      } else if (index == program_.time) {
        to->values_of<TypeKind::kTimestamptz>()[i] = rows[i].missing->micros();
      } else {
        to->set_null(i);
      }
    }
    return to;
  }

  /// A missing row is as far from its step as the row behind it, and never late.
  std::shared_ptr<const SystemColumns> system_of(const ColumnBatch& batch,
                                                 const std::vector<OutRow>& rows) const {
    auto system = std::make_shared<SystemColumns>();
    const auto* times = batch.columns[program_.time]->values_of<TypeKind::kTimestamptz>();
    for (const OutRow& row : rows) {
      EventTime time = batch.system->event_time[row.row];
      EventTime watermark = batch.system->row_watermark[row.row];
      if (row.missing) {
        time = time - (step_of(EventTime{times[row.row]}) - *row.missing);
        watermark = std::min(watermark, time);
      }
      system->event_time.push_back(time);
      system->row_watermark.push_back(watermark);
    }
    return system;
  }

  const GapFillProgram& program_;
  TimeOrderedRows waiting_;
  StateTable& last_;
  ByteRows groups_;  // of a batch's rows, by place
};

class GapFillNode final : public OperatorNode {
 public:
  GapFillNode(GapFillProgram program, std::optional<int32_t> partitions)
      : program_(std::move(program)), partitions_(partitions) {}

  const Schema& output() const override { return program_.output; }
  std::vector<std::optional<size_t>> copied_from(size_t) const override {
    std::vector<std::optional<size_t>> columns(program_.output.size());
    for (size_t column : program_.by) columns[column] = column;
    return columns;
  }
  std::optional<std::vector<size_t>> co_located_by(size_t) const override { return program_.by; }
  EventTime next_boundary(EventTime watermark) const override {
    return std::min(program_.order.next_boundary(watermark),
                    program_.windows.next_closing(watermark, program_.within + program_.order.delay()));
  }
  bool results_by_row() const override { return false; }
  Duration delay() const override { return program_.order.delay() + program_.within; }
  std::optional<int32_t> repartition_partitions() const override { return partitions_; }
  std::vector<std::pair<std::string, std::string>> describe() const override {
    const std::string by = names_of(program_.output, program_.by);
    return {{"by", by.empty() ? "all rows" : by},
            {"time", program_.output[program_.time].name},
            {"every", to_string(program_.every)},
            {"within", to_string(program_.within)},
            {"grace", to_string(program_.order.grace)}};
  }
  std::unique_ptr<Operator> instantiate(StateStore& state) const override {
    return std::make_unique<GapFill>(program_, state);
  }

 private:
  GapFillProgram program_;
  std::optional<int32_t> partitions_;
};

const std::vector<FieldSpec>& fields() {
  static const std::vector<FieldSpec> fields = {
      {.name = "by",
       .kind = FieldKind::kNames,
       .summary = "the groups whose rows are completed; without, all rows are one group"},
      {.name = "time",
       .kind = FieldKind::kName,
       .required = true,
       .summary = "the timestamptz column that says when a row is of, such as window_start"},
      {.name = "every",
       .kind = FieldKind::kDuration,
       .required = true,
       .minimum = kWindowMicrosMin,
       .maximum = kWindowMicrosMax,
       .summary = "how far from each other rows should be, counted from 1970-01-01 00:00 UTC"},
      {.name = "within",
       .kind = FieldKind::kDuration,
       .required = true,
       .minimum = kWindowMicrosMin,
       .maximum = kWindowMicrosMax,
       .summary = "longer gaps stay open"},
      {.name = "grace",
       .kind = FieldKind::kDuration,
       .default_text = "0s",
       .minimum = 0,
       .maximum = kWindowMicrosMax,
       .summary = "for how much longer rows wait for others that come late"},
      repartition_field(),
  };
  return fields;
}

/// The column of `time:`; none: diagnostics say why.
std::optional<size_t> find_time(const OperatorBuild& build, const Name& name) {
  const StepInput& input = build.inputs.front();
  const std::optional<size_t> column = input.schema->find(name.text);
  if (!column) {
    build.diagnostics->add(name_diagnostic(*build.node, name, "unknown-column",
                                           "`" + input.name + "` has no column `" + name.text + "`",
                                           name_hint(name.text, input.schema->names(), "columns")));
  } else if ((*input.schema)[*column].type != kTimestamptzType) {
    build.diagnostics->add(name_diagnostic(*build.node, name, "type-mismatch",
                                           "`" + name.text + "` is of type " +
                                               to_string((*input.schema)[*column].type) +
                                               ", `time` is a timestamptz"));
    return std::nullopt;
  }
  return column;
}

std::unique_ptr<const OperatorNode> build(const OperatorBuild& build) {
  const MapReader reader(*build.node, fields(), *build.diagnostics);
  if (!reader.ok()) return nullptr;
  const Schema& input = *build.inputs.front().schema;
  KeyColumns key = find_key_columns(build, reader.names("by").value_or(std::vector<Name>{}));
  const std::optional<size_t> time = find_time(build, *reader.name("time"));
  const Duration every = *reader.duration("every");
  const Duration within = *reader.duration("within");
  const bool few = within / every <= kMissingMax;
  if (!few) {
    build.diagnostics->add(
        reader.node("within")->diagnostic("out-of-range",
                                          "a gap may need " + std::to_string(within / every) + " rows, " +
                                              std::to_string(kMissingMax) + " are the most",
                                          "write a shorter `within`, or a longer `every`"));
  }
  if (!key.ok || !time || !few) return nullptr;
  if (std::ranges::find(key.columns, *time) != key.columns.end()) {
    build.diagnostics->add(reader.node("time")->diagnostic(
        "conflicting-keys", "`time` cannot be one of the `by` columns", "each group is completed in time"));
    return nullptr;
  }
  std::vector<Field> output = input.fields();
  for (size_t i = 0; i < output.size(); ++i) {
    const bool kept = i == *time || std::ranges::find(key.columns, i) != key.columns.end();
    output[i].nullable = output[i].nullable || !kept;
  }
  std::vector<size_t> all(input.size());
  std::iota(all.begin(), all.end(), size_t{0});
  StateField last{"time", std::string(kTimeKind), 1, sizeof(int64_t), {}};
  return std::make_unique<GapFillNode>(
      GapFillProgram{
          .step = build.step,
          .by = std::move(key.columns),
          .time = *time,
          .every = every,
          .within = within,
          .order = time_order(build.step, "waiting", input, std::move(all), *reader.duration("grace")),
          .windows = tumbling_windows(within),
          .last = TableLayout(build.step, "last", true, Schema(std::move(key.fields)),
                              {std::move(last), window_field("tumbling " + to_string(within))}),
          .output = Schema(std::move(output))},
      repartition_partitions(reader));
}

constexpr std::string_view kExample = R"(topology: every-minute
sources:
  trades:
    topic: trades
    key: symbol
    time: {field: traded_at, disorder: 1s}
    fields:
      symbol: text
      price: numeric(18,6)
      traded_at: timestamptz
steps:
  minutes:
    from: trades
    aggregate:
      by: symbol
      window: {tumbling: 1m}
      select: {trades: count(*), high: max(price)}
  all_minutes:
    from: minutes
    gap_fill: {by: symbol, time: window_start, every: 1m, within: 1h}
sinks:
  minutes: {from: all_minutes, topic: trade.minutes, key: [symbol, window_start]}
tests:
  - name: a minute without trades has a row, too
    send:
      - trades: {symbol: A, price: 10.5, traded_at: 2026-01-01T00:00:10Z}
      - trades: {symbol: A, price: 11, traded_at: 2026-01-01T00:02:50Z}
      - end: true
    expect:
      minutes:
        - {symbol: A, window_start: 2026-01-01T00:00:00Z, trades: 1, high: 10.500000}
        - {symbol: A, window_start: 2026-01-01T00:01:00Z, trades: null, high: null}
        - {symbol: A, window_start: 2026-01-01T00:02:00Z, trades: 1, high: 11.000000}
)";

}  // namespace

PACTOLUS_REGISTER(gap_fill);
const OperatorSpec& gap_fill_spec() {
  static const OperatorSpec spec{
      .name = "gap_fill",
      .summary = "adds the rows that are missing between those of a group, one for each step of time",
      .guarantee =
          "gives the order of the event times: rows wait until all that is earlier has come. A missing row "
          "has the "
          "values of `by`, its step of time in `time`, and NULL in all other columns; it goes out before the "
          "row "
          "behind the gap. A row that comes when its time has gone on is a dead letter `late`",
      .example = kExample,
      .fields = fields(),
      .build = build,
  };
  return spec;
}

}  // namespace pactolus
