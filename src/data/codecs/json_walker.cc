#include "data/codecs/json_walker.h"

#include <simdjson.h>

#include <bit>
#include <cstring>

#include "data/array.h"
#include "data/codecs/scalar_decoder.h"
#include "data/text_scan.h"

namespace pactolus {
namespace {

namespace ondemand = simdjson::ondemand;
using Node = JsonFields::Node;

static_assert(simdjson::SIMDJSON_PADDING <= 64, "BatchText keeps 64 readable bytes behind a batch");

/// A token without the blanks that simdjson leaves behind it.
std::string_view trim_token(std::string_view token) {
  while (!token.empty() &&
         (token.back() == ' ' || token.back() == '\n' || token.back() == '\r' || token.back() == '\t')) {
    token.remove_suffix(1);
  }
  return token;
}

/// The high bit of each of eight bytes that is `wanted`; exact up to the lowest one.
uint64_t match(const char* p, char wanted) {
  uint64_t bytes = 0;
  std::memcpy(&bytes, p, sizeof bytes);
  bytes ^= 0x0101010101010101 * static_cast<unsigned char>(wanted);
  return (bytes - 0x0101010101010101) & ~bytes & 0x8080808080808080;
}

/// Reads up to seven bytes past the end: within a BatchText.
bool contains_escape(std::string_view raw) {
  const char* p = raw.data();
  const char* end = p + raw.size();
  for (; end - p >= 8; p += 8) {
    if (match(p, '\\') != 0) return true;
  }
  return end != p && (match(p, '\\') << (8 * (8 - (end - p)))) != 0;
}

/// The first quote or backslash from `p` on: there is a quote, simdjson refuses open strings.
const char* find_quote_or_escape(const char* p) {
  for (;; p += 8) {
    uint64_t found = match(p, '"') | match(p, '\\');
    if (found != 0) return p + (std::countr_zero(found) >> 3);
  }
}

}  // namespace

/// One record after another. Fields are looked at token by token: simdjson finds the tokens, and what it
/// leaves unchecked (atoms, numbers, unused strings, what follows the document) is checked here.
class JsonWalker::Walk {
 public:
  Walk(const JsonFields& fields, const JsonOptions& options, DecodedBatch& batch)
      : fields_(fields), options_(options), batch_(batch), seen_(fields.node_count(), 0) {}

  void decode(std::string_view text, size_t capacity, size_t row) {
    row_ = row;
    ++stamp_;
    leaves_left_ = fields_.leaf_count();
    if (text.size() > options_.record_bytes_max) {
      fail("record_too_large", "the record has " + std::to_string(text.size()) + " bytes, at most " +
                                   std::to_string(options_.record_bytes_max) + " are allowed");
      return;
    }
    text_ = text;
    if (walk_document(capacity)) set_absent(fields_.root());
  }

 private:
  bool fail(const char* code, std::string message) {
    batch_.fail({static_cast<uint32_t>(row_), code, std::move(message)});
    return false;
  }
  bool fail(simdjson::error_code error) {
    if (error == simdjson::UTF8_ERROR) return fail("invalid_utf8", "the record is not valid UTF-8");
    return fail("invalid_json",
                std::string{"the record is not valid JSON: "} + simdjson::error_message(error));
  }
  bool fail_token(std::string_view token) {
    std::string message = "the record is not valid JSON at: ";
    append_excerpt(token, 100, message);
    return fail("invalid_json", std::move(message));
  }

  bool walk_document(size_t capacity) {
    ondemand::document document;
    auto error = parser_.iterate(text_.data(), text_.size(), capacity).get(document);
    if (error != simdjson::SUCCESS) return fail(error);
    ondemand::object object;
    error = document.get_object().get(object);
    if (error == simdjson::INCORRECT_TYPE) return fail("invalid_json", "the record is not a JSON object");
    if (error != simdjson::SUCCESS) return fail(error);
    if (!walk_object(object, &fields_.root(), 1)) return false;
    if (!options_.strict || document.current_location().error() == simdjson::OUT_OF_BOUNDS) return true;
    return fail("invalid_json", "the record is not valid JSON: something follows the object");
  }

  /// `node` says what is looked for; none: nothing, the object is only checked. False: the record has failed.
  bool walk_object(ondemand::object& object, const Node* node, size_t depth) {
    if (depth > options_.depth_max) return fail_depth();
    size_t expected = 0;  // records mostly have the fields in one order
    for (auto item : object) {
      if (item.error() != simdjson::SUCCESS) return fail(item.error());
      auto&& field =
          std::move(item).value_unsafe();  // in place: a copy costs more than all that is done with it
      const char* key = field.key().raw();
      const char* key_end = find_quote_or_escape(key);
      const Node* child = nullptr;
      if (*key_end == '"') {
        child = find(node, {key, static_cast<size_t>(key_end - key)}, expected);
      } else {
        std::string_view unescaped;
        if (auto error = field.unescaped_key().get(unescaped); error != simdjson::SUCCESS) return fail(error);
        child = find(node, unescaped, expected);
      }
      ondemand::value& value = field.value();
      if (child != nullptr ? !walk_field(value, *child, depth) : !check_unused(value, depth)) return false;
      if (!options_.strict && leaves_left_ == 0) return true;
    }
    return true;
  }

