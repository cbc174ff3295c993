#include "topology/topic_name.h"

#include <algorithm>

namespace pactolus {

bool is_topic_name(std::string_view name) {
  constexpr size_t kLengthMax = 249;
  constexpr std::string_view kCharacters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  return !name.empty() && name.size() <= kLengthMax && name != "." && name != ".." &&
         name.find_first_not_of(kCharacters) == std::string_view::npos;
}

bool check_topic_name(const Node& node, std::string_view name, const std::string& what,
                      Diagnostics& diagnostics) {
  if (is_topic_name(name)) return true;
  diagnostics.add(node.diagnostic("bad-topic-name", "`" + std::string(name) + "` cannot be " + what,
                                  "Kafka takes up to 249 letters, digits, `.`, `_` and `-`"));
  return false;
}

}  // namespace pactolus
