#include "state/rocks_disk_tier.h"

#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "state/state_folder.h"
#include "temp_folder.h"

namespace pactolus {
namespace {

using Contents = std::map<std::string, std::string>;

std::string key_of(uint64_t number) { return "\x01" + std::to_string(1'000'000 + number); }

/// Changes some entries and writes the checkpoint: its mark is its number.
Result<void> checkpoint(DiskTier& disk, int number, std::mt19937& random, Contents& contents) {
  std::map<std::string, std::optional<std::string>> changed;
  for (int i = 0; i < 400; ++i) {
    std::string key = key_of(random() % 2000);
    if (random() % 5 == 0) {
      changed[key] = std::nullopt;
    } else {
      changed[key] = std::string(50 + random() % 100, static_cast<char>('a' + random() % 26));
    }
  }
  DiskChanges changes{.mark = std::to_string(number), .drops = {}, .entries = {}};
  changes.entries = [&](const DiskChanges::Put& put) -> Result<void> {
    for (const auto& [key, value] : changed)
      PACTOLUS_TRY(put(key, value ? std::optional<std::string_view>(*value) : std::nullopt));
    return {};
  };
  PACTOLUS_TRY(disk.apply(changes));
  for (const auto& [key, value] : changed) {
    if (value) {
      contents[key] = *value;
    } else {
      contents.erase(key);
    }
  }
  return {};
}

Result<Contents> read_all(DiskTier& disk) {
  Contents contents;
  PACTOLUS_TRY(disk.scan("\x01", "\x02", [&](std::string_view key, std::string_view value) {
    contents.emplace(key, value);
    return true;
  }));
  return contents;
}

std::unique_ptr<DiskTier> open(const std::string& folder, const RocksMemory& memory) {
  std::string notice;
  auto disk = open_rocks_disk_tier(folder, memory, notice);
  if (!disk.ok()) FAIL(disk.error().message);
  return std::move(*disk);
}

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.file_size() > 0) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

void damage(const std::string& file, std::mt19937& random) {
  auto size = std::filesystem::file_size(file);
  if (random() % 2 == 0) {
    std::filesystem::resize_file(file, random() % size);
    return;
  }
  std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
  for (int i = 0; i < 3; ++i) {
    auto at = static_cast<std::streamoff>(random() % size);
    bytes.seekg(at);
    char byte = static_cast<char>(bytes.get() ^ (1 << random() % 8));
    bytes.seekp(at);
    bytes.put(byte);
  }
}

}  // namespace

TEST_CASE(
    "disk tier: after damage to any file it is refused, empty or as of the checkpoint that its mark names") {
  constexpr int kCheckpoints = 6;
  RocksMemory memory(1 << 20);
  int refused = 0;
  int emptied = 0;
  int older = 0;
  for (uint32_t seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    std::mt19937 random(seed);
    TempFolder folder("disk");
    std::map<std::string, Contents> as_of;
    {
      auto disk = open(folder.path(), memory);
      Contents contents;
      for (int number = 1; number <= kCheckpoints; ++number) {
        REQUIRE(checkpoint(*disk, number, random, contents).ok());
        as_of[std::to_string(number)] = contents;
      }
    }
    std::vector<std::string> files = files_in(folder.path());
    damage(files[random() % files.size()], random);

    RocksMemory cold(1 << 20);
    std::string notice;
    auto disk = open_rocks_disk_tier(folder.path(), cold, notice);
    REQUIRE(disk.ok());  // a damaged folder is begun anew
    auto mark = (*disk)->mark();
    auto contents = read_all(**disk);
    if (!mark || !contents) {
      ++refused;
      CHECK((*disk)->wipe().ok());
      CHECK_FALSE((*disk)->mark().value());
      continue;
    }
    if (!*mark) {
      CHECK(contents->empty());
      ++emptied;
      continue;
    }
    CHECK(*contents == as_of.at(**mark));
    older += **mark == std::to_string(kCheckpoints) ? 0 : 1;
  }
  INFO("refused " << refused << ", emptied " << emptied << ", older " << older);
  CHECK(refused + emptied > 5);  // the damage was there to be seen
}

