#include "data/codecs/json_walker.h"

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "data/array.h"
#include "data/codecs/scalar_decoder.h"
#include "data/jsonb/jsonb_reader.h"
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
    if (token.front() == '{') return decode_object(value, node, depth);
    if (!node.children.empty()) return wrong_type_object(node, token);
    if (token.front() == '[') return decode_array(value, node, depth);
    return decode_scalar(value, token, [&](auto&& decode) {
      for (uint32_t field : node.fields) {
        if (!decode_slot(decode, token, depth, slot_of(field))) return false;
      }
      return true;
    });
  }

  /// Where a value belongs.
  struct Slot {
    const SourceField& field;
    Column& column;
    size_t row;
    bool is_jsonb() const { return field.type.kind == TypeKind::kJsonb; }
  };
  Slot slot_of(uint32_t field) { return {batch_.field(field), batch_.column(field), row_}; }

  template <class Decode>
  bool decode_slot(Decode decode, std::string_view token, size_t depth, const Slot& slot) {
    return slot.is_jsonb() ? read_jsonb(token, depth, slot) : decode(slot);
  }

  /// An object is the value of jsonb fields, and where others are looked for.
  bool decode_object(ondemand::value& value, const Node& node, size_t depth) {
    ondemand::object object;
    if (auto error = value.get_object().get(object); error != simdjson::SUCCESS) return fail(error);
    for (uint32_t field : node.fields) {
      if (!slot_of(field).is_jsonb()) return wrong_type(batch_.field(field), "an object");
    }
    if (!node.fields.empty() && !read_jsonb_fields(object, node, depth)) return false;
    if (node.children.empty()) return true;
    if (!node.fields.empty()) {
      if (auto error = object.reset().error(); error != simdjson::SUCCESS) return fail(error);
    }
    return walk_object(object, &node, depth + 1);
  }

  /// Puts a whole object or array into the jsonb fields of a node.
  template <class Container>
  bool read_jsonb_fields(Container& container, const Node& node, size_t depth) {
    std::string_view raw;
    if (auto error = container.raw_json().get(raw); error != simdjson::SUCCESS) return fail(error);
    return std::ranges::all_of(node.fields, [&](uint32_t field) {
      const Slot slot = slot_of(field);
      return !slot.is_jsonb() || read_jsonb(raw, depth, slot);
    });
  }

  /// `depth` is that of the object or array around it.
  bool read_jsonb(std::string_view json, size_t depth, const Slot& slot) {
    jsonb_.clear();
    const JsonbReading reading{.depth_max = std::min(options_.depth_max - depth, kJsonbDepthMax),
                               .unique_keys = options_.strict};
    const TextResult<void> read = append_jsonb(json, reading, jsonb_);
    if (!read.ok()) {
      batch_.fail(jsonb_error(slot.field, read.error(), row_));
      return false;
    }
    slot.column.values_of<TypeKind::kJsonb>()[slot.row] = batch_.texts().copy(jsonb_);
    return true;
  }

  /// `for_each` calls decode(slot) wherever the value belongs, until it gives false.
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
    return for_each([&](const Slot& slot) {
      return check(decode_number(slot.field, token, slot.column, slot.row), slot.field, token);
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
    return for_each([&](const Slot& slot) {
      return check(decode_string(slot.field, text, slot.column, slot.row, batch_.texts()), slot.field, token);
    });
  }

  template <class ForEach>
  bool decode_boolean(std::string_view token, ForEach for_each) {
    if (token != "true" && token != "false") return fail_token(token);
    return for_each([&](const Slot& slot) {
      if (slot.field.type.kind != TypeKind::kBoolean) return wrong_type(slot.field, token);
      slot.column.values_of<TypeKind::kBoolean>()[slot.row] = token == "true" ? 1 : 0;
      return true;
    });
  }

  /// The elements of a field that is an array.
  struct Elements {
    uint32_t field;
    Column column;
  };

  /// Padding doesn't make a large array of a small record.
  static bool fits_array(Type element, size_t count) {
    return element.length == 0 || count <= kArrayBytesMax / element.length;
  }

  bool decode_array(ondemand::value& value, const Node& node, size_t depth) {
    if (depth >= options_.depth_max) return fail_depth();
    std::vector<Elements> all;
    ondemand::array array;
    size_t count = 0;
    if (auto error = value.get_array().get(array); error != simdjson::SUCCESS) return fail(error);
    if (auto error = array.count_elements().get(count); error != simdjson::SUCCESS) return fail(error);
    for (uint32_t field : node.fields) {
      const bool is_elements = is_array(batch_.field(field).type.kind);
      if (is_elements && !fits_array(batch_.element(field).type, count))
        return check(ScalarStatus::kOutOfRange, batch_.field(field), "an array of " + std::to_string(count));
      if (is_elements) all.push_back({field, Column(batch_.element(field).type, count)});
      if (!is_elements && !slot_of(field).is_jsonb()) return wrong_type(batch_.field(field), "an array");
    }
    if (all.size() < node.fields.size()) {
      if (!read_jsonb_fields(array, node, depth)) return false;
      if (all.empty()) return true;
      if (auto error = array.reset().error(); error != simdjson::SUCCESS) return fail(error);
    }
    return decode_elements(array, all, depth + 1);
  }

  bool decode_elements(ondemand::array& array, std::vector<Elements>& all, size_t depth) {
    size_t index = 0;
    for (auto item : array) {
      if (item.error() != simdjson::SUCCESS) return fail(item.error());
      auto&& element = std::move(item).value_unsafe();
      if (!decode_element(element, all, index++, depth)) return false;
    }
    for (const Elements& elements : all) {
      auto* slots = batch_.column(elements.field).values<std::string_view>();
      slots[row_] = make_array(elements.column, 0, elements.column.rows(), batch_.texts());
    }
    return true;
  }

  bool decode_element(ondemand::value& value, std::vector<Elements>& all, size_t index, size_t depth) {
    const std::string_view token = trim_token(value.raw_json_token());
    if (token.empty()) return fail_token(token);
    if (token.front() == '{' || token.front() == '[') return decode_nested(value, token, all, index, depth);
    if (token == "null") {
      for (Elements& elements : all) elements.column.set_null(index);
      return true;
    }
    return decode_scalar(value, token, [&](auto&& decode) {
      return std::ranges::all_of(all, [&](Elements& elements) {
        return decode_slot(decode, token, depth, {batch_.element(elements.field), elements.column, index});
      });
    });
  }

  template <class Container>
  bool take_raw(simdjson::simdjson_result<Container> opened, std::string_view& raw) {
    Container container;
    auto error = std::move(opened).get(container);
    if (error == simdjson::SUCCESS) error = container.raw_json().get(raw);
    return error == simdjson::SUCCESS || fail(error);
  }

  /// Only jsonb has elements that are objects or arrays.
  bool decode_nested(ondemand::value& value, std::string_view token, std::vector<Elements>& all, size_t index,
                     size_t depth) {
    const bool object = token.front() == '{';
    std::string_view raw;
    if (!(object ? take_raw(value.get_object(), raw) : take_raw(value.get_array(), raw))) return false;
    return std::ranges::all_of(all, [&](Elements& elements) {
      const Slot slot{batch_.element(elements.field), elements.column, index};
      if (slot.is_jsonb()) return read_jsonb(raw, depth, slot);
      return wrong_type(batch_.field(elements.field), object ? "an array of objects" : "an array of arrays");
    });
  }

  bool check(ScalarStatus status, const SourceField& field, std::string_view token) {
    if (status == ScalarStatus::kOk) return true;
    batch_.fail(scalar_error(field, status, token, row_));
    return false;
  }
  bool wrong_type(const SourceField& field, std::string_view found) {
    return check(ScalarStatus::kWrongType, field, found);
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
  std::string jsonb_;
};

JsonWalker::JsonWalker(const JsonFields& fields, const JsonOptions& options, DecodedBatch& batch)
    : walk_(std::make_unique<Walk>(fields, options, batch)) {}

JsonWalker::~JsonWalker() = default;

void JsonWalker::decode(std::string_view text, size_t capacity, size_t row) {
  walk_->decode(text, capacity, row);
}

}  // namespace pactolus
