#include <catch2/catch.hpp>

#include "data/json_rows.h"

namespace pactolus {
namespace {

TEST_CASE("json: in a table a record without value deletes the row that its key names") {
  std::vector<SourceField> fields = {field("id", kTextType), field("amount", Type{TypeKind::kNumeric, 12, 2}),
                                     field("at", kTimestamptzType)};
  fields[2].origin = SourceField::kHeader;
  const std::vector<std::string> keys = {
      "a", R"({"id":"b","more":1})", R"("c\n")", "{b", R"({"key":"d"})", "", "\xFF"};
  std::vector<RecordView> records(keys.size() + 2);
  for (size_t i = 0; i < keys.size(); ++i) records[i].key = keys[i];
  records.back().key = "other";
  records.back().value = R"({"id":"z","amount":1})";
  const HeaderView at{"at", "2026-01-01T00:00:00Z"};
  for (RecordView& record : records) record.headers = std::span{&at, 1};
  records[0].headers = {};
  DecodedRows rows = make_json_decoder(fields, {}, {0})->decode(records);
  CHECK(rows.deletions == std::vector<uint32_t>{0, 1, 2, 3, 4, 5, 6, 7});
  CHECK(show(rows, 0) == "a|NULL|NULL");  // what a deletion does not need may be missing
  CHECK(show(rows, 1) == "b|NULL|2026-01-01 00:00:00+00");
  CHECK(show(rows, 2) == "c\n|NULL|2026-01-01 00:00:00+00");
  CHECK_FALSE(rows.columns[0]->is_null(5));  // an empty text is one, too
  CHECK(show(rows, 8) == "z|1.00|2026-01-01 00:00:00+00");
  std::string failures;
  for (const RowError& failure : rows.failures) failures += std::to_string(failure.row) + failure.code + " ";
  CHECK(failures == "3invalid_json 4missing_field 6invalid_utf8 7null_key ");
}

TEST_CASE("json: a primary key of several fields is read from an object, where the value has them") {
  std::vector<SourceField> fields = {field("country", kTextType), field("kind", kBigintType),
                                     field("name", kTextType)};
  fields[0].path = {"place", "country"};
  const std::vector<std::string> keys = {R"({"kind":7,"place":{"country":"NO"}})", "NO", R"({"kind":7})"};
  std::vector<RecordView> records(keys.size());
  for (size_t i = 0; i < keys.size(); ++i) records[i].key = keys[i];
  DecodedRows rows = make_json_decoder(fields, {}, {0, 1})->decode(records);
  CHECK(show(rows, 0) == "NO|7|NULL");
  REQUIRE(rows.failures.size() == 2);
  CHECK(rows.failures[0].code == "invalid_key");
  CHECK(rows.failures[1].code == "missing_field");
}

}  // namespace
}  // namespace pactolus
