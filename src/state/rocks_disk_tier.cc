#include "state/rocks_disk_tier.h"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/table.h>

#include <filesystem>

namespace pactolus {

struct RocksMemory::Shared {
  std::shared_ptr<rocksdb::Cache> cache;
};

RocksMemory::RocksMemory(uint64_t cache_bytes) : shared_(std::make_unique<Shared>()) {
  shared_->cache = rocksdb::NewLRUCache(cache_bytes);
}
RocksMemory::~RocksMemory() = default;

namespace {

/// Before all entries, whose keys begin with 1.
const std::string kMarkKey(1, '\0');

rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }
std::string_view view(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

rocksdb::Options options_of(const RocksMemory& memory) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = memory.shared().cache;
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.format_version = 5;
  rocksdb::Options options;
  options.create_if_missing = true;
  options.paranoid_checks = true;
  options.write_buffer_size = 64 << 10;  // nothing is written through a memtable
  options.arena_block_size = 16 << 10;
  options.max_open_files = 256;
  options.max_background_jobs = 2;
  options.compression = rocksdb::kLZ4Compression;
  options.keep_log_file_num = 2;
  options.max_log_file_size = 1 << 20;
  options.stats_dump_period_sec = 0;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

class RocksDiskTier final : public DiskTier {
 public:
  RocksDiskTier(std::string folder, const RocksMemory& memory)
      : folder_(std::move(folder)), options_(options_of(memory)) {}

  rocksdb::Status try_open() {
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    if (error) return rocksdb::Status::Aborted("cannot be made", error.message());
    rocksdb::DB* db = nullptr;
    rocksdb::Status status = rocksdb::DB::Open(options_, folder_, &db);
    db_.reset(db);
    return status;
  }

  Result<std::optional<std::string>> mark() override {
    std::string value;
    rocksdb::Status status = db_->Get({}, slice(kMarkKey), &value);
    if (status.IsNotFound()) return std::optional<std::string>{};
    PACTOLUS_TRY(fine(status, "read"));
    return std::optional{std::move(value)};
  }

  Result<std::vector<std::optional<std::string>>> get(std::span<const std::string> keys) override {
    std::vector<rocksdb::Slice> slices(keys.begin(), keys.end());
    std::vector<rocksdb::PinnableSlice> found(keys.size());
    std::vector<rocksdb::Status> statuses(keys.size());
    db_->MultiGet({}, db_->DefaultColumnFamily(), keys.size(), slices.data(), found.data(), statuses.data());
    std::vector<std::optional<std::string>> values(keys.size());
    for (size_t i = 0; i < keys.size(); ++i) {
      if (statuses[i].IsNotFound()) continue;
      PACTOLUS_TRY(fine(statuses[i], "read"));
      values[i] = found[i].ToString();
    }
    return values;
  }

  Result<void> scan(std::string_view from, std::string_view until, const Visit& visit) override {
    rocksdb::Slice bound = slice(until);
    rocksdb::ReadOptions read;
    read.iterate_upper_bound = &bound;
    read.fill_cache = false;
    std::unique_ptr<rocksdb::Iterator> entry(db_->NewIterator(read));
    for (entry->Seek(slice(from)); entry->Valid(); entry->Next()) {
      if (!visit(view(entry->key()), view(entry->value()))) break;
    }
    return fine(entry->status(), "read");
  }

  Result<void> scan_back(std::string_view from, std::string_view until, const Visit& visit) override {
    rocksdb::Slice first = slice(from);
    rocksdb::Slice bound = slice(until);
    rocksdb::ReadOptions read;
    read.iterate_lower_bound = &first;
    read.iterate_upper_bound = &bound;
    std::unique_ptr<rocksdb::Iterator> entry(db_->NewIterator(read));
    for (entry->SeekToLast(); entry->Valid(); entry->Prev()) {
      if (!visit(view(entry->key()), view(entry->value()))) break;
    }
    return fine(entry->status(), "read");
  }

  Result<void> apply(const DiskChanges& changes) override {
    const std::string file = folder_ + "/checkpoint.sst";
    // A process that died before it came to the removal below has left a second name of a file that RocksDB
    // has taken over: writing through it would spoil that one.
    std::error_code not_removed;
    std::filesystem::remove(file, not_removed);
    if (not_removed) return Error{"cannot delete " + file + ": " + not_removed.message()};
    auto applied = write(file, changes);
    if (applied) {
      rocksdb::IngestExternalFileOptions ingest;
      ingest.move_files = true;
      ingest.allow_blocking_flush = false;
      ingest.verify_checksums_before_ingest = false;  // it was written a moment ago
      applied = fine(db_->IngestExternalFile({file}, ingest), "write");
    }
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
    return applied;
  }

  Result<void> wipe() override {
    db_.reset();
    std::error_code error;
    std::filesystem::remove_all(folder_, error);
    if (error) return Error{"cannot delete the state folder " + folder_ + ": " + error.message()};
    return fine(try_open(), "open");
  }

  Result<void> fine(const rocksdb::Status& status, const char* what) const {
    if (status.ok()) return {};
    return Error{std::string("cannot ") + what + " the state folder " + folder_ + ": " + status.ToString()};
  }

 private:
  Result<void> write(const std::string& file, const DiskChanges& changes) {
    rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), options_);
    PACTOLUS_TRY(fine(writer.Open(file), "write"));
    for (const auto& [from, until] : changes.drops)
      PACTOLUS_TRY(fine(writer.DeleteRange(slice(from), slice(until)), "write"));
    PACTOLUS_TRY(fine(writer.Put(slice(kMarkKey), slice(changes.mark)), "write"));
    PACTOLUS_TRY(changes.entries([&](std::string_view key, std::optional<std::string_view> value) {
      return fine(value ? writer.Put(slice(key), slice(*value)) : writer.Delete(slice(key)), "write");
    }));
    return fine(writer.Finish(), "write");
  }

  std::string folder_;
  rocksdb::Options options_;
  std::unique_ptr<rocksdb::DB> db_;
};

}  // namespace

Result<std::unique_ptr<DiskTier>> open_rocks_disk_tier(const std::string& folder, const RocksMemory& memory,
                                                       std::string& notice) {
  auto tier = std::make_unique<RocksDiskTier>(folder, memory);
  rocksdb::Status opened = tier->try_open();
  // RocksDB's only way of saying that somebody has it open is this text.
  bool held = opened.IsIOError() && opened.ToString().find("lock") != std::string::npos;
  if (held) return std::unique_ptr<DiskTier>();
  bool damaged = opened.IsCorruption() || opened.IsNotFound() || opened.IsInvalidArgument() ||
                 (opened.IsIOError() && !opened.IsNoSpace());
  if (!opened.ok() && !damaged) return tier->fine(opened, "open").error();
  if (damaged) {
    notice = tier->fine(opened, "open").error().message;
    PACTOLUS_TRY(tier->wipe());
  }
  return std::unique_ptr<DiskTier>(std::move(tier));
}

}  // namespace pactolus
