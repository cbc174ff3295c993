#include "operators/matching/partial_matches.h"

#include "base/bytes.h"
#include "base/check.h"
#include "data/key_encoding.h"
#include "operators/image_entry.h"

namespace pactolus {
namespace {

TakenRow read_row(ByteReader& reader) {
  TakenRow row{static_cast<size_t>(reader.varint()), EventTime{reader.i64()}, read_address(reader),
               std::string_view()};
  row.image = reader.bytes();
  return row;
}

}  // namespace

std::string MatchBytes::begin(std::string_view values) {
  std::string bytes;
  ByteWriter(bytes).bytes(values);
  return bytes;
}

std::string_view MatchBytes::values(std::string_view bytes) { return ByteReader(bytes).bytes(); }

std::vector<TakenRow> MatchBytes::rows(std::string_view bytes) {
  ByteReader reader(bytes);
  reader.bytes();
  std::vector<TakenRow> rows;
  while (!reader.at_end()) rows.push_back(read_row(reader));
  PACTOLUS_CHECK(!reader.failed(), "the rows of a match cannot be read");
  return rows;
}

void MatchBytes::append_row(const TakenRow& row, std::string& bytes) {
  ByteWriter writer(bytes);
  writer.varint(row.stage);
  writer.i64(row.time.micros());
  append_address(row.address, bytes);
  writer.bytes(row.image);
}

void MatchBytes::replace_values(std::string_view values, std::string& bytes) {
  ByteReader reader(bytes);
  reader.bytes();
  bytes = begin(values) + std::string(reader.rest());
}

bool PartialMatches::read(std::string_view group, GroupMatches& matches) {
  matches.key.assign(group);
  matches.partial.clear();
  matches.next_number = 0;
  const std::byte* row = groups_.running().find(group);
  if (row == nullptr) return false;
  ByteReader reader(image_of(row));
  matches.next_number = reader.i64();
  while (!reader.at_end()) {
    PartialMatch& match = matches.partial.emplace_back();
    match.number = reader.i64();
    match.first = EventTime{reader.i64()};
    match.last = reader.i64();
    match.stage = reader.varint();
    match.taken = reader.varint();
  }
  PACTOLUS_CHECK(!reader.failed(), "the partial matches of a group cannot be read");
  return true;
}

void PartialMatches::write(const GroupMatches& matches, bool had_some) {
  for (const PartialMatch& match : matches.partial) {
    if (!match.changed()) continue;
    put_image(matches_.running(), key_of(matches, match), match.bytes);
  }
  HotTable& table = groups_.running();
  if (matches.partial.empty()) {
    if (had_some) table.erase(matches.key);
    return;
  }
  bytes_.clear();
  ByteWriter writer(bytes_);
  writer.i64(matches.next_number);
  for (const PartialMatch& match : matches.partial) {
    writer.i64(match.number);
    writer.i64(match.first.micros());
    writer.i64(match.last);
    writer.varint(match.stage);
    writer.varint(match.taken);
  }
  put_image(table, matches.key, bytes_);
}

std::string_view PartialMatches::bytes(const GroupMatches& group, const PartialMatch& match) {
  if (match.changed()) return match.bytes;
  const std::byte* row = matches_.running().find(key_of(group, match));
  PACTOLUS_CHECK(row != nullptr, "a partial match has no rows");
  return image_of(row);
}

void PartialMatches::remove(const GroupMatches& group, const PartialMatch& match) {
  if (!match.is_new) matches_.running().erase(key_of(group, match));
}

std::string_view PartialMatches::key_of(const GroupMatches& group, const PartialMatch& match) {
  number_.values_of<TypeKind::kBigint>()[0] = match.number;
  key_.assign(group.key);
  append_key_value(number_, 0, key_);
  return key_;
}

}  // namespace pactolus