  /// As ==, but without a call for most keys that differ.
  static bool is_name(std::string_view name, std::string_view key) {
    return name.size() == key.size() && (name.empty() || (name[0] == key[0] && name == key));
  }

  static const Node* find(const Node* parent, std::string_view key, size_t& expected) {
    if (parent == nullptr) return nullptr;
    const auto& children = parent->children;
    for (size_t tried = 0; tried < children.size(); ++tried) {
      size_t i = expected + tried < children.size() ? expected + tried : expected + tried - children.size();
      if (!is_name(children[i].name, key)) continue;
      expected = i + 1 == children.size() ? 0 : i + 1;
      return &children[i];
    }
    return nullptr;
  }

  bool walk_field(ondemand::value& value, const Node& node, size_t depth) {
    if (seen_[node.id] == stamp_) {
      if (!options_.strict) return true;
      return fail("duplicate_field", "the field `" + node.name + "` stands twice in an object");
    }
    seen_[node.id] = stamp_;
    if (!node.fields.empty()) --leaves_left_;
    std::string_view token = trim_token(value.raw_json_token());
    if (token.empty()) return fail_token(token);
    if (token == "null") {
      for (uint32_t field : node.fields) batch_.set_absent(field, row_, true);
      return true;
    }
    if (token.front() == '{' && !node.children.empty()) {
      if (!node.fields.empty()) return wrong_type(node, "an object");
      ondemand::object object;
      if (auto error = value.get_object().get(object); error != simdjson::SUCCESS) return fail(error);
      return walk_object(object, &node, depth + 1);
    }
    if (!node.children.empty()) return wrong_type_object(node, token);
    return decode_leaf(value, token, node, depth);
  }

  bool decode_leaf(ondemand::value& value, std::string_view token, const Node& node, size_t depth) {
    if (token.front() == '{') return wrong_type(node, "an object");
    if (token.front() == '[') return decode_array(value, node, depth + 1);
    return decode_scalar(value, token, [&](auto&& decode) {
      for (uint32_t field : node.fields) {
        if (!decode(batch_.field(field), batch_.column(field), row_)) return false;
      }
      return true;
    });
  }

  /// `for_each` calls decode(field, column, row) wherever the value belongs, until it gives false.
  template <class ForEach>
  bool decode_scalar(ondemand::value& value, std::string_view token, ForEach for_each) {
    switch (token.front()) {
      case '"':
        return decode_string_token(value, token, for_each);
      case 't':
      case 'f':
        return decode_boolean(token, for_each);
      default:
        break;
    }
    if (!is_json_number(token)) return fail_token(token);
    return for_each([&](const SourceField& field, Column& column, size_t row) {
      return check(decode_number(field, token, column, row), field, token);
    });
  }

  template <class ForEach>
  bool decode_string_token(ondemand::value& value, std::string_view token, ForEach for_each) {
    if (token.size() < 2 || token.back() != '"') return fail_token(token);
    std::string_view text = token.substr(1, token.size() - 2);
    if (contains_escape(text)) {
      std::string_view unescaped;
      if (auto error = value.get_string().get(unescaped); error != simdjson::SUCCESS) return fail(error);
      text = batch_.texts().copy(unescaped);
    } else if (auto error = value.get_raw_json_string().error(); error != simdjson::SUCCESS) {
      return fail(error);
    }
    return for_each([&](const SourceField& field, Column& column, size_t row) {
      return check(decode_string(field, text, column, row, batch_.texts()), field, token);
    });
  }

  template <class ForEach>
  bool decode_boolean(std::string_view token, ForEach for_each) {
    if (token != "true" && token != "false") return fail_token(token);
    return for_each([&](const SourceField& field, Column& column, size_t row) {
      if (field.type.kind != TypeKind::kBoolean) return check(ScalarStatus::kWrongType, field, token);
      column.values_of<TypeKind::kBoolean>()[row] = token == "true" ? 1 : 0;
      return true;
    });
  }

