#include "state/hot_table.h"

#include <catch2/catch.hpp>
#include <cstring>
#include <map>
#include <random>

namespace pactolus {
namespace {

/// One counter and one text per group.
TableLayout counter_and_text() {
  StateField counter{.name = "count(*)", .kind = "count()", .version = 1, .size = 8, .blob_offsets = {}};
  StateField text{.name = "max(t)", .kind = "max(text)", .version = 1, .size = 16, .blob_offsets = {0}};
  Schema key({{"k", kTextType, false}});
  return TableLayout("step", "groups", false, key, {counter, text});
}

struct Row {
  uint64_t count = 0;
  BlobRef text;
};

Row read(const std::byte* bytes) {
  Row row;
  std::memcpy(&row, bytes, sizeof row);
  return row;
}

void write(std::byte* bytes, const Row& row) { std::memcpy(bytes, &row, sizeof row); }

using Oracle = std::map<std::string, std::pair<uint64_t, std::string>>;

void set(HotTable& table, const std::string& key, uint64_t count, const std::string& text) {
  std::string_view keys[] = {key};
  std::byte* rows[1];
  table.touch(keys, rows);
  Row row = read(rows[0]);
  table.heap().release(row.text);
  write(rows[0], {count, table.heap().store(text)});
}

Oracle contents(HotTable& table) {
  Oracle result;
  for (const auto& place : *table.sorted_entries()) {
    StateGroup group = table.group_of(*place.item);
    REQUIRE(table.find(group.key) == group.row);
    Row row = read(group.row);
    result[std::string(group.key)] = {row.count, std::string(row.text.view())};
  }
  return result;
}

}  // namespace

TEST_CASE("hot table: random histories with commits and rollbacks agree with a plain map") {
  for (uint32_t seed = 0; seed < 200; ++seed) {
    INFO("seed " << seed);
    std::mt19937 random(seed);
    TableLayout layout = counter_and_text();
    HotTable table(layout);
    Oracle committed;
    Oracle current;
    uint32_t keys = random() % 3 == 0 ? 5 : 300;
    for (int step = 0; step < 400; ++step) {
      std::string key = "key" + std::string(random() % 4, 'x') + std::to_string(random() % keys);
      uint32_t action = random() % 100;
      if (action < 70) {
        std::string text(random() % 20, static_cast<char>('a' + random() % 26));
        set(table, key, step, text);
        current[key] = {step, text};
      } else if (action < 90) {
        table.erase(key);
        current.erase(key);
      } else if (action < 95) {
        Oracle changed = committed;
        table.for_each_change([&](std::string_view k, const std::byte* row, bool is_new) {
          CHECK(is_new == !committed.contains(std::string(k)));
          if (row == nullptr) {
            changed.erase(std::string(k));
          } else {
            changed[std::string(k)] = {read(row).count, std::string(read(row).text.view())};
          }
        });
        REQUIRE(changed == current);
        table.commit();
        committed = current;
      } else {
        table.rollback();
        current = committed;
      }
      REQUIRE(table.size() == current.size());
    }
    REQUIRE(contents(table) == current);
  }
}

TEST_CASE("hot table: a batch that names a key twice gets the same row twice") {
  TableLayout layout = counter_and_text();
  HotTable table(layout);
  std::string_view keys[] = {"a", "b", "a"};
  std::byte* rows[3];
  table.touch(keys, rows);
  CHECK(rows[0] == rows[2]);
  CHECK(rows[0] != rows[1]);
  CHECK(table.size() == 2);
}

TEST_CASE("hot table: rows keep their places while the table grows") {
  TableLayout layout = counter_and_text();
  HotTable table(layout);
  std::vector<std::string> names;
  for (int i = 0; i < 20000; ++i) names.push_back("key-" + std::to_string(i));
  std::vector<std::string_view> keys(names.begin(), names.end());
  std::vector<std::byte*> rows(keys.size());
  table.touch(keys, rows);
  for (size_t i = 0; i < keys.size(); ++i) REQUIRE(table.find(keys[i]) == rows[i]);
}

}  // namespace pactolus
