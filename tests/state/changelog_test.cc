#include "state/changelog.h"

#include <catch2/catch.hpp>
#include <random>

#include "base/bytes.h"
#include "state/epoch_record.h"
#include "state/offset_tag.h"

namespace pactolus {
namespace {

EpochRecord full_epoch() {
  EpochRecord epoch;
  epoch.nonce = 0xdeadbeef;
  epoch.inputs = {{"trades", 8, {}, Offset{17}, EventTime{5}, EventTime::min(), true},
                  {"rates", 2, Partition{1}, Offset{3}}};
  epoch.upstreams = {{"app-by_card-repartition", 3, 8, EventTime{-1}, true}};
  epoch.downstreams = {{"app-by_card-repartition", EventTime{1}, true}};
  epoch.watermark = EventTime{77};
  epoch.settled = EventTime{76};
  epoch.record_time = ProcessingTime{1234};
  epoch.close = CloseProgress{"per_minute", EventTime{60}, EventTime{50}, std::string("k\0y", 3)};
  epoch.round = {3, true, Offset{1000}, "cursor"};
  epoch.task_map_hash = "0011223344556677";
  epoch.fingerprint = 42;
  epoch.steps = {{"valid", {{"filtered", 3}, {"rows_in", 10}}}};
  return epoch;
}

}  // namespace

TEST_CASE("changelog record: header and body come back; damage and unknown versions are refused") {
  ChangelogHeader header{ChangelogKind::kBlock, ChangelogHeader::kGenesis, {"trades", Partition{3}}, 17, 2};
  std::string value = encode_changelog_record(header, "the body");
  auto record = decode_changelog_record(value);
  REQUIRE(record);
  CHECK(record->body == "the body");
  CHECK(record->header.kind == ChangelogKind::kBlock);
  CHECK(record->header.flags == ChangelogHeader::kGenesis);
  CHECK(record->header.task == header.task);
  CHECK(record->header.sequence == 17);
  CHECK(record->header.round == 2);

  for (size_t cut = 0; cut < value.size(); ++cut) CHECK_FALSE(decode_changelog_record(value.substr(0, cut)));
  std::string flipped = value;
  flipped.back() ^= 1;
  CHECK(decode_changelog_record(flipped).error().message.find("checksum") != std::string::npos);
  std::string newer = value;
  newer[0] = 2;
  CHECK(decode_changelog_record(newer).error().message.find("unknown format version: 2") !=
        std::string::npos);
}

TEST_CASE("block writer: no block grows beyond its bound, and all entries come back in order") {
  TableLayout one("one", "groups", false, Schema(), {});
  TableLayout two("two", "groups", false, Schema(), {});
  BlockWriter writer;
  std::string value(1000, 'v');
  for (int i = 0; i < 1000; ++i)
    writer.add(i % 10 < 5 ? one : two, {StateChange::kPut, std::to_string(i), value});
  writer.add(one, {StateChange::kDelete, "gone", {}});
  writer.add(one, {StateChange::kPut, "large", std::string(300 * 1024, 'x')});
  int seen = 0;
  auto bodies = writer.finish();
  CHECK(bodies.size() >= 5);
  for (const std::string& body : bodies) {
    bool only_large = body.size() > 300 * 1024;
    if (!only_large) CHECK(body.size() <= BlockWriter::kBlockBytesMax);
    REQUIRE(for_each_entry(body, [&](const BlockEntry& entry) -> Result<void> {
      if (seen < 1000) {
        CHECK(entry.change.key == std::to_string(seen));
        CHECK(entry.step == (seen % 10 < 5 ? "one" : "two"));
        CHECK(entry.layout_hash == (seen % 10 < 5 ? one : two).hash());
      }
      ++seen;
      return {};
    }));
  }
  CHECK(seen == 1002);
  CHECK(writer.finish().empty());
}

TEST_CASE("epoch record: every field comes back, and no truncation is accepted") {
  std::string body = encode_epoch(full_epoch());
  auto decoded = decode_epoch(body);
  REQUIRE(decoded);
  CHECK(*decoded == full_epoch());
  for (size_t cut = 0; cut < body.size(); ++cut) CHECK_FALSE(decode_epoch(body.substr(0, cut)));
}

TEST_CASE("layout: the types of its key come back") {
  const Schema key({{"amount", Type{TypeKind::kNumeric, 12, 2}, false},
                    {"currency", Type{.kind = TypeKind::kBpchar, .length = 300}, true},
                    {"code", kBpcharType, false}});
  const TableLayout layout("per_currency", "groups", false, key, {});
  std::string bytes;
  layout.encode(bytes);
  ByteReader reader(bytes);
  const std::optional<TableLayout> back = TableLayout::decode(reader);
  REQUIRE(back);
  CHECK(reader.at_end());
  CHECK(back->hash() == layout.hash());
  for (size_t i = 0; i < key.size(); ++i) CHECK(back->key()[i].type == key[i].type);
}

TEST_CASE("changelog: random bytes never crash a decoder") {
  std::mt19937 random(7);
  std::string epoch = encode_epoch(full_epoch());
  for (int i = 0; i < 20000; ++i) {
    std::string bytes = epoch;
    for (uint32_t flips = 1 + random() % 4; flips > 0; --flips)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    (void)decode_epoch(bytes);
    (void)decode_layouts(bytes);
    (void)decode_changelog_record(bytes);
    (void)for_each_entry(bytes, [](const BlockEntry&) -> Result<void> { return {}; });
  }
}

TEST_CASE("offset tag: comes back from its text; other tools' texts are no tags") {
  OffsetTag tag{{"my-trades-7", Partition{12}}, 18, 0xdeadbeef01};
  CHECK(encode_offset_tag(tag) == "pactolus/1 my-trades-7-12 18 000000deadbeef01");
  CHECK(decode_offset_tag(encode_offset_tag(tag)) == tag);
  for (const char* other : {"", "hello", "pactolus/1 trades 1 00", "pactolus/1 trades-1 x 000000deadbeef01",
                            "pactolus/2 trades-1 1 000000deadbeef01"}) {
    CHECK_FALSE(decode_offset_tag(other));
  }
}

}  // namespace pactolus
