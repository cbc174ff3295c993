#include "state/state_table.h"

#include <catch2/catch.hpp>
#include <cstring>

#include "state/changelog.h"
#include "state/entry_key.h"

namespace pactolus {
namespace {

StateField counter(std::string name, uint32_t version = 1) {
  return {.name = std::move(name), .kind = "count()", .version = version, .size = 8, .blob_offsets = {}};
}
StateField text(std::string name) {
  return {.name = std::move(name), .kind = "max(text)", .version = 1, .size = 16, .blob_offsets = {0}};
}
TableLayout windowed(std::vector<StateField> fields) {
  return TableLayout("per_minute", "groups", true, Schema({{"symbol", kTextType, false}}), std::move(fields));
}

std::byte* touch(StateTable& table, EventTime end, std::string_view key) {
  std::string_view keys[] = {key};
  std::byte* rows[1];
  table.window(end).touch(keys, rows);
  return rows[0];
}

void put_text(StateTable& table, EventTime end, std::string_view key, uint32_t offset,
              std::string_view value) {
  BlobRef blob = table.window(end).heap().store(value);
  std::memcpy(touch(table, end, key) + offset, &blob, sizeof blob);
}

std::string read_text(StateTable& table, EventTime end, std::string_view key, uint32_t offset) {
  BlobRef blob;
  std::memcpy(&blob, table.find_window(end)->find(key) + offset, sizeof blob);
  return std::string(blob.view());
}

/// Carries all changes of one table to another through blocks, as a restore does.
Result<void> carry(const StateTable& from, StateTable& to) {
  BlockWriter writer;
  from.for_each_change([&](const StateChange& change) { writer.add(from.layout(), change); });
  RowMapping mapping(from.layout(), to.layout());
  for (const std::string& body : writer.finish()) {
    PACTOLUS_TRY(for_each_entry(body, [&](const BlockEntry& entry) -> Result<void> {
      if (!to.restore(entry.change, mapping, true)) return Error{"malformed"};
      return {};
    }));
  }
  return {};
}

constexpr EventTime kMinute{60'000'000};
constexpr EventTime kHour{3'600'000'000};

}  // namespace

TEST_CASE("entry keys: byte order is window end, group, part, also before 1970") {
  auto encoded = [](int64_t micros, std::string_view group, uint32_t part) {
    std::string bytes;
    append_entry_key(true, {EventTime{micros}, group, part}, bytes);
    return bytes;
  };
  CHECK(encoded(-5, "z", 0) < encoded(3, "a", 0));
  CHECK(encoded(3, "a", 70000) < encoded(3, "b", 0));
  CHECK(encoded(3, "a", 1) < encoded(3, "a", 256));
  std::string bytes = encoded(-5, "group", 7);
  auto key = decode_entry_key(true, bytes);
  REQUIRE(key);
  CHECK(key->window_end == EventTime{-5});
  CHECK(key->group == "group");
  CHECK(key->part == 7);
  CHECK_FALSE(decode_entry_key(true, "short"));
}

TEST_CASE("state table: what the changelog carries restores rows, texts and dropped windows") {
  StateTable table(windowed({counter("count(*)"), text("max(t)")}));
  put_text(table, kMinute, "a", 8, "first");
  put_text(table, kHour, "b", 8, "");
  StateTable restored(windowed({counter("count(*)"), text("max(t)")}));
  REQUIRE(carry(table, restored));
  CHECK(read_text(restored, kMinute, "a", 8) == "first");
  BlobRef empty;
  std::memcpy(&empty, restored.find_window(kHour)->find("b") + 8, sizeof empty);
  CHECK(empty.data != nullptr);  // an empty text, not a missing one

  table.commit();
  table.drop_window(kMinute);
  REQUIRE(carry(table, restored));
  CHECK(restored.window_ends() == std::vector{kHour});
}

TEST_CASE("state table: a row without fields is one all the same") {
  StateTable table(windowed({}));
  touch(table, kMinute, "a");
  touch(table, kMinute, "b");
  StateTable restored(windowed({}));
  REQUIRE(carry(table, restored));
  REQUIRE(restored.find_window(kMinute) != nullptr);
  CHECK(restored.find_window(kMinute)->size() == 2);
  restored.find_window(kMinute)->erase("a");
  restored.rollback();
  CHECK(restored.find_window(kMinute)->size() == 2);
}

TEST_CASE("state table: rolling back brings a dropped window back as it was at the last commit") {
  StateTable table(windowed({counter("count(*)"), text("max(t)")}));
  put_text(table, kMinute, "a", 8, "kept");
  table.commit();
  put_text(table, kMinute, "b", 8, "undone");
  table.drop_window(kMinute);
  CHECK(table.window_ends().empty());
  table.rollback();
  CHECK(table.find_window(kMinute)->size() == 1);
  CHECK(read_text(table, kMinute, "a", 8) == "kept");
}

TEST_CASE("state table: fields are carried to a changed layout by their names") {
  StateTable before(windowed({counter("count(*)"), text("max(t)"), counter("count(x)")}));
  put_text(before, kMinute, "a", 8, "kept");
  uint64_t seven = 7;
  std::memcpy(touch(before, kMinute, "a") + 24, &seven, sizeof seven);
  StateTable after(windowed({counter("count(x)"), text("max(t)")}));
  REQUIRE(carry(before, after));
  CHECK(read_text(after, kMinute, "a", 8) == "kept");
  uint64_t carried = 0;
  std::memcpy(&carried, after.find_window(kMinute)->find("a"), sizeof carried);
  CHECK(carried == 7);
}

TEST_CASE("state table: a layout that state cannot be carried to is refused with the way out") {
  TableLayout before = windowed({counter("count(*)")});
  CHECK(RowMapping(before, windowed({counter("count(*)"), counter("count(y)")})).refusal() ==
        "state of step `per_minute` cannot be kept: `count(y)` is new and groups that exist have no value "
        "for it; way out: "
        "`pactolus state reset per_minute`, or give the changed step a new name");
  CHECK(RowMapping(before, windowed({counter("count(*)", 2)})).refusal().find("was count() version 1") !=
        std::string::npos);
  TableLayout other_key("per_minute", "groups", true, Schema({{"venue", kTextType, false}}),
                        {counter("count(*)")});
  CHECK(RowMapping(before, other_key).refusal().find("grouping has changed") != std::string::npos);
  CHECK(RowMapping(before, before).refusal().empty());
}

}  // namespace pactolus
