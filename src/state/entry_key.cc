#include "state/entry_key.h"

namespace pactolus {
namespace {

constexpr size_t kWindowBytes = 8;
constexpr size_t kPartBytes = 4;
constexpr uint64_t kSignBit = uint64_t{1} << 63;

template <class T>
void append_big_endian(T value, std::string& out) {
  for (int shift = 8 * (sizeof value - 1); shift >= 0; shift -= 8)
    out.push_back(static_cast<char>(value >> shift));
}

template <class T>
T read_big_endian(std::string_view bytes) {
  T value = 0;
  for (char c : bytes) value = static_cast<T>(value << 8 | static_cast<uint8_t>(c));
  return value;
}

}  // namespace

void append_window_end(EventTime end, std::string& out) {
  append_big_endian(static_cast<uint64_t>(end.micros()) ^ kSignBit, out);
}

void append_entry_key(bool windowed, const EntryKey& key, std::string& out) {
  if (windowed) append_window_end(key.window_end, out);
  out.append(key.group);
  append_big_endian(key.part, out);
}

std::optional<EventTime> decode_window_end(std::string_view bytes) {
  if (bytes.size() != kWindowBytes) return std::nullopt;
  return EventTime{static_cast<int64_t>(read_big_endian<uint64_t>(bytes) ^ kSignBit)};
}

std::optional<EntryKey> decode_entry_key(bool windowed, std::string_view bytes) {
  EntryKey key;
  if (windowed) {
    auto end = decode_window_end(bytes.substr(0, kWindowBytes));
    if (!end) return std::nullopt;
    key.window_end = *end;
    bytes.remove_prefix(kWindowBytes);
  }
  if (bytes.size() < kPartBytes) return std::nullopt;
  key.group = bytes.substr(0, bytes.size() - kPartBytes);
  key.part = read_big_endian<uint32_t>(bytes.substr(key.group.size()));
  return key;
}

}  // namespace pactolus
