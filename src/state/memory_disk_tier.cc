#include "state/memory_disk_tier.h"

#include "base/check.h"

namespace pactolus {
namespace {

class MemoryDiskTier final : public DiskTier {
 public:
  explicit MemoryDiskTier(std::shared_ptr<MemoryDisk> disk) : disk_(std::move(disk)) {}

  Result<std::optional<std::string>> mark() override { return disk_->mark; }

  Result<std::vector<std::optional<std::string>>> get(std::span<const std::string> keys) override {
    std::vector<std::optional<std::string>> values;
    for (const std::string& key : keys) {
      auto found = disk_->entries.find(key);
      disk_->found += found == disk_->entries.end() ? 0 : 1;
      values.push_back(found == disk_->entries.end() ? std::nullopt : std::optional{found->second});
    }
    return values;
  }

  Result<void> scan(std::string_view from, std::string_view until, const Visit& visit) override {
    for (auto entry = disk_->entries.lower_bound(from); entry != disk_->entries.end(); ++entry) {
      if (entry->first >= until) break;
      ++disk_->scanned;
      if (!visit(entry->first, entry->second)) break;
    }
    return {};
  }

  Result<void> scan_back(std::string_view from, std::string_view until, const Visit& visit) override {
    auto entry = disk_->entries.lower_bound(until);
    while (entry != disk_->entries.begin() && (--entry)->first >= from) {
      if (!visit(entry->first, entry->second)) break;
    }
    return {};
  }

  Result<void> apply(const DiskChanges& changes) override {
    if (disk_->full) return Error{"no space left on the disk in memory"};
    auto entries = disk_->entries;
    for (const auto& [from, until] : changes.drops)
      entries.erase(entries.lower_bound(from), entries.lower_bound(until));
    std::string last;
    PACTOLUS_TRY(
        changes.entries([&](std::string_view key, std::optional<std::string_view> value) -> Result<void> {
          PACTOLUS_CHECK(key > last, "entries of a checkpoint are out of order");
          last = key;
          if (value) {
            entries.insert_or_assign(std::string(key), std::string(*value));
          } else {
            entries.erase(std::string(key));
          }
          return {};
        }));
    disk_->entries = std::move(entries);
    disk_->mark = changes.mark;
    ++disk_->checkpoints;
    return {};
  }

  Result<void> wipe() override {
    disk_->mark.reset();
    disk_->entries.clear();
    return {};
  }

 private:
  std::shared_ptr<MemoryDisk> disk_;
};

}  // namespace

std::unique_ptr<DiskTier> make_memory_disk_tier(std::shared_ptr<MemoryDisk> disk) {
  return std::make_unique<MemoryDiskTier>(std::move(disk));
}

}  // namespace pactolus
