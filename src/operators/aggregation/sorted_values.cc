#include "operators/aggregation/sorted_values.h"

#include "operators/state_names.h"

namespace pactolus {
namespace {

constexpr size_t kCountBytes = sizeof(uint64_t);

/// The values of one group, whose keys all begin with the group's.
class ValuesOfGroup final : public TakenValues {
 public:
  ValuesOfGroup(HotTable& table, std::string_view group) : table_(table), group_(group) {}

  std::optional<TakenValue> after(std::string_view key) override { return next_to(key, KeyDirection::kUp); }
  std::optional<TakenValue> before(std::string_view key) override {
    return next_to(key, KeyDirection::kDown);
  }

 private:
  std::optional<TakenValue> next_to(std::string_view key, KeyDirection direction) {
    full_key_.assign(group_).append(key);
    auto found = table_.neighbour(full_key_, group_, direction);
    if (!found) return std::nullopt;
    return TakenValue{found->key.substr(group_.size()), found->row};
  }

  HotTable& table_;
  std::string_view group_;
  std::string full_key_;
};

}  // namespace

void SortedValues::add(EventTime window_end, const Column& values, std::span<const uint32_t> rows,
                       std::span<const std::string_view> keys, std::span<std::byte* const> states,
                       BlobHeap& heap) {
  HotTable* table = encode(window_end, values, rows, keys);
  // One by one: a value must not be among its group's before its row is.
  for (size_t i = 0; i < places_.size(); ++i) {
    const size_t place = places_[i];
    std::byte* entry = table->touch(entry_keys_[i]);
    ValuesOfGroup others(*table, keys[place]);
    aggregate_.add(values, rows[place], entry, others, states[place], heap);
  }
}

void SortedValues::retract(EventTime window_end, const Column& values, std::span<const uint32_t> rows,
                           std::span<const std::string_view> keys, std::span<std::byte* const> states,
                           BlobHeap& heap) {
  HotTable* table = encode(window_end, values, rows, keys);
  for (size_t i = 0; i < places_.size(); ++i) {
    const size_t place = places_[i];
    std::byte* entry = table->touch(entry_keys_[i]);
    uint64_t& left = *reinterpret_cast<uint64_t*>(entry);
    // There is none only where the disk could not be read.
    const uint64_t rows_left = left == 0 ? 0 : --left;
    if (rows_left == 0) table->erase(entry_keys_[i]);
    ValuesOfGroup others(*table, keys[place]);
    aggregate_.retract(values, rows[place], rows_left, others, states[place], heap);
  }
}

void SortedValues::prefetch(EventTime window_end, const Column& values, std::span<const uint32_t> rows,
                            std::span<const std::string_view> keys) {
  if (const HotTable* table = encode(window_end, values, rows, keys)) table->prefetch(entry_keys_);
}

/// The keys of the rows whose values are not null; their entries are in memory then. Gives the window's
/// table, if there are any.
HotTable* SortedValues::encode(EventTime window_end, const Column& values, std::span<const uint32_t> rows,
                               std::span<const std::string_view> keys) {
  encoded_.clear();
  places_.clear();
  entry_keys_.clear();
  for (size_t i = 0; i < rows.size(); ++i) {
    if (values.is_null(rows[i])) continue;
    encoded_.bytes() += keys[i];
    aggregate_.append_key(values, rows[i], encoded_.bytes());
    encoded_.end_row();
    places_.push_back(i);
  }
  if (places_.empty()) return nullptr;
  for (size_t i = 0; i < encoded_.size(); ++i) entry_keys_.push_back(encoded_[i]);
  HotTable& table = table_.window(window_end);
  table.load(entry_keys_);
  return &table;
}

TableLayout sorted_layout(const std::string& step, const std::string& call, bool windowed, const Schema& key,
                          Type value, const OrderedSetAggregate& aggregate) {
  std::vector<Field> fields = key.fields();
  fields.push_back({call, value, false});
  auto rest = static_cast<uint32_t>(aggregate.entry_size() - kCountBytes);
  std::vector<StateField> row{{"count(*)", "count(*)", 1, kCountBytes, {}}};
  if (rest > 0) row.push_back({"first", std::string(kPresenceKind), 1, rest, {}});
  return TableLayout(step, call, windowed, Schema(std::move(fields)), std::move(row));
}

}  // namespace pactolus
