#include "flat_json.h"

#include <nlohmann/json.hpp>

namespace pactolus::demo {

namespace {

using Json = nlohmann::json;

/// nlohmann's parser calls these; the values go straight to the object, numbers never through a double.
class FlatObjectBuilder final : public nlohmann::json_sax<Json> {
 public:
  FlatObject take() { return std::move(object_); }

  bool null() override { return add(FlatValue::kOther, "null"); }
  bool boolean(bool value) override { return add(FlatValue::kOther, value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override {
    return add(FlatValue::kNumber, std::to_string(value));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return add(FlatValue::kNumber, std::to_string(value));
  }
  bool number_float(number_float_t, const string_t& text) override { return add(FlatValue::kNumber, text); }
  bool string(string_t& value) override { return add(FlatValue::kString, value); }
  bool binary(binary_t&) override { return false; }
  bool start_object(size_t) override { return ++depth_ == 1; }
  bool key(string_t& name) override {
    name_ = name;
    return true;
  }
  bool end_object() override { return true; }
  bool start_array(size_t) override { return false; }
  bool end_array() override { return false; }
  bool parse_error(size_t, const std::string&, const Json::exception&) override { return false; }

 private:
  bool add(FlatValue::Kind kind, std::string text) {
    return depth_ == 1 && object_.emplace(std::move(name_), FlatValue{kind, std::move(text)}).second;
  }

  int depth_ = 0;
  std::string name_;
  FlatObject object_;
};

}  // namespace

std::optional<FlatObject> parse_flat_json(std::string_view text) {
  FlatObjectBuilder builder;
  if (!Json::sax_parse(text.begin(), text.end(), &builder)) return std::nullopt;
  return builder.take();
}

}  // namespace pactolus::demo