  bool decode_array(ondemand::value& value, const Node& node, size_t depth) {
    if (depth > options_.depth_max) return fail_depth();
    std::vector<Column> elements;  // of each field
    ondemand::array array;
    size_t count = 0;
    if (auto error = value.get_array().get(array); error != simdjson::SUCCESS) return fail(error);
    if (auto error = array.count_elements().get(count); error != simdjson::SUCCESS) return fail(error);
    for (uint32_t field : node.fields) {
      if (!is_array(batch_.field(field).type.kind)) return wrong_type(node, "an array");
      elements.emplace_back(batch_.element(field).type, count);
    }
    size_t index = 0;
    for (auto item : array) {
      if (item.error() != simdjson::SUCCESS) return fail(item.error());
      auto&& element = std::move(item).value_unsafe();
      if (!decode_element(element, node, elements, index++)) return false;
    }
    for (size_t i = 0; i < elements.size(); ++i) {
      auto* slots = batch_.column(node.fields[i]).values<std::string_view>();
      slots[row_] = make_array(elements[i], 0, count, batch_.texts());
    }
    return true;
  }

  bool decode_element(ondemand::value& value, const Node& node, std::vector<Column>& elements, size_t index) {
    const std::string_view token = trim_token(value.raw_json_token());
    if (token.empty()) return fail_token(token);
    if (token.front() == '{') return wrong_type(node, "an array of objects");
    if (token.front() == '[') return wrong_type(node, "an array of arrays");
    if (token == "null") {
      for (Column& column : elements) column.set_null(index);
      return true;
    }
    return decode_scalar(value, token, [&](auto&& decode) {
      for (size_t i = 0; i < elements.size(); ++i) {
        if (!decode(batch_.element(node.fields[i]), elements[i], index)) return false;
      }
      return true;
    });
  }

  bool check(ScalarStatus status, const SourceField& field, std::string_view token) {
    if (status == ScalarStatus::kOk) return true;
    batch_.fail(scalar_error(field, status, token, row_));
    return false;
  }
  bool wrong_type(const Node& node, std::string_view found) {
    return check(ScalarStatus::kWrongType, batch_.field(node.fields.front()), found);
  }
  bool wrong_type_object(const Node& node, std::string_view token) {
    std::string message = "field `" + node.name + "`: expected an object, found ";
    append_excerpt(token, 100, message);
    return fail("wrong_type", std::move(message));
  }
  bool fail_depth() {
    return fail("too_deep",
                "objects and arrays are nested deeper than " + std::to_string(options_.depth_max));
  }

  /// Reads a value that nobody wants to see whether it is well-formed.
  bool check_unused(ondemand::value& value, size_t depth) {
    if (!options_.strict) return true;
    std::string_view token = trim_token(value.raw_json_token());
    if (token.empty()) return fail_token(token);
    switch (token.front()) {
      case '"':
        return check_string(value, token);
      case '{': {
        ondemand::object object;
        if (auto error = value.get_object().get(object); error != simdjson::SUCCESS) return fail(error);
        return walk_object(object, nullptr, depth + 1);
      }
      case '[':
        return check_array(value, depth + 1);
      default:
        break;
    }
    bool atom = token == "true" || token == "false" || token == "null";
    return atom || is_json_number(token) || fail_token(token);
  }

  bool check_string(ondemand::value& value, std::string_view token) {
    if (token.size() < 2 || token.back() != '"') return fail_token(token);
    auto error = contains_escape(token) ? value.get_string().error() : value.get_raw_json_string().error();
    return error == simdjson::SUCCESS || fail(error);
  }

  bool check_array(ondemand::value& value, size_t depth) {
    if (depth > options_.depth_max) return fail_depth();
    ondemand::array array;
    if (auto error = value.get_array().get(array); error != simdjson::SUCCESS) return fail(error);
    for (auto item : array) {
      if (item.error() != simdjson::SUCCESS) return fail(item.error());
      auto&& element = std::move(item).value_unsafe();
      if (!check_unused(element, depth)) return false;
    }
    return true;
  }

  void set_absent(const Node& node) {
    if (leaves_left_ == 0) return;
    for (const Node& child : node.children) {
      if (seen_[child.id] != stamp_) {
        for (uint32_t field : child.fields) batch_.set_absent(field, row_, false);
      }
      set_absent(child);
    }
  }

  const JsonFields& fields_;
  const JsonOptions& options_;
  DecodedBatch& batch_;
  ondemand::parser parser_;
  std::vector<uint64_t> seen_;  // per node, the stamp of the record that had it last
  uint64_t stamp_ = 0;
  size_t leaves_left_ = 0;
  std::string_view text_;
  size_t row_ = 0;
};

JsonWalker::JsonWalker(const JsonFields& fields, const JsonOptions& options, DecodedBatch& batch)
    : walk_(std::make_unique<Walk>(fields, options, batch)) {}

JsonWalker::~JsonWalker() = default;

void JsonWalker::decode(std::string_view text, size_t capacity, size_t row) {
  walk_->decode(text, capacity, row);
}

}  // namespace pactolus
