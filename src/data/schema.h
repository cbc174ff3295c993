#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/type.h"

namespace pactolus {

struct Field {
  std::string name;  // as declared
  Type type;
  bool nullable = true;
  bool operator==(const Field&) const = default;
};

/// The columns of a stream, in order. Names differ even without regard to case. Immutable once in a plan.
class Schema {
 public:
  Schema() = default;
  explicit Schema(std::vector<Field> fields) : fields_(std::move(fields)) {}

  const std::vector<Field>& fields() const { return fields_; }
  size_t size() const { return fields_.size(); }
  const Field& operator[](size_t i) const { return fields_[i]; }
  /// By name without regard to case.
  std::optional<size_t> find(std::string_view name) const;
  std::vector<std::string> names() const;
  bool operator==(const Schema&) const = default;

 private:
  std::vector<Field> fields_;
};

}  // namespace pactolus
