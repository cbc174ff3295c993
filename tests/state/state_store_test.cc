#include "state/state_store.h"

#include <catch2/catch.hpp>
#include <cstring>
#include <filesystem>
#include <map>
#include <random>

#include "state/entry_key.h"
#include "state/group_scan.h"
#include "state/memory_disk_tier.h"
#include "state/rocks_disk_tier.h"
#include "temp_folder.h"

namespace pactolus {
namespace {

/// Windowed and running: window end → group → (count, text).
using Content = std::pair<uint64_t, std::string>;
using Oracle = std::map<EventTime, std::map<std::string, Content>>;

struct Row {
  uint64_t count;
  BlobRef text;
};

TableLayout layout_of(bool windowed) {
  std::vector<StateField> fields = {
      {.name = "n", .kind = "count()", .version = 1, .size = 8, .blob_offsets = {}},
      {.name = "t", .kind = "max(text)", .version = 1, .size = 16, .blob_offsets = {0}}};
  return TableLayout(windowed ? "windows" : "running", "groups", windowed, Schema({{"g", kTextType, false}}),
                     std::move(fields));
}

/// Where a task's disk is, across its lives.
class Disk {
 public:
  virtual ~Disk() = default;
  virtual std::unique_ptr<DiskTier> open() = 0;
};

class DiskInMemory final : public Disk {
 public:
  std::unique_ptr<DiskTier> open() override { return make_memory_disk_tier(disk_); }

 private:
  std::shared_ptr<MemoryDisk> disk_ = std::make_shared<MemoryDisk>();
};

class DiskInRocks final : public Disk {
 public:
  std::unique_ptr<DiskTier> open() override {
    std::string notice;
    auto tier = open_rocks_disk_tier(folder_.path(), memory_, notice);
    if (!tier.ok()) FAIL(tier.error().message);
    CHECK(notice.empty());
    return std::move(*tier);
  }

 private:
  TempFolder folder_{"state"};
  RocksMemory memory_{1 << 20};
};

/// One life of a task's state.
struct Life {
  StateStore store;
  StateTable* windows = &store.declare(layout_of(true));
  StateTable* running = &store.declare(layout_of(false));

  explicit Life(Disk& disk, const std::vector<StateTable::StoredWindows>& stored) {
    store.attach(disk.open(), stored);
  }
};

std::string key_of(uint32_t number) {
  return std::string("group") + std::to_string(number) + std::string(1, '\0');
}

/// A random history, with a plain map beside it.
class History {
 public:
  History(uint32_t seed, Disk& disk) : random_(seed), disk_(disk), keys_(seed % 3 == 0 ? 4 : 60) {
    begin({});
  }

  void run(int steps) {
    for (int i = 0; i < steps; ++i) {
      switch (random_() % 11) {
        case 0:
          checkpoint();
          break;
        case 1:
          checkpoint();
          life_->store.evict(random_() % 3 * 2000);
          break;
        case 2:
          crash();
          break;
        case 3:
          look_at_all();
          break;
        case 4:
          rewrite();
          break;
        case 5:
          for (const auto& [end, groups] : committed_)
            look_for_neighbours(*table_of(end).find_window(end), groups);
          break;
        default:
          transaction();
      }
      REQUIRE_FALSE(life_->store.failure());
      REQUIRE(life_->store.rows() == rows_of(committed_));
    }
    look_at_all();
  }

 private:
  struct Change {
    bool windowed;
    StateChange::Kind kind;
    std::string key;
    std::string value;
  };

  void begin(const std::vector<StateTable::StoredWindows>& stored) {
    life_ = std::make_unique<Life>(disk_, stored);
  }

  StateTable& table_of(EventTime end) { return end == EventTime::max() ? *life_->running : *life_->windows; }
  EventTime any_window() {
    static const EventTime ends[] = {EventTime{60}, EventTime{120}, EventTime{180}, EventTime::max()};
    return ends[random_() % 4];
  }

  void transaction() {
    Oracle next = committed_;
    std::set<EventTime> dropped;
    for (uint64_t i = random_() % 6; i > 0; --i) change(next, dropped);
    std::erase_if(next, [](const auto& window) { return window.second.empty(); });
    if (random_() % 4 == 0) {
      life_->store.rollback();
    } else {
      for (StateTable* table : {life_->windows, life_->running}) {
        table->for_each_change([&](const StateChange& change) {
          tail_.push_back(
              {table == life_->windows, change.kind, std::string(change.key), std::string(change.value)});
        });
      }
      life_->store.commit();
      committed_ = std::move(next);
    }
  }

  void change(Oracle& next, std::set<EventTime>& dropped) {
    EventTime end = any_window();
    if (dropped.contains(end)) return;
    if (random_() % 12 == 0 && end != EventTime::max()) {  // a running table stays
      table_of(end).drop_window(end);
      next.erase(end);
      dropped.insert(end);
      return;
    }
    HotTable& window = table_of(end).window(end);
    std::vector<std::string> keys;
    for (uint64_t i = 1 + random_() % 5; i > 0; --i)
      keys.push_back(key_of(static_cast<uint32_t>(random_() % keys_)));
    if (random_() % 4 == 0) {
      window.erase(keys[0]);
      next[end].erase(keys[0]);
      return;
    }
    std::vector<std::string_view> views(keys.begin(), keys.end());
    std::vector<std::byte*> rows(keys.size());
    window.touch(views, rows);
    for (size_t i = 0; i < keys.size(); ++i) {
      Content& wanted = next[end][keys[i]];
      Row row;
      std::memcpy(&row, rows[i], sizeof row);
      REQUIRE(row.count == wanted.first);
      REQUIRE(row.text.view() == wanted.second);
      wanted.first += 1 + random_() % 100;
      wanted.second = std::string(random_() % 40, 'x') + std::to_string(random_());
      window.heap().release(row.text);
      row = {wanted.first, window.heap().store(wanted.second)};
      std::memcpy(rows[i], &row, sizeof row);
    }
    look_for_neighbours(window, next[end]);
  }

