#include "replay/dead_letter.h"

#include <nlohmann/json.hpp>

#include "base/nearest_name.h"

namespace pactolus {
namespace {

/// Collects the scalars of a JSON object by their paths, numbers with the digits that were written. Arrays
/// are left out: no field is read from one.
class FieldCollector final : public nlohmann::json_sax<nlohmann::json> {
 public:
  std::map<std::string, Cell> take() { return std::move(fields_); }

  bool null() override { return add(null_cell()); }
  bool boolean(bool value) override { return add(untyped_cell(value ? "true" : "false")); }
  bool number_integer(number_integer_t value) override { return add(untyped_cell(std::to_string(value))); }
  bool number_unsigned(number_unsigned_t value) override { return add(untyped_cell(std::to_string(value))); }
  bool number_float(number_float_t, const string_t& digits) override { return add(untyped_cell(digits)); }
  bool string(string_t& value) override { return add(untyped_cell(value)); }
  bool binary(binary_t&) override { return true; }
  bool start_object(size_t) override {
    path_.emplace_back();
    return true;
  }
  bool key(string_t& name) override {
    path_.back() = lower_case(name);
    return true;
  }
  bool end_object() override {
    path_.pop_back();
    return true;
  }
  bool start_array(size_t) override {
    ++arrays_;
    return true;
  }
  bool end_array() override {
    --arrays_;
    return true;
  }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

 private:
  bool add(Cell cell) {
    if (path_.empty() || arrays_ > 0) return true;
    std::string dotted;
    for (const std::string& name : path_) dotted += (dotted.empty() ? "" : ".") + name;
    fields_.emplace(std::move(dotted), std::move(cell));
    return true;
  }

  std::map<std::string, Cell> fields_;
  std::vector<std::string> path_;
  int arrays_ = 0;
};

std::string header(const OwnedRecord& record, std::string_view name) {
  std::string value;
  for (const OwnedHeader& header : record.headers) {
    if (header.name == name && header.value) value = *header.value;  // ours stand behind the record's own
  }
  return value;
}

}  // namespace

std::map<std::string, Cell> DeadLetter::fields() const {
  FieldCollector collector;
  if (value) nlohmann::json::sax_parse(*value, &collector);
  return collector.take();
}

DeadLetter dead_letter_of(const OwnedRecord& record) {
  return {header(record, "pactolus.step"), header(record, "pactolus.code"),
          header(record, "__connect.errors.exception.message"), header(record, "__connect.errors.topic"),
          record.value};
}

}  // namespace pactolus
