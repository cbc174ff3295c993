#include "data/jsonb/jsonb_members.h"

#include <algorithm>

#include "data/jsonb/jsonb_string.h"

namespace pactolus {
namespace {

std::string_view key_of(const JsonbMember& member, std::string_view text) {
  return text.substr(member.begin + 1, member.key_end - member.begin - 2);
}

int compare_places(const JsonbMember& a, const JsonbMember& b, std::string_view text) {
  return compare_key_places(key_of(a, text), key_of(b, text));
}

}  // namespace

bool JsonbMembers::in_order(size_t mark, std::string_view text) const {
  for (size_t i = mark + 1; i < members_.size(); ++i) {
    if (compare_places(members_[i - 1], members_[i], text) >= 0) return false;
  }
  return true;
}

bool JsonbMembers::arrange(size_t mark, std::string& text) {
  const bool unique = in_order(mark, text) || rewrite(mark, text);
  members_.resize(mark);
  return unique;
}

bool JsonbMembers::rewrite(size_t mark, std::string& text) {
  const auto first = members_.begin() + static_cast<std::ptrdiff_t>(mark);
  const size_t begin = first->begin;
  std::stable_sort(first, members_.end(), [&](const JsonbMember& a, const JsonbMember& b) {
    return compare_places(a, b, text) < 0;
  });
  bool unique = true;
  rewritten_.clear();
  for (size_t i = mark; i < members_.size(); ++i) {
    const JsonbMember& member = members_[i];
    if (i + 1 < members_.size() && compare_places(member, members_[i + 1], text) == 0) {
      unique = false;
      continue;
    }
    if (!rewritten_.empty()) rewritten_.append(", ");
    rewritten_.append(text, member.begin, member.end - member.begin);
  }
  text.replace(begin, std::string::npos, rewritten_);
  return unique;
}

}  // namespace pactolus
