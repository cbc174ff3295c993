#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pactolus {

/// Where a member stands in a text that is being written: `"key": value`.
struct JsonbMember {
  size_t begin = 0;
  size_t key_end = 0;  // behind the quote
  size_t end = 0;
};

/// The members of the objects that are being written, and brings those of one into their order when it is
/// complete. Threads: one.
class JsonbMembers {
 public:
  /// A mark for the object that begins now: what to give to arrange().
  size_t begin_object() const { return members_.size(); }
  void add(JsonbMember member) { members_.push_back(member); }
  /// Sorts the members added since the mark, which are the end of `text`; of equal keys the last one stays.
  /// Forgets them. False: there were equal keys.
  bool arrange(size_t mark, std::string& text);

 private:
  bool in_order(size_t mark, std::string_view text) const;
  /// False: there were equal keys.
  bool rewrite(size_t mark, std::string& text);

  std::vector<JsonbMember> members_;
  std::string rewritten_;
};

}  // namespace pactolus
