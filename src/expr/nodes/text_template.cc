#include "expr/nodes/text_template.h"

#include <charconv>
#include <utility>

#include "expr/nodes/text.h"

namespace pactolus {
namespace {

using Slot = TextTemplate::Slot;

constexpr const char* kUnterminated = "unterminated format() type specifier";

/// Reads the template from its begin to its end, as PostgreSQL's text_format() does.
class Reader {
 public:
  Reader(std::string_view text, size_t values) : rest_(text), values_(values) {}

  Result<TextTemplate> read() {
    TextTemplate read;
    std::string fixed;
    while (!rest_.empty()) {
      if (rest_.starts_with("%%")) {
        fixed += '%';
        rest_.remove_prefix(2);
      } else if (take('%')) {
        auto slot = read_slot();
        if (!slot) return std::move(slot).error();
        read.parts.emplace_back(std::exchange(fixed, {}));
        read.parts.emplace_back(*slot);
      } else {
        const size_t bytes = std::min(rest_.find('%'), rest_.size());
        fixed += rest_.substr(0, bytes);
        rest_.remove_prefix(bytes);
      }
    }
    read.parts.emplace_back(std::move(fixed));
    return read;
  }

 private:
  /// Digits, or * for the next value, or *position$ for another one.
  struct Width {
    int32_t characters = 0;
    bool of_value = false;
    std::optional<size_t> position = {};
  };

  /// [position$][-][width]type, behind the percent sign.
  Result<Slot> read_slot() {
    Slot slot;
    Width width;
    std::optional<size_t> position;
    auto number = read_number();
    if (!number) return std::move(number).error();
    if (*number && !take('$')) {
      width.characters = **number;
    } else {
      if (*number == 0) return zero_position();
      if (*number) position = static_cast<size_t>(**number) - 1;
      while (take('-')) slot.left = true;
      auto read = read_width();
      if (!read) return std::move(read).error();
      width = *read;
    }
    if (rest_.empty()) return Error{kUnterminated};
    if (auto read = read_type(slot); !read) return std::move(read).error();
    slot.width = width.characters;
    if (width.of_value) {
      auto value = take_value(width.position);
      if (!value) return std::move(value).error();
      slot.width_value = *value;
    }
    auto value = take_value(position);
    if (!value) return std::move(value).error();
    slot.value = *value;
    return slot;
  }

  Result<Width> read_width() {
    Width width{.of_value = take('*')};
    auto number = read_number();
    if (!number) return std::move(number).error();
    if (!width.of_value) {
      width.characters = number->value_or(0);
    } else if (*number) {
      if (rest_.empty()) return Error{kUnterminated};
      if (!take('$')) return Error{"width argument position must be ended by \"$\""};
      if (*number == 0) return zero_position();
      width.position = static_cast<size_t>(**number) - 1;
    }
    return width;
  }

  Result<void> read_type(Slot& slot) {
    std::string type(rest_.substr(0, character_bytes(rest_, 0)));
    rest_.remove_prefix(type.size());
    if (type == "I") return Error{"format() does not write names of SQL (%I)"};
    if (type != "s" && type != "L") {
      return Error{"unrecognized format() type specifier \"" + type + "\": for a single \"%\" use \"%%\""};
    }
    slot.quoted = type == "L";
    return {};
  }

  /// The value at the position, or the one behind the last that was taken.
  Result<size_t> take_value(std::optional<size_t> position) {
    const size_t at = position.value_or(next_);
    if (at >= values_) return Error{"too few arguments for format()"};
    next_ = at + 1;
    return at;
  }

  bool take(char c) {
    bool there = rest_.starts_with(c);
    if (there) rest_.remove_prefix(1);
    return there;
  }

  /// None: there are no digits.
  Result<std::optional<int32_t>> read_number() {
    int32_t number = 0;
    auto [end, status] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
    if (rest_.starts_with('-') || status == std::errc::invalid_argument) return std::optional<int32_t>();
    if (status != std::errc()) return Error{"number is out of range"};
    rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
    return std::optional(number);
  }

  static Error zero_position() {
    return Error{"format specifies argument 0, but arguments are numbered from 1"};
  }

  std::string_view rest_;
  size_t values_;
  size_t next_ = 0;
};

}  // namespace

Result<TextTemplate> TextTemplate::parse(std::string_view text, size_t values) {
  return Reader(text, values).read();
}

}  // namespace pactolus
