#include "cli/state_lines.h"

#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "aggregates/registry.h"
#include "base/arena.h"
#include "data/codecs/json_encoder.h"
#include "data/key_encoding.h"
#include "data/row_errors.h"
#include "operators/state_names.h"
#include "state/entry_key.h"
#include "state/row_image.h"

namespace pactolus {
namespace {

/// The aggregate that a field's kind names, "sum(numeric)"; nullptr: this Pactolus has none.
std::unique_ptr<const AggregateState> aggregate_of(const StateField& field) {
  size_t open = field.kind.find('(');
  const AggregateSpec* spec = find_aggregate(std::string_view(field.kind).substr(0, open));
  if (open == std::string::npos || spec == nullptr || spec->state_version != field.version) return nullptr;
  if (spec->bind_ordered_set != nullptr) return ordered_set_of_kind(field.kind);
  if (field.kind.find(kOrderMark) != std::string::npos) return nullptr;  // its result is in another table
  std::string_view rest = std::string_view(field.kind).substr(open + 1, field.kind.size() - open - 2);
  const bool retracting = rest.ends_with(kRetractingMark);
  if (retracting) rest.remove_suffix(kRetractingMark.size());
  if (rest.starts_with(kDistinctMark)) rest.remove_prefix(kDistinctMark.size());
  std::vector<Type> types;
  while (!rest.empty() && rest != "*") {
    size_t comma = std::min(rest.find(", "), rest.size());
    auto type = parse_type(rest.substr(0, comma));
    if (!type) return nullptr;
    types.push_back(*type);
    rest.remove_prefix(std::min(comma + 2, rest.size()));
  }
  return retracting ? bind_retracting(*spec, types) : bind_aggregate(*spec, types);
}

/// Shows entries of one layout.
class LineWriter {
 public:
  explicit LineWriter(const TableLayout& layout) : layout_(layout) {
    std::vector<Field> fields = {{"task", kTextType, false}};
    const char* end = layout.table() == kSliceTable ? "slice_end" : "window_end";
    if (layout.windowed()) fields.push_back({end, kTimestamptzType, false});
    for (const Field& field : layout.key().fields()) fields.push_back(field);
    for (size_t i = 0; i < layout.fields().size(); ++i) {
      const StateField& field = layout.fields()[i];
      if (field.kind == kPresenceKind || field.size == 0) continue;  // that there is a line says it
      shown_.push_back(layout.field_offset(i));
      aggregates_.push_back(aggregate_of(field));
      Type type = kTextType;
      if (aggregates_.back()) type = aggregates_.back()->result_type();
      if (field.kind == kTimeKind) type = kTimestamptzType;
      fields.push_back({field.name, type, true});
    }
    schema_ = Schema(std::move(fields));
    encoder_.emplace(schema_);
  }

  Result<void> write(const std::string& task, std::string_view entry_key, std::string_view image,
                     std::ostream& out) const {
    auto key = decode_entry_key(layout_.windowed(), entry_key);
    std::vector<std::byte> row(layout_.row_size());
    if (!key || !view_row_image(layout_, image, row.data())) return Error{"a malformed entry"};
    std::vector<std::shared_ptr<Column>> columns;
    for (const Field& field : schema_.fields()) columns.push_back(make_column(field.type, 1));
    size_t next = 0;
    *columns[next++]->values_of<TypeKind::kText>() = task;
    if (layout_.windowed()) *columns[next++]->values_of<TypeKind::kTimestamptz>() = key->window_end.micros();
    Arena texts;
    std::vector<Column*> group;
    for (size_t i = 0; i < layout_.key().size(); ++i) group.push_back(columns[next++].get());
    std::string_view group_key = key->group;
    if (!decode_key(group_key, group, 0, texts) || !group_key.empty()) return Error{"a malformed group key"};
    for (size_t i = 0; i < aggregates_.size(); ++i) show(i, row, *columns[next++]);
    std::string line;
    encoder_->append_row(std::vector<ColumnPtr>(columns.begin(), columns.end()), 0, line);
    out << line << "\n";
    return {};
  }

 private:
  void show(size_t field, const std::vector<std::byte>& row, Column& column) const {
    RowErrors errors;
    const std::byte* state = row.data() + shown_[field];
    if (column.type() == kTimestamptzType && !aggregates_[field]) {
      std::memcpy(column.values_of<TypeKind::kTimestamptz>(), state, sizeof(int64_t));
      return;
    }
    if (aggregates_[field]) aggregates_[field]->result({&state, 1}, column, errors);
    if (!aggregates_[field] || !errors.take().empty()) column.set_null(0);
  }

  const TableLayout& layout_;
  // Of each field that is shown: where it lies, and its aggregate; nullptr: unknown.
  std::vector<size_t> shown_;
  std::vector<std::unique_ptr<const AggregateState>> aggregates_;
  Schema schema_;
  std::optional<JsonEncoder> encoder_;
};

}  // namespace

Result<void> write_state_lines(const std::string& task, const ChangelogFold& fold, const std::string& step,
                               const std::string& table, std::ostream& out) {
  const ChangelogFold::Entries* entries = fold.find(step, table);
  if (entries == nullptr) return {};
  std::map<uint64_t, std::unique_ptr<LineWriter>> writers;
  for (const auto& [key, entry] : *entries) {
    auto& writer = writers[entry.layout_hash];
    if (writer == nullptr) {
      const TableLayout* layout = fold.layout(entry.layout_hash);
      if (layout == nullptr) return Error{"an entry without a layout descriptor"};
      writer = std::make_unique<LineWriter>(*layout);
    }
    PACTOLUS_TRY(writer->write(task, key, entry.image, out));
  }
  return {};
}

}  // namespace pactolus
