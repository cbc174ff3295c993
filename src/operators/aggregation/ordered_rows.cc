#include "operators/aggregation/ordered_rows.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "aggregates/stored_value.h"
#include "data/key_encoding.h"
#include "operators/aggregation/order_key.h"
#include "operators/state_names.h"

namespace pactolus {
namespace {

// The fields of an entry: the row's place, a bit for each argument that is null, and the arguments.
enum EntryField : size_t { kPlace, kNulls, kArguments };

uint64_t& word(std::byte* at) { return *reinterpret_cast<uint64_t*>(at); }
uint64_t word(const std::byte* at) { return *reinterpret_cast<const uint64_t*>(at); }

constexpr uint64_t bit(size_t argument) { return uint64_t{1} << argument; }

/// The states of groups whose function has just been given all their rows, while their results are used.
struct Computed {
  Computed(const AggregateState& aggregate, size_t groups)
      : words(aggregate.state_size() / sizeof(uint64_t)), states(words * groups) {}
  Computed(const Computed&) = delete;
  Computed& operator=(const Computed&) = delete;
  ~Computed() { heap.rollback(); }

  std::byte* at(size_t group) { return reinterpret_cast<std::byte*>(states.data() + group * words); }

  size_t words;
  std::vector<uint64_t> states;
  BlobHeap heap;
};

bool same_group(const GroupState& a, const GroupState& b) {
  return a.window_end == b.window_end && a.key == b.key;
}

/// Their indexes, those of a group together: its rows need to be looked up once.
std::vector<size_t> by_group(std::span<const GroupState> groups) {
  std::vector<size_t> order(groups.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::sort(order, std::less<>(),
                    [&](size_t i) { return std::tie(groups[i].window_end, groups[i].key); });
  return order;
}

}  // namespace

void OrderedRows::add(EventTime window_end, std::span<const ColumnPtr> columns,
                      std::span<const uint32_t> rows, std::span<const std::string_view> keys,
                      std::span<std::byte* const> states) {
  if (rows.empty()) return;
  places_.clear();
  for (std::byte* state : states) places_.push_back(static_cast<int64_t>(word(state)++));
  encode(columns, rows, keys, places_);
  entry_keys_.clear();
  for (size_t i = 0; i < encoded_.size(); ++i) entry_keys_.push_back(encoded_[i]);
  HotTable& table = table_.window(window_end);
  entries_.resize(rows.size());
  table.touch(entry_keys_, entries_);
  for (size_t i = 0; i < rows.size(); ++i) {
    word(entries_[i] + table.layout().field_offset(kPlace)) = static_cast<uint64_t>(places_[i]);
    for (size_t argument = 0; argument < call_.taken; ++argument)
      keep(*columns[argument], rows[i], argument, entries_[i], table.heap());
  }
}

/// A group's key, what the row is ordered by, and its place among equal ones.
void OrderedRows::encode(std::span<const ColumnPtr> columns, std::span<const uint32_t> rows,
                         std::span<const std::string_view> keys, std::span<const int64_t> places) {
  encoded_.clear();
  Column order(kByteaType, 1);
  Column place(kBigintType, 1);
  std::string bytes;
  for (size_t i = 0; i < rows.size(); ++i) {
    bytes.clear();
    append_order_key(columns, call_.order, rows[i], bytes);
    order.values_of<TypeKind::kBytea>()[0] = bytes;
    place.values_of<TypeKind::kBigint>()[0] = places[i];
    encoded_.bytes() += keys[i];
    append_key_value(order, 0, encoded_.bytes());
    append_key_value(place, 0, encoded_.bytes());
    encoded_.end_row();
  }
}

void OrderedRows::keep(const Column& column, uint32_t row, size_t argument, std::byte* entry,
                       BlobHeap& heap) const {
  const TableLayout& layout = table_.layout();
  if (column.is_null(row)) {
    word(entry + layout.field_offset(kNulls)) |= bit(argument);
    return;
  }
  visit_physical(column.type().kind, [&]<class T>() {
    auto& stored = *reinterpret_cast<StoredType<T>*>(entry + layout.field_offset(kArguments + argument));
    replace<T>(stored, column.values<T>()[row], heap);
  });
}

std::shared_ptr<Column> OrderedRows::results(std::span<const GroupState> groups, RowErrors& errors) const {
  auto computed = std::make_shared<Computed>(*call_.aggregate, groups.size());
  const GroupState* read = nullptr;  // whose rows these are
  std::vector<const std::byte*> entries;
  for (size_t i : by_group(groups)) {
    if (read == nullptr || !same_group(*read, groups[i])) entries = entries_of(groups[i]);
    read = &groups[i];
    give(rows_until(groups[i], entries), computed->at(i), computed->heap);
  }
  std::vector<const std::byte*> states;
  for (size_t i = 0; i < groups.size(); ++i) states.push_back(computed->at(i));
  auto column = make_column(call_.aggregate->result_type(), groups.size());
  call_.aggregate->result(states, *column, errors);
  column->keep(std::move(computed));
  return column;
}

std::vector<const std::byte*> OrderedRows::entries_of(const GroupState& group) const {
  std::vector<const std::byte*> entries;
  HotTable* table = table_.layout().windowed() ? table_.find_window(group.window_end) : &table_.running();
  if (table == nullptr) return entries;
  for (auto found = table->neighbour(group.key, group.key, KeyDirection::kUp); found;
       found = table->neighbour(found->key, group.key, KeyDirection::kUp)) {
    entries.push_back(found->row);
  }
  return entries;
}

/// Without those that came after the group's state was copied.
std::vector<const std::byte*> OrderedRows::rows_until(const GroupState& group,
                                                      std::vector<const std::byte*> entries) const {
  const uint64_t count = word(group.row + state_offset_);
  const size_t place = table_.layout().field_offset(kPlace);
  std::erase_if(entries, [&](const std::byte* entry) { return word(entry + place) >= count; });
  return entries;
}

void OrderedRows::give(std::span<const std::byte* const> entries, std::byte* state, BlobHeap& heap) const {
  std::vector<uint32_t> rows(entries.size());
  std::iota(rows.begin(), rows.end(), 0U);
  call_.aggregate->add(columns_of(entries), rows, std::vector<std::byte*>(rows.size(), state), heap);
}

std::vector<ColumnPtr> OrderedRows::columns_of(std::span<const std::byte* const> entries) const {
  std::vector<ColumnPtr> columns;
  for (size_t argument = 0; argument < call_.taken; ++argument)
    columns.push_back(column_of(argument, entries));
  return columns;
}

/// Texts are views of the table's.
ColumnPtr OrderedRows::column_of(size_t argument, std::span<const std::byte* const> entries) const {
  const TableLayout& layout = table_.layout();
  auto column = make_column(call_.arguments[argument]->type(), entries.size());
  visit_physical(column->type().kind, [&]<class T>() {
    for (size_t row = 0; row < entries.size(); ++row) {
      const std::byte* at = entries[row] + layout.field_offset(kArguments + argument);
      column->template values<T>()[row] = Stored<T>::unpack(*reinterpret_cast<const StoredType<T>*>(at));
      if ((word(entries[row] + layout.field_offset(kNulls)) & bit(argument)) != 0) column->set_null(row);
    }
  });
  return column;
}

TableLayout ordered_layout(const std::string& step, const std::string& text, bool windowed, const Schema& key,
                           std::span<const Type> taken) {
  std::vector<Field> fields = key.fields();
  fields.push_back({text + " order", kByteaType, false});
  fields.push_back({text + " place", kBigintType, false});
  std::vector<StateField> row{{"place", std::string(kPresenceKind), 1, sizeof(uint64_t), {}},
                              {"nulls", std::string(kPresenceKind), 1, sizeof(uint64_t), {}}};
  for (size_t i = 0; i < taken.size(); ++i) {
    StateField& field = row.emplace_back(StateField{"argument " + std::to_string(i + 1), "", 1, 0, {}});
    field.kind = std::string(kArgumentKind) + "(" + to_string(Type{taken[i].kind}) + ")";
    visit_physical(taken[i].kind, [&]<class T>() { field.size = sizeof(StoredType<T>); });
    if (holds_bytes(taken[i].kind)) field.blob_offsets = {0};
  }
  return TableLayout(step, std::string(kOrderedTable) + text, windowed, Schema(std::move(fields)),
                     std::move(row));
}

}  // namespace pactolus
