#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "data/byte_rows.h"
#include "data/codecs/record_decoder.h"
#include "data/schema.h"

namespace pactolus {

/// A number that differs, in all likelihood, between schemas with different names or types of fields, or in
/// another order.
uint64_t schema_hash(const Schema& schema);

/// Whole rows as compact bytes, for repartition topics and images of rows in the state. A format: raise
/// kVersion when it changes.
///
///   u8 version, u64 schema_hash, null bitmap (bit i of byte i/8: field i is null), then each value that is
///   not null: boolean u8, integer and date u32, bigint and timestamptz i64, double its 64 bits, interval u32
///   months, u32 days, i64 microseconds, text length as varint and bytes, numeric scale as varint, u8 size
///   and the coefficient's low bytes
///
/// All integers little-endian, in two's complement. Immutable. Threads: any.
class RowCodec {
 public:
  static constexpr uint8_t kVersion = 1;

  explicit RowCodec(Schema schema);

  /// `columns` in the schema's order.
  void append_row(std::span<const ColumnPtr> columns, size_t row, std::string& out) const;
  void encode(std::span<const ColumnPtr> columns, std::span<const uint32_t> rows, ByteRows& out) const;

  /// Texts are views into `rows`; `memory` is what keeps those alive, and the text columns keep it. Codes of
  /// failures: schema_mismatch for rows of another version or schema, invalid_row for malformed ones.
  DecodedRows decode(std::span<const std::string_view> rows, std::shared_ptr<const void> memory) const;
  /// The same, where row i goes into slot slots[i] of columns that have `size` slots; the others are NULL.
  /// Failures name slots.
  DecodedRows decode_into(std::span<const uint32_t> slots, size_t size,
                          std::span<const std::string_view> rows, std::shared_ptr<const void> memory) const;

 private:
  Schema schema_;
  uint64_t hash_;
};

}  // namespace pactolus
