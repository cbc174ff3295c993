#include <algorithm>
#include <numeric>

#include "aggregates/registry.h"
#include "base/arena.h"
#include "config/map_reader.h"
#include "config/quantities.h"
#include "data/copy_slot.h"
#include "data/key_encoding.h"
#include "operators/column_selection.h"
#include "operators/expression_text.h"
#include "operators/filling/linear_fill.h"
#include "operators/filling/previous_values.h"
#include "operators/key_columns.h"
#include "operators/lateness.h"
#include "operators/name_diagnostic.h"
#include "operators/registry.h"
#include "operators/state_names.h"
#include "state/entry_key.h"

namespace pactolus {
namespace {

/// How one column is filled.
struct Filling {
  size_t column;
  std::optional<PreviousValues> previous;
  Duration longest_line{0};  // instead: between its neighbours
  ExpressionPtr constant;    // where there is no previous value; none: NULL stays
  std::string text;
};

/// What a filling step does. Immutable, shared by all tasks.
struct FillProgram {
  std::vector<size_t> by;
  Duration grace{0};
  std::vector<Filling> fillings;
  Schema output;

  EventTime closes(EventTime window_end) const { return window_end + grace; }
  EventTime due(const PreviousValues& previous, EventTime window_end) const {
    return closes(window_end) + previous.within;
  }
};

class Fill final : public Operator {
 public:
  Fill(const FillProgram& program, StateStore& state) : program_(program) {
    for (const Filling& filling : program.fillings) {
      if (filling.previous)
        tables_.push_back(std::make_unique<PreviousValuesTable>(*filling.previous, state));
    }
  }

  void process(ColumnBatch batch, size_t, OperatorOutput& out) override {
    counts.rows_in += batch.selection.size();
    if (!tables_.empty()) refuse(batch, out);
    std::vector<ColumnPtr> key_columns;
    for (size_t column : program_.by) key_columns.push_back(batch.columns[column]);
    groups_.clear();
    encode_keys(key_columns, batch.selection, groups_);
    RowErrors errors;
    auto table = tables_.begin();
    for (const Filling& filling : program_.fillings) {
      PreviousValuesTable* previous = filling.previous ? (table++)->get() : nullptr;
      batch.columns[filling.column] = filled(batch, filling, previous, key_columns, errors);
    }
    batch.schema = &program_.output;
    const std::vector<RowError> failed = errors.take();
    for (const RowError& error : failed) out.dead_letter(batch, error);
    remove_failed(batch.selection, failed);
    counts.dead_letters += failed.size();
    counts.passed += batch.selection.size();
    if (!batch.selection.empty()) out.emit(std::move(batch));
  }

  EventTime next_due() const override {
    EventTime next = EventTime::max();
    for (const auto& table : tables_) next = std::min(next, due(*table));
    return next;
  }

  /// Values that no row can be filled with any more are forgotten.
  bool fire(EventTime time, size_t, OperatorOutput&) override {
    for (const auto& table : tables_) {
      if (due(*table) == time) table->drop_first_window();
    }
    watermark_ = std::max(watermark_, time);
    return true;
  }

  void set_watermark(EventTime watermark) override { watermark_ = watermark; }

 private:
  EventTime due(const PreviousValuesTable& table) const {
    return program_.due(table.previous(), table.first_window_end());
  }

  /// Takes out the rows whose previous values may be forgotten, and those with a value that is too long.
  void refuse(ColumnBatch& batch, OperatorOutput& out) {
    std::erase_if(batch.selection, [&](uint32_t row) {
      std::optional<RowError> error = refusal(batch, row);
      if (error) out.dead_letter(batch, *error);
      counts.dead_letters += error ? 1 : 0;
      return error.has_value();
    });
  }

  std::optional<RowError> refusal(const ColumnBatch& batch, uint32_t row) {
    const EventTime row_watermark = batch.system->row_watermark[row];
    for (const auto& table : tables_) {
      const EventTime closes = program_.closes(table->window_end(batch.system->event_time[row]));
      if (closes > std::max(watermark_, row_watermark)) continue;
      return RowError{row, "late",
                      "the values before it are not known any more: " + why_late(closes, row_watermark)};
    }
    size_t longest = 0;
    size_t key = 0;
    const auto bytes = [&](size_t column) {
      const Column& values = *batch.columns[column];
      return holds_bytes(values.type().kind) ? values.values<std::string_view>()[row].size() : 0;
    };
    for (size_t column : program_.by) key += bytes(column);
    for (const Filling& filling : program_.fillings) {
      if (filling.previous) longest = std::max(longest, bytes(filling.column));
    }
    // Characters of a key may need two bytes each.
    if (2 * key + longest + kEntryOverhead <= kEntryBytesMax) return std::nullopt;
    return RowError{
        row, "state_too_large",
        "a value to remember and its key are longer than " + std::to_string(kEntryBytesMax / 1024) + " KiB"};
  }