  /// Of keys that are there and others, among all and among those that begin alike.
  void look_for_neighbours(HotTable& window, const std::map<std::string, Content>& groups) {
    for (int i = 0; i < 3; ++i) {
      const std::string key = key_of(static_cast<uint32_t>(random_() % keys_));
      const std::string prefix = key.substr(0, random_() % key.size());
      const bool up = random_() % 2 == 0;
      auto wanted = up ? groups.upper_bound(key) : groups.lower_bound(key);
      bool none = up ? wanted == groups.end() : wanted == groups.begin();
      if (!none && !up) --wanted;
      none = none || !wanted->first.starts_with(prefix);
      auto found = window.neighbour(key, prefix, up ? KeyDirection::kUp : KeyDirection::kDown);
      REQUIRE(found.has_value() == !none);
      if (none) continue;
      REQUIRE(found->key == wanted->first);
      Row row;
      std::memcpy(&row, found->row, sizeof row);
      REQUIRE(row.count == wanted->second.first);
      REQUIRE(row.text.view() == wanted->second.second);
    }
  }

  void checkpoint() {
    auto windows = life_->store.all_windows();
    REQUIRE(life_->store.checkpoint("mark").ok());
    CHECK_FALSE(life_->store.has_overlay());
    stored_ = std::move(windows);
    on_disk_ = committed_;
    tail_.clear();
  }

  /// What was not on disk comes back from the changelog, or never reached it.
  void crash() {
    life_.reset();
    begin(stored_);
    const bool lost = random_() % 2 == 0;
    if (lost) {
      committed_ = on_disk_;
      tail_.clear();
    }
    for (const Change& change : tail_) {
      StateTable& table = change.windowed ? *life_->windows : *life_->running;
      const RowMapping same(table.layout(), table.layout());
      REQUIRE(table.restore({change.kind, change.key, change.value}, same, random_() % 4 != 0));
    }
  }

  /// In slices of any size, with evictions in between.
  void look_at_all() {
    for (const auto& [end, groups] : committed_) {
      HotTable* window = table_of(end).find_window(end);
      REQUIRE(window != nullptr);
      GroupScan scan(*window, std::nullopt);
      auto expected = groups.begin();
      while (!scan.done()) {
        for (const StateGroup& group : scan.next(1 + random_() % 9)) {
          REQUIRE(expected != groups.end());
          REQUIRE(group.key == expected->first);
          Row row;
          std::memcpy(&row, group.row, sizeof row);
          REQUIRE(row.count == expected->second.first);
          REQUIRE(row.text.view() == expected->second.second);
          ++expected;
        }
        bool evicts = !life_->store.has_overlay() && random_() % 4 == 0;
        if (evicts) life_->store.evict(random_() % 4000);
      }
      REQUIRE(expected == groups.end());
    }
    CHECK(life_->windows->window_ends().size() == committed_.size() - committed_.count(EventTime::max()));
  }

  /// What is on disk and still current, together with the overlay, is the state.
  void rewrite() {
    std::map<std::pair<bool, std::string>, std::string> seen;
    StateStore::Rewritten rewritten;
    while (!rewritten.ended) {
      rewritten = life_->store.rewrite(rewritten.cursor, 1 + random_() % 300,
                                       [&](const TableLayout& layout, const StateChange& change) {
                                         CHECK(change.kind == StateChange::kPut);
                                         seen[{layout.windowed(), std::string(change.key)}] = change.value;
                                       });
    }
    for (const auto& [place, image] : seen) {
      auto key = decode_entry_key(place.first, place.second);
      REQUIRE(key);
      REQUIRE(committed_.contains(key->window_end));
      auto wanted = committed_.at(key->window_end).find(std::string(key->group));
      REQUIRE(wanted != committed_.at(key->window_end).end());
      uint64_t count = 0;
      std::memcpy(&count, image.data(), sizeof count);
      REQUIRE(count == wanted->second.first);
    }
    if (!life_->store.has_overlay()) REQUIRE(seen.size() == rows_of(committed_));
  }

  static size_t rows_of(const Oracle& oracle) {
    size_t rows = 0;
    for (const auto& [end, groups] : oracle) rows += groups.size();
    return rows;
  }

  std::mt19937 random_;
  Disk& disk_;
  uint32_t keys_;
  std::unique_ptr<Life> life_;
  std::vector<StateTable::StoredWindows> stored_;
  std::vector<Change> tail_;  // of the changelog, since the last checkpoint
  Oracle committed_;
  Oracle on_disk_;
};

}  // namespace

TEST_CASE("state store: random histories over a disk, with evictions and crashes, agree with a plain map") {
  for (uint32_t seed = 1; seed <= 400; ++seed) {
    INFO("seed " << seed);
    DiskInMemory disk;
    History(seed, disk).run(120);
  }
}

TEST_CASE("state store: random histories over RocksDB agree with a plain map") {
  for (uint32_t seed = 1; seed <= 12; ++seed) {
    INFO("seed " << seed);
    DiskInRocks disk;
    History(seed, disk).run(120);
  }
}

}  // namespace pactolus
