#include "data/array_text.h"

#include <optional>
#include <vector>

#include "base/nearest_name.h"
#include "data/array.h"
#include "data/text_scan.h"

namespace pactolus {
namespace {

TextError malformed(std::string_view text) { return {"22P02", quoted("malformed array literal:", text)}; }

/// Whether the text begins with bounds, `[1:3]=`, and not just with a bracket, as JSON's arrays do.
bool begins_with_bounds(std::string_view text) {
  const auto skip = [&text](auto is_part) {
    size_t count = 0;
    while (count < text.size() && is_part(text[count])) ++count;
    text.remove_prefix(count);
    return count > 0;
  };
  const auto take = [&text](char c) {
    const bool there = text.starts_with(c);
    if (there) text.remove_prefix(1);
    return there;
  };
  const auto is_number = [](char c) { return is_digit(c) || c == '-' || c == '+'; };
  bool bounds = false;
  for (; take('['); bounds = true) {
    if (!skip(is_number) || (take(':') && !skip(is_number)) || !take(']')) return false;
    skip(is_space);
  }
  return bounds && take('=');
}

/// Takes the text of an array apart. Lives for one text.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text), rest_(trim(text)) {}

  /// The elements' texts; none: NULL.
  TextResult<std::vector<std::optional<std::string>>> run() {
    if (begins_with_bounds(rest_))
      return TextError{"0A000", "bounds of arrays are not supported: write {…} alone"};
    if (!take('{')) return malformed(text_);
    skip_space();
    if (take('}')) return finish();
    do {
      PACTOLUS_TRY(read_element());
    } while (take(','));
    if (!take('}')) return malformed(text_);
    return finish();
  }

 private:
  TextResult<std::vector<std::optional<std::string>>> finish() {
    if (!rest_.empty()) return malformed(text_);
    return std::move(elements_);
  }

  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void skip_space() {
    while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
  }

  /// Up to the comma or brace behind it.
  TextResult<void> read_element() {
    skip_space();
    if (rest_.starts_with('{'))
      return TextError{"0A000", "arrays of more than one dimension are not supported"};
    if (take('"')) {
      PACTOLUS_TRY(read_quoted());
      skip_space();
      return {};
    }
    std::string element;
    size_t kept = 0;  // what is no blank at the end
    bool escaped = false;
    while (!rest_.empty() && rest_.front() != ',' && rest_.front() != '}') {
      if (rest_.front() == '"' || rest_.front() == '{') return malformed(text_);
      const bool escape = rest_.front() == '\\';
      escaped = escaped || escape;
      const bool blank = is_space(rest_.front());
      PACTOLUS_TRY(take_character(element));
      if (escape || !blank) kept = element.size();
    }
    element.resize(kept);
    if (element.empty()) return malformed(text_);
    if (!escaped && lower_case(element) == "null") {
      elements_.emplace_back(std::nullopt);
    } else {
      elements_.emplace_back(std::move(element));
    }
    return {};
  }

  TextResult<void> read_quoted() {
    std::string element;
    while (!rest_.starts_with('"')) PACTOLUS_TRY(take_character(element));
    rest_.remove_prefix(1);
    elements_.emplace_back(std::move(element));
    return {};
  }

  /// One character, or the one behind a backslash.
  TextResult<void> take_character(std::string& to) {
    take('\\');
    if (rest_.empty()) return malformed(text_);
    to.push_back(rest_.front());
    rest_.remove_prefix(1);
    return {};
  }

  std::string_view text_;
  std::string_view rest_;
  std::vector<std::optional<std::string>> elements_;
};

bool needs_quotes(std::string_view text) {
  if (text.empty() || lower_case(text) == "null") return true;
  for (char c : text) {
    if (is_space(c) || std::string_view("{},\"\\").find(c) != std::string_view::npos) return true;
  }
  return false;
}

void append_element(std::string_view text, std::string& out) {
  if (!needs_quotes(text)) {
    out.append(text);
    return;
  }
  out.push_back('"');
  for (char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  out.push_back('"');
}

}  // namespace

TextResult<std::string_view> parse_array(std::string_view text, Type element, Arena& memory) {
  const std::vector<std::optional<std::string>> texts = PACTOLUS_TRY(Reader(text).run());
  Column elements(element, texts.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    if (texts[i]) {
      PACTOLUS_TRY(parse_value(*texts[i], elements, i, memory));
    } else {
      elements.set_null(i);
    }
  }
  return make_array(elements, 0, texts.size(), memory);
}

void append_array(std::string_view array, std::string& out) {
  const Column elements = elements_of(array);
  std::string text;
  out.push_back('{');
  for (size_t i = 0; i < elements.rows(); ++i) {
    if (i > 0) out.push_back(',');
    if (elements.is_null(i)) {
      out.append("NULL");
    } else if (elements.type().kind == TypeKind::kBoolean) {
      out.push_back(elements.values_of<TypeKind::kBoolean>()[i] != 0 ? 't' : 'f');
    } else {
      text.clear();
      append_value(elements, i, text);
      append_element(text, out);
    }
  }
  out.push_back('}');
}

std::string array_text(std::span<const std::optional<std::string>> elements) {
  std::string text = "{";
  for (const std::optional<std::string>& element : elements) {
    if (text.size() > 1) text.push_back(',');
    if (element) {
      append_element(*element, text);
    } else {
      text += "NULL";
    }
  }
  return text + "}";
}

}  // namespace pactolus