  ColumnPtr filled(const ColumnBatch& batch, const Filling& filling, PreviousValuesTable* previous,
                   std::span<const ColumnPtr> key_columns, RowErrors& errors) {
    const ColumnPtr& from = batch.columns[filling.column];
    auto to = make_column(from->type(), from->rows());
    to->keep(from);
    auto texts = std::make_shared<Arena>();
    to->keep(texts);
    std::vector<uint32_t> left;  // rows that are still NULL
    for (size_t place = 0; place < batch.selection.size(); ++place) {
      const uint32_t row = batch.selection[place];
      copy_slot(*from, row, *to, row);
      const auto is_null = [&](const ColumnPtr& column) { return column->is_null(row); };
      if (previous != nullptr && std::ranges::none_of(key_columns, is_null)) {
        const EventTime time = batch.system->event_time[row];
        if (from->is_null(row)) {
          previous->fill(*to, row, groups_[place], time, *texts);
        } else {
          previous->remember(from, row, groups_[place], time);
        }
      }
      if (to->is_null(row)) left.push_back(row);
    }
    if (!filling.constant || left.empty()) return to;
    const ColumnPtr constant = filling.constant->evaluate(batch, left, errors);
    to->keep(constant);
    for (uint32_t row : left) copy_slot(*constant, row, *to, row);
    return to;
  }

  const FillProgram& program_;
  std::vector<std::unique_ptr<PreviousValuesTable>> tables_;  // of the fillings that have previous values
  EventTime watermark_ = EventTime::min();
  ByteRows groups_;  // of the batch's rows, by place
};

class FillNode final : public OperatorNode {
 public:
  FillNode(FillProgram program, std::optional<int32_t> partitions)
      : program_(std::move(program)), partitions_(partitions) {}

  const Schema& output() const override { return program_.output; }
  std::vector<std::optional<size_t>> copied_from(size_t) const override {
    std::vector<std::optional<size_t>> columns = all_copied(program_.output);
    for (const Filling& filling : program_.fillings) columns[filling.column] = std::nullopt;
    return columns;
  }
  std::optional<std::vector<size_t>> co_located_by(size_t) const override {
    return remembers() ? std::optional(program_.by) : std::nullopt;
  }
  EventTime next_boundary(EventTime watermark) const override {
    EventTime next = EventTime::max();
    for (const Filling& filling : program_.fillings) {
      if (filling.previous)
        next = std::min(next, filling.previous->windows.next_closing(watermark, program_.grace));
    }
    return next;
  }
  std::optional<int32_t> repartition_partitions() const override { return partitions_; }
  std::vector<std::pair<std::string, std::string>> describe() const override {
    const std::string by = names_of(program_.output, program_.by);
    std::vector<std::pair<std::string, std::string>> lines;
    if (remembers()) lines = {{"by", by.empty() ? "all rows" : by}, {"grace", to_string(program_.grace)}};
    for (const Filling& filling : program_.fillings)
      lines.emplace_back(program_.output[filling.column].name, filling.text);
    return lines;
  }
  std::unique_ptr<Operator> instantiate(StateStore& state) const override {
    return std::make_unique<Fill>(program_, state);
  }

 private:
  bool remembers() const {
    return std::ranges::any_of(program_.fillings, [](const Filling& f) { return f.previous.has_value(); });
  }

  FillProgram program_;
  std::optional<int32_t> partitions_;
};

const std::vector<FieldSpec>& filling_fields() {
  static const std::vector<FieldSpec> fields = {
      {.name = "previous",
       .kind = FieldKind::kDuration,
       .minimum = kWindowMicrosMin,
       .maximum = kWindowMicrosMax,
       .summary = "the group's last value that is not NULL, not older than this by event time"},
      {.name = "constant",
       .kind = FieldKind::kExpression,
       .summary = "this value, where there is no previous one"},
      {.name = "linear",
       .kind = FieldKind::kDuration,
       .minimum = kWindowMicrosMin,
       .maximum = kWindowMicrosMax,
       .summary =
           "what lies on the line, by event time, between the group's values before and after, if these "
           "are not further apart"},
  };
  return fields;
}

const std::vector<FieldSpec>& fields() {
  static const std::vector<FieldSpec> fields = {
      {.name = "by",
       .kind = FieldKind::kNames,
       .summary = "the groups in which previous values are looked for; without, all rows are one group"},
      {.name = "set",
       .kind = FieldKind::kAny,
       .required = true,
       .summary = "the columns to fill, and each with what: `price: {previous: 5m}`, `size: {constant: 0}`"},
      {.name = "grace",
       .kind = FieldKind::kDuration,
       .default_text = "0s",
       .minimum = 0,
       .maximum = kWindowMicrosMax,
       .summary = "for how much longer previous values are remembered, for rows that come late"},
      repartition_field(),
  };
  return fields;
}

/// Puts the program together, and goes on after errors to find more of them. Lives for one build.
class FillBuilder {
 public:
  explicit FillBuilder(const OperatorBuild& build)
      : build_(build), input_(build.inputs.front()), reader_(*build.node, fields(), *build.diagnostics) {}

