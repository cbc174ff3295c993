#include "operators/joining/latest_rows.h"

#include <algorithm>
#include <cstring>

#include "operators/image_entry.h"
#include "operators/state_names.h"

namespace pactolus {
namespace {

TableLayout layout_of(const std::string& step, Schema key) {
  StateField row{"row", std::string(kRowKind), 1, sizeof(BlobRef), {0}};
  return {step, "rows", false, std::move(key), {std::move(row)}};
}

}  // namespace

LatestRows::LatestRows(const std::string& step, Schema key, StateStore& state)
    : table_(state.declare(layout_of(step, std::move(key)))) {}

void LatestRows::put(std::span<const Row> rows) {
  while (!rows.empty()) {
    const bool is_deletion = !rows.front().image;
    const auto end =
        std::ranges::find_if(rows, [&](const Row& row) { return row.image.has_value() == is_deletion; });
    const auto run = rows.first(static_cast<size_t>(end - rows.begin()));
    if (is_deletion) {
      for (const Row& row : run) table_.running().erase(row.key);
    } else {
      put_run(run);
    }
    rows = rows.subspan(run.size());
  }
}

void LatestRows::put_run(std::span<const Row> rows) {
  HotTable& table = table_.running();
  keys_.clear();
  for (const Row& row : rows) keys_.push_back(row.key);
  states_.resize(rows.size());
  table.touch(keys_, states_);
  for (size_t i = 0; i < rows.size(); ++i) {
    const bool is_new = reinterpret_cast<const BlobRef*>(states_[i])->data == nullptr;
    if (is_new || image_of(states_[i]) != *rows[i].image) put_image(table, states_[i], *rows[i].image);
  }
}

void LatestRows::find(std::span<const Lookup> wanted, std::span<std::optional<std::string_view>> images) {
  HotTable& table = table_.running();
  keys_.clear();
  for (const Lookup& lookup : wanted) keys_.push_back(lookup.key);
  table.load(keys_);
  table.prefetch(keys_);
  for (size_t i = 0; i < wanted.size(); ++i) {
    images[i].reset();
    const std::byte* row = table.find(keys_[i]);
    if (row != nullptr) images[i] = image_of(row);
  }
}

}  // namespace pactolus
