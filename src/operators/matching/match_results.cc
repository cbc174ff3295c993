#include "operators/matching/match_results.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <span>

#include "base/arena.h"
#include "base/check.h"
#include "data/key_encoding.h"
#include "data/text_format.h"
#include "operators/matching/partial_matches.h"

namespace pactolus {
namespace {

/// `[{"stage": "small", "topic": "payments", "offset": 7, "partition": 0}, …]`: as a jsonb is printed.
std::string events_text(const PatternProgram& program, std::string_view bytes) {
  std::string text = "[";
  for (const TakenRow& row : MatchBytes::rows(bytes)) {
    text += text.size() == 1 ? "{\"stage\": \"" : ", {\"stage\": \"";
    text += program.stages[row.stage].name;
    if (row.address.topic.empty()) {
      text += "\", \"topic\": null, \"offset\": null, \"partition\": null}";
      continue;
    }
    text += "\", \"topic\": \"";
    text += row.address.topic;  // of letters, digits, dots, _ and -
    text += "\", \"offset\": " + std::to_string(row.address.offset.value());
    text += ", \"partition\": " + std::to_string(row.address.partition.value()) + "}";
  }
  return text + "]";
}

/// At most kBatchRowsMax of them.
class ResultBatch {
 public:
  ResultBatch(const PatternProgram& program, std::span<const Match> matches)
      : program_(program), matches_(matches), rows_(matches.size()) {
    std::iota(rows_.begin(), rows_.end(), 0U);
    auto system = std::make_shared<SystemColumns>();
    for (const Match& match : matches) system->event_time.push_back(match.time);
    system->row_watermark = system->event_time;
    system_ = std::move(system);
  }

  void emit(StepCounts& counts, OperatorOutput& out) {
    const std::vector<ColumnPtr> key = key_columns();
    ColumnBatch raw{&program_.raw, key, system_, {}};
    append_values(raw.columns);
    ColumnBatch result{&program_.output, key, system_, {}};
    RowErrors errors;
    for (const ExpressionPtr& item : program_.select)
      result.columns.push_back(item->evaluate(raw, rows_, errors));
    result.columns.push_back(events());
    const std::vector<RowError> failed = errors.take();
    const ColumnBatch groups{&program_.key, key, system_, {}};
    for (const RowError& error : failed) out.dead_letter(groups, error);
    remove_failed(rows_, failed);
    counts.dead_results += failed.size();
    counts.results_by_close += rows_.size();
    result.selection = std::move(rows_);
    if (!result.selection.empty()) out.emit(std::move(result));
  }

 private:
  std::vector<ColumnPtr> key_columns() const {
    std::vector<std::shared_ptr<Column>> columns;
    std::vector<Column*> slots;
    for (const Field& field : program_.key.fields())
      slots.push_back(columns.emplace_back(make_column(field.type, matches_.size())).get());
    auto texts = std::make_shared<Arena>();
    for (size_t i = 0; i < matches_.size(); ++i) {
      std::string_view key = matches_[i].group;
      PACTOLUS_CHECK(decode_key(key, slots, i, *texts) && key.empty(), "a group's key cannot be read");
    }
    for (const auto& column : columns) column->keep(texts);
    return {columns.begin(), columns.end()};
  }

  void append_values(std::vector<ColumnPtr>& columns) const {
    auto texts = std::make_shared<Arena>();
    std::vector<std::string_view> images;
    for (const Match& match : matches_) images.push_back(texts->copy(MatchBytes::values(match.bytes)));
    DecodedRows decoded = program_.values.decode(images, texts);
    PACTOLUS_CHECK(decoded.failures.empty(), "what a match has computed cannot be read");
    std::ranges::move(decoded.columns, std::back_inserter(columns));
  }

  ColumnPtr events() const {
    auto column = make_column(Type{TypeKind::kJsonb}, matches_.size());
    auto texts = std::make_shared<Arena>();
    for (size_t i = 0; i < matches_.size(); ++i)
      column->values<std::string_view>()[i] = texts->copy(events_text(program_, matches_[i].bytes));
    column->keep(std::move(texts));
    return column;
  }

  const PatternProgram& program_;
  std::span<const Match> matches_;
  std::shared_ptr<const SystemColumns> system_;
  std::vector<uint32_t> rows_;
};

}  // namespace

void emit_matches(const PatternProgram& program, std::vector<Match>& matches, StepCounts& counts,
                  OperatorOutput& out) {
  for (size_t begin = 0; begin < matches.size(); begin += kBatchRowsMax) {
    const size_t count = std::min(kBatchRowsMax, matches.size() - begin);
    ResultBatch(program, std::span(matches).subspan(begin, count)).emit(counts, out);
  }
  matches.clear();
}

}  // namespace pactolus