  std::unique_ptr<const OperatorNode> run() {
    ok_ = reader_.ok();
    KeyColumns key = find_key_columns(build_, reader_.names("by").value_or(std::vector<Name>{}));
    ok_ = ok_ && key.ok;
    key_ = std::move(key.fields);
    columns_ = input_.schema->fields();
    if (auto set = reader_.node("set")) read_set(*set);
    check_ways();
    if (!ok_) return nullptr;
    if (longest_line() > Duration{0}) return linear(std::move(key.columns));
    FillProgram program{.by = std::move(key.columns),
                        .grace = *reader_.duration("grace"),
                        .fillings = std::move(fillings_),
                        .output = Schema(std::move(columns_))};
    return std::make_unique<FillNode>(std::move(program), repartition_partitions(reader_));
  }

 private:
  void refuse(Diagnostic diagnostic) {
    ok_ = false;
    build_.diagnostics->add(std::move(diagnostic));
  }

  void read_set(const Node& set) {
    if (!set.is_map() || set.entries().empty()) {
      refuse(set.diagnostic("wrong-kind", "`set` is a map of columns", "write `price: {previous: 5m}`"));
      return;
    }
    for (const Entry& entry : set.entries()) {
      const Name name(entry.key);
      const std::optional<size_t> column = input_.schema->find(name.text);
      const MapReader reader(entry.value, filling_fields(), *build_.diagnostics);
      if (!column) {
        refuse(name_diagnostic(*build_.node, name, "unknown-column",
                               "`" + input_.name + "` has no column `" + name.text + "`",
                               name_hint(name.text, input_.schema->names(), "columns")));
      } else if (std::ranges::find(fillings_, *column, &Filling::column) != fillings_.end()) {
        refuse(
            name_diagnostic(*build_.node, name, "duplicate-name", "`" + name.text + "` is filled already"));
      } else if (!reader.ok()) {
        ok_ = false;
      } else {
        read_filling(*column, entry, reader);
      }
    }
  }

  void read_filling(size_t column, const Entry& entry, const MapReader& reader) {
    const Field& field = columns_[column];
    Filling filling{.column = column, .previous = std::nullopt, .constant = nullptr, .text = {}};
    if (const auto longest = reader.duration("linear")) {
      filling.longest_line = *longest;
      filling.text = "linear " + to_string(*longest);
      if (!has_line(field.type)) {
        refuse(reader.node("linear")->key()->diagnostic("type-mismatch",
                                                        "`" + field.name + "` is of type " +
                                                            to_string(field.type) +
                                                            ": lines are of numeric and double precision",
                                                        "`previous` takes the last value"));
      }
    }
    if (const auto within = reader.duration("previous")) {
      filling.previous = previous_values(field, *within);
      filling.text = "previous " + to_string(*within);
    }
    if (const auto constant = reader.expression("constant")) {
      const Scope scope{{}, build_.constants, build_.hints};
      filling.constant = bind_expression_as(*constant, scope, field.type, *build_.diagnostics);
      ok_ = ok_ && filling.constant;
      filling.text += (filling.text.empty() ? "" : ", else ") + normal_text(*constant);
      if (filling.constant) columns_[column].nullable = field.nullable && filling.constant->nullable();
    }
    if (filling.text.empty()) {
      refuse(entry.value.diagnostic("missing-key", "with what is `" + field.name + "` filled?",
                                    "write `{previous: 5m}` or `{constant: 0}`"));
    }
    fillings_.push_back(std::move(filling));
  }

  Duration longest_line() const {
    Duration longest{0};
    for (const Filling& filling : fillings_) longest = std::max(longest, filling.longest_line);
    return longest;
  }

  /// Rows either go on at once or wait for what is behind them.
  void check_ways() {
    const auto looks_back = [](const Filling& filling) { return filling.previous.has_value(); };
    if (longest_line() == Duration{0} || std::ranges::none_of(fillings_, looks_back)) return;
    refuse(reader_.node("set")->key()->diagnostic(
        "conflicting-keys", "`linear` and `previous` cannot stand in one step",
        "with `linear` rows wait for what comes behind them: put `previous` into a step of its own"));
  }

