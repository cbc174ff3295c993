#include "state/changelog_fold.h"

#include "state/stored_window.h"

namespace pactolus {

Result<void> ChangelogFold::apply(std::string_view record_value) {
  ChangelogRecord record = PACTOLUS_TRY(decode_changelog_record(record_value));
  PACTOLUS_TRY(order_.follow(record.header));
  switch (record.header.kind) {
    case ChangelogKind::kLayout:
      return apply_layouts(record.body);
    case ChangelogKind::kBlock:
      return apply_block(record.body);
    case ChangelogKind::kEpoch:
      break;
  }
  epoch_ = PACTOLUS_TRY(decode_epoch(record.body));
  return {};
}

Result<void> ChangelogFold::check_whole() const {
  if (!order_.is_whole()) return Error{"the changelog ends amid a transaction or round"};
  return {};
}

Result<void> ChangelogFold::apply_layouts(std::string_view body) {
  std::vector<TableLayout> layouts = PACTOLUS_TRY(decode_layouts(body));
  std::erase_if(
      tables_, [&](const auto& table) { return !has_table(layouts, table.first.first, table.first.second); });
  for (TableLayout& layout : layouts) {
    tables_.try_emplace({layout.step(), layout.table()});
    layouts_.try_emplace(layout.hash(), std::move(layout));
  }
  return {};
}

Result<void> ChangelogFold::apply_block(std::string_view body) {
  return for_each_entry(body, [&](const BlockEntry& entry) -> Result<void> {
    Entries& entries = tables_[{std::string(entry.step), std::string(entry.table)}];
    std::string key(entry.change.key);
    switch (entry.change.kind) {
      case StateChange::kPut:
      case StateChange::kInsert:
        entries.insert_or_assign(std::move(key), Entry{entry.layout_hash, std::string(entry.change.value)});
        break;
      case StateChange::kDelete:
        entries.erase(key);
        break;
      case StateChange::kDeleteWindow:
        entries.erase(entries.lower_bound(key), entries.lower_bound(end_of_prefix(key)));
        break;
    }
    return {};
  });
}

std::vector<std::string> ChangelogFold::tables(const std::string& step) const {
  std::vector<std::string> names;
  for (const auto& [key, entries] : tables_) {
    if (key.first == step) names.push_back(key.second);
  }
  return names;
}

const ChangelogFold::Entries* ChangelogFold::find(const std::string& step, const std::string& table) const {
  auto found = tables_.find({step, table});
  return found == tables_.end() ? nullptr : &found->second;
}

const TableLayout* ChangelogFold::layout(uint64_t hash) const {
  auto found = layouts_.find(hash);
  return found == layouts_.end() ? nullptr : &found->second;
}

}  // namespace pactolus
