#include "state/offset_tag.h"

#include <charconv>

namespace pactolus {
namespace {

constexpr std::string_view kPrefix = "pactolus/1 ";
constexpr int kNonceDigits = 16;

template <class T>
bool parse_all(std::string_view text, T& value, int base = 10) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return error == std::errc{} && end == text.data() + text.size() && !text.empty();
}

}  // namespace

std::string encode_offset_tag(const OffsetTag& tag) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string nonce;
  for (int shift = 4 * (kNonceDigits - 1); shift >= 0; shift -= 4)
    nonce.push_back(kHex[tag.nonce >> shift & 15]);
  return std::string(kPrefix) + to_string(tag.task) + " " + std::to_string(tag.sequence) + " " + nonce;
}

std::optional<OffsetTag> decode_offset_tag(std::string_view text) {
  if (!text.starts_with(kPrefix)) return std::nullopt;
  text.remove_prefix(kPrefix.size());
  size_t first = text.find(' ');
  size_t second = text.find(' ', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  std::string_view task = text.substr(0, first);
  size_t dash = task.rfind('-');
  int32_t partition = 0;
  OffsetTag tag;
  bool fine = dash != std::string_view::npos && parse_all(task.substr(dash + 1), partition) &&
              parse_all(text.substr(first + 1, second - first - 1), tag.sequence) &&
              text.size() == second + 1 + kNonceDigits && parse_all(text.substr(second + 1), tag.nonce, 16);
  if (!fine) return std::nullopt;
  tag.task = {std::string(task.substr(0, dash)), Partition{partition}};
  return tag;
}

}  // namespace pactolus
