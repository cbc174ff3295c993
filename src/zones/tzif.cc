#include "zones/tzif.h"

#include <array>

namespace pactolus {
namespace {

constexpr std::string_view kMagic = "TZif";

/// Reads big-endian numbers off the front of some bytes; what lies beyond their end is 0 and remembered.
class TzifReader {
 public:
  explicit TzifReader(std::string_view bytes) : rest_(bytes) {}

  std::string_view take(size_t size) {
    failed_ = failed_ || size > rest_.size();
    if (failed_) return {};
    std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  template <class T>
  T number() {
    uint64_t value = 0;
    for (char c : take(sizeof(T))) value = value << 8 | static_cast<unsigned char>(c);
    return static_cast<T>(value);
  }
  std::string_view rest() const { return rest_; }
  bool failed() const { return failed_; }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

struct Header {
  uint8_t version = 0;
  uint32_t utc_flags = 0;
  uint32_t standard_flags = 0;
  uint32_t leap_seconds = 0;
  uint32_t times = 0;
  uint32_t types = 0;
  uint32_t characters = 0;

  /// The bytes of the block that the header is of.
  size_t block_bytes(size_t time_bytes) const {
    constexpr size_t kTypeBytes = 6;
    return size_t{times} * (time_bytes + 1) + size_t{types} * kTypeBytes + characters +
           size_t{leap_seconds} * (time_bytes + 4) + standard_flags + utc_flags;
  }
};

std::optional<Header> take_header(TzifReader& reader) {
  constexpr size_t kReservedBytes = 15;
  if (reader.take(kMagic.size()) != kMagic) return std::nullopt;
  Header header;
  header.version = reader.number<uint8_t>();
  reader.take(kReservedBytes);
  for (uint32_t* count : {&header.utc_flags, &header.standard_flags, &header.leap_seconds, &header.times,
                          &header.types, &header.characters}) {
    *count = reader.number<uint32_t>();
  }
  if (reader.failed()) return std::nullopt;
  return header;
}

/// The block of 64-bit times.
struct Block {
  std::vector<int64_t> times;
  std::vector<uint8_t> types;    // of each time
  std::vector<int32_t> offsets;  // of each type
};

std::optional<Block> take_block(TzifReader& reader, const Header& header) {
  constexpr size_t kWordBytes = 8;
  if (header.types == 0 || header.block_bytes(kWordBytes) > reader.rest().size()) return std::nullopt;
  Block block;
  for (uint32_t i = 0; i < header.times; ++i) block.times.push_back(reader.number<int64_t>());
  for (uint32_t i = 0; i < header.times; ++i) block.types.push_back(reader.number<uint8_t>());
  for (uint32_t i = 0; i < header.types; ++i) {
    block.offsets.push_back(reader.number<int32_t>());
    reader.take(2);  // whether it is daylight saving, and its abbreviation
  }
  reader.take(header.characters + size_t{header.leap_seconds} * (kWordBytes + 4) + header.standard_flags +
              header.utc_flags);
  for (size_t i = 0; i < block.times.size(); ++i) {
    bool ascending = i == 0 || block.times[i - 1] < block.times[i];
    if (!ascending || block.types[i] >= header.types) return std::nullopt;
  }
  return block;
}

/// Between two line ends, the rules behind the last time; empty: none are known.
std::optional<std::string_view> take_footer(TzifReader& reader) {
  std::string_view rest = reader.rest();
  size_t end = rest.find('\n', 1);
  if (!rest.starts_with('\n') || end == std::string_view::npos) return std::nullopt;
  return rest.substr(1, end - 1);
}

}  // namespace

bool is_tzif(std::string_view bytes) { return bytes.starts_with(kMagic); }

std::optional<TimeZone> parse_tzif(std::string_view bytes) {
  constexpr size_t kOldWordBytes = 4;
  TzifReader reader(bytes);
  std::optional<Header> old = take_header(reader);  // of 32-bit times, which stand first
  if (!old || old->version < '2') return std::nullopt;
  reader.take(old->block_bytes(kOldWordBytes));
  std::optional<Header> header = take_header(reader);
  if (!header || header->leap_seconds > 0) return std::nullopt;
  std::optional<Block> block = take_block(reader, *header);
  std::optional<std::string_view> footer = take_footer(reader);
  if (!block || !footer) return std::nullopt;
  std::optional<YearlyRule> rule;
  if (!footer->empty()) {
    std::optional<PosixZone> posix = parse_posix_zone(*footer);
    if (!posix) return std::nullopt;
    rule = posix->rule;
  }
  // PostgreSQL goes on behind the last time that changes anything.
  size_t count = block->times.size();
  while (rule && count > 1 && block->types[count - 1] == block->types[count - 2]) --count;
  std::vector<ZoneTransition> transitions;
  for (size_t i = 0; i < count; ++i) {
    transitions.push_back({block->times[i], block->offsets[block->types[i]]});
  }
  return TimeZone(block->offsets.front(), transitions, rule);
}

}  // namespace pactolus