  std::unique_ptr<const OperatorNode> linear(std::vector<size_t> by) {
    std::vector<size_t> all(columns_.size());
    std::iota(all.begin(), all.end(), size_t{0});
    const Duration grace = *reader_.duration("grace");
    const std::string names = names_of(*input_.schema, by);
    std::vector<std::pair<std::string, std::string>> description = {
        {"by", names.empty() ? "all rows" : names}, {"grace", to_string(grace)}};
    LinearFillProgram program{.step = build_.step,
                              .by = std::move(by),
                              .grace = grace,
                              .order = time_order(build_.step, "waiting", *input_.schema, std::move(all),
                                                  grace + longest_line(), true),
                              .fillings = {},
                              .output = Schema(columns_)};
    for (Filling& filling : fillings_) {
      const Field& field = columns_[filling.column];
      description.emplace_back(field.name, filling.text);
      LinearFilling line{filling.column, filling.longest_line, std::nullopt, std::move(filling.constant)};
      if (filling.longest_line > Duration{0})
        line.history = value_history(build_.step, Schema(key_), field, filling.longest_line);
      program.fillings.push_back(std::move(line));
    }
    return make_linear_fill(std::move(program), repartition_partitions(reader_), std::move(description));
  }

  PreviousValues previous_values(const Field& field, Duration within) const {
    const AggregateSpec* last_value = find_aggregate("last_value");
    std::unique_ptr<const Aggregate> value = bind_aggregate(*last_value, std::vector<Type>{field.type});
    StateField state{"value",
                     "last_value(" + to_string(Type{field.type.kind}) + ")",
                     last_value->state_version,
                     static_cast<uint32_t>(value->state_size()),
                     {}};
    for (size_t offset : value->blob_offsets()) state.blob_offsets.push_back(static_cast<uint32_t>(offset));
    StateField before{"before", std::string(kTimeKind), 1, sizeof(int64_t), {}};
    StateField latest{"time", std::string(kTimeKind), 1, sizeof(int64_t), {}};
    const StateField windows_of = window_field("tumbling " + to_string(within));
    std::vector<Field> key = key_;
    key.push_back({"time", kTimestamptzType, false});
    return {within, tumbling_windows(within), std::move(value),
            TableLayout(build_.step, field.name, true, Schema(std::move(key)),
                        {std::move(state), std::move(before), windows_of}),
            TableLayout(build_.step, "latest " + field.name, true, Schema(key_),
                        {std::move(latest), windows_of})};
  }

  const OperatorBuild& build_;
  const StepInput& input_;
  MapReader reader_;
  bool ok_ = true;
  std::vector<Field> key_;
  std::vector<Field> columns_;
  std::vector<Filling> fillings_;
};

std::unique_ptr<const OperatorNode> build(const OperatorBuild& build) { return FillBuilder(build).run(); }

constexpr std::string_view kExample = R"(topology: filled-quotes
sources:
  quotes:
    topic: quotes
    key: symbol
    time: {field: quoted_at, disorder: 1s}
    fields:
      symbol: text
      price: numeric(18,6) null
      size: bigint null
      quoted_at: timestamptz
steps:
  filled:
    from: quotes
    fill:
      by: symbol
      set:
        price: {previous: 5m}
        size: {constant: 0}
sinks:
  quotes: {from: filled, topic: quotes.filled, key: symbol}
tests:
  - name: a price that is missing is the symbol's last one, for five minutes
    send:
      - quotes: {symbol: A, price: 10.5, size: 3, quoted_at: 2026-01-01T00:00:00Z}
      - quotes: {symbol: B, price: null, size: 1, quoted_at: 2026-01-01T00:00:01Z}
      - quotes: {symbol: A, price: null, size: null, quoted_at: 2026-01-01T00:04:59Z}
      - quotes: {symbol: A, price: null, size: 2, quoted_at: 2026-01-01T00:05:00Z}
    expect:
      quotes:
        - {symbol: A, price: 10.500000, size: 3}
        - {symbol: B, price: null, size: 1}
        - {symbol: A, price: 10.500000, size: 0}
        - {symbol: A, price: null, size: 2}
)";

}  // namespace

PACTOLUS_REGISTER(fill);
const OperatorSpec& fill_spec() {
  static const OperatorSpec spec{
      .name = "fill",
      .summary =
          "puts values in the place of NULLs: the group's previous value, one between its neighbours, or a "
          "constant",
      .guarantee =
          "keeps order, but with `linear` gives that of the event times. The previous value is the one with "
          "the "
          "highest event time up to the row's own, of the rows that have come before it; what was filled in "
          "is "
          "not a previous value. A row so late that values before it are forgotten, or that rows may have "
          "been "
          "filled without it, is a dead letter `late`",
      .example = kExample,
      .keeps_columns = true,
      .fields = fields(),
      .build = build,
  };
  return spec;
}

}  // namespace pactolus
