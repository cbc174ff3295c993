#include "data/schema.h"

#include "base/nearest_name.h"

namespace pactolus {

std::optional<size_t> Schema::find(std::string_view name) const {
  std::string wanted = lower_case(name);
  for (size_t i = 0; i < fields_.size(); ++i) {
    if (lower_case(fields_[i].name) == wanted) return i;
  }
  return std::nullopt;
}

std::vector<std::string> Schema::names() const {
  std::vector<std::string> result;
  result.reserve(fields_.size());
  for (const Field& field : fields_) result.push_back(field.name);
  return result;
}

}  // namespace pactolus