TEST_CASE(
    "disk tier: a process that died right after a checkpoint leaves nothing that the next one can spoil") {
  RocksMemory memory(1 << 20);
  std::mt19937 random(1);
  TempFolder folder("disk");
  Contents contents;
  {
    auto disk = open(folder.path(), memory);
    REQUIRE(checkpoint(*disk, 1, random, contents).ok());
  }
  // What was written and what RocksDB took over are one file of two names, until the first is removed.
  const auto files = files_in(folder.path());
  auto live = std::ranges::find_if(files, [](const std::string& f) { return f.ends_with(".sst"); });
  REQUIRE(live != files.end());
  std::filesystem::create_hard_link(*live, folder.path() + "/checkpoint.sst");
  {
    auto disk = open(folder.path(), memory);
    REQUIRE(checkpoint(*disk, 2, random, contents).ok());
  }
  RocksMemory cold(1 << 20);
  std::string notice;
  auto disk = open_rocks_disk_tier(folder.path(), cold, notice);
  REQUIRE(disk.ok());
  CHECK(notice.empty());
  CHECK((*disk)->mark().value() == "2");
  auto read = read_all(**disk);
  REQUIRE(read.ok());
  bool is_same = *read == contents;  // not expanded: two thousand entries
  CHECK(is_same);
}

TEST_CASE("disk tier: who has it open keeps it, in one process as in two") {
  TempFolder folder("disk");
  RocksMemory memory(1 << 20);
  auto first = open(folder.path() + "/task", memory);
  CHECK(open(folder.path() + "/task", memory) == nullptr);
  first.reset();
  CHECK(open(folder.path() + "/task", memory) != nullptr);
}

TEST_CASE("state folder: a second process refuses, and says what to do") {
  TempFolder folder("disk");
  auto first = StateFolder::open(folder.path(), "payments", 1 << 20);
  REQUIRE(first.ok());
  auto second = StateFolder::open(folder.path(), "payments", 1 << 20);
  REQUIRE_FALSE(second.ok());
  CHECK_THAT(second.error().message, Catch::Contains("another process uses the state folder") &&
                                         Catch::Contains(folder.path() + "/payments"));
  CHECK(StateFolder::open(folder.path(), "trades", 1 << 20).ok());
  first->reset();
  CHECK(StateFolder::open(folder.path(), "payments", 1 << 20).ok());
}

TEST_CASE(
    "disk tier: a checkpoint for which there is no room leaves the last one, and a later one succeeds") {
  TempFolder folder("disk");
  RocksMemory memory(1 << 20);
  auto disk = open(folder.path(), memory);
  std::mt19937 random(7);
  Contents contents;
  REQUIRE(checkpoint(*disk, 1, random, contents).ok());

  rlimit unlimited{};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &unlimited) == 0);
  auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit small = unlimited;
  small.rlim_cur = 4096;
  REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
  Contents never;
  auto failed = checkpoint(*disk, 2, random, never);
  REQUIRE(setrlimit(RLIMIT_FSIZE, &unlimited) == 0);
  std::signal(SIGXFSZ, old_handler);
  REQUIRE_FALSE(failed.ok());
  CHECK_THAT(failed.error().message, Catch::Contains(folder.path()));
  CHECK(disk->mark().value() == "1");
  CHECK(read_all(*disk).value() == contents);

  REQUIRE(checkpoint(*disk, 3, random, contents).ok());
  disk.reset();
  disk = open(folder.path(), memory);
  CHECK(disk->mark().value() == "3");
  CHECK(read_all(*disk).value() == contents);
}

TEST_CASE("disk tier: a dropped range is gone, and what is written into it by the same checkpoint stays") {
  TempFolder folder("disk");
  RocksMemory memory(1 << 20);
  auto disk = open(folder.path(), memory);
  std::mt19937 random(9);
  Contents contents;
  REQUIRE(checkpoint(*disk, 1, random, contents).ok());
  DiskChanges changes{.mark = "2", .drops = {{"\x01", "\x02"}}, .entries = {}};
  changes.entries = [](const DiskChanges::Put& put) { return put("\x01new", "value"); };
  REQUIRE(disk->apply(changes).ok());
  CHECK(read_all(*disk).value() == Contents{{"\x01new", "value"}});
  CHECK(disk->mark().value() == "2");
  auto values = disk->get(std::vector<std::string>{contents.begin()->first, "\x01new"});
  REQUIRE(values.ok());
  CHECK(*values == std::vector<std::optional<std::string>>{std::nullopt, "value"});
}

}  // namespace pactolus
