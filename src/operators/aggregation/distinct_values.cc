#include "operators/aggregation/distinct_values.h"

#include <cstring>

#include "data/key_encoding.h"
#include "operators/state_names.h"

namespace pactolus {
namespace {

/// The state of a value: that it is there. Room for a number, should values be taken back one day.
constexpr uint64_t kPresent = 1;

/// Takes out what is not kept.
template <class T, class Keep>
void retain(std::vector<T>& items, const Keep& keep) {
  size_t kept = 0;
  for (size_t i = 0; i < items.size(); ++i) {
    if (keep(i)) items[kept++] = items[i];
  }
  items.resize(kept);
}

template <class Keep>
void retain_rows(const CandidateRows& candidates, const Keep& keep) {
  retain(candidates.keys, keep);
  retain(candidates.states, keep);
  retain(candidates.rows, keep);
}

}  // namespace

void DistinctValues::keep_new(EventTime window_end, std::span<const ColumnPtr> arguments,
                              const CandidateRows& candidates) {
  if (arguments.size() == 1 && !with_nulls_) {
    wanted_.clear();
    for (uint32_t row : candidates.rows) wanted_.push_back(arguments[0]->is_null(row) ? 0 : 1);
    retain_rows(candidates, [&](size_t i) { return wanted_[i] != 0; });
  }
  if (candidates.rows.empty()) return;

  encoded_.clear();
  for (size_t i = 0; i < candidates.rows.size(); ++i) {
    encoded_.bytes() += candidates.keys[i];
    for (const ColumnPtr& values : arguments) append_key_value(*values, candidates.rows[i], encoded_.bytes());
    encoded_.end_row();
  }
  keys_.clear();
  for (size_t i = 0; i < encoded_.size(); ++i) keys_.push_back(encoded_[i]);
  inserted_.resize(keys_.size());
  table_.window(window_end).insert_missing(keys_, inserted_);
  for (std::byte* state : inserted_) {
    if (state != nullptr) std::memcpy(state, &kPresent, sizeof kPresent);
  }
  retain_rows(candidates, [&](size_t i) { return inserted_[i] != nullptr; });
}

TableLayout distinct_layout(const std::string& step, const std::string& call, bool windowed,
                            const Schema& key, const std::vector<Type>& arguments, bool with_nulls) {
  std::vector<Field> fields = key.fields();
  if (arguments.size() == 1) {
    fields.push_back({call, arguments[0], with_nulls});
  } else {
    for (size_t i = 0; i < arguments.size(); ++i)
      fields.push_back({call + " " + std::to_string(i + 1), arguments[i], true});
  }
  StateField presence{"seen", std::string(kPresenceKind), 1, sizeof kPresent, {}};
  return TableLayout(step, call, windowed, Schema(std::move(fields)), {std::move(presence)});
}

}  // namespace pactolus
