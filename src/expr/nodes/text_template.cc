#include "expr/nodes/text_template.h"

#include <charconv>

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
    while (!rest_.empty()) {
      size_t percent = std::min(rest_.find('%'), rest_.size());
      std::string fixed(rest_.substr(0, percent));
      rest_.remove_prefix(percent);
      if (rest_.starts_with("%%")) {
        fixed += '%';
        rest_.remove_prefix(2);
      } else if (!rest_.empty()) {
        read.parts.emplace_back(std::move(fixed));
        auto slot = read_slot();
        if (!slot) return std::move(slot).error();
        read.parts.emplace_back(*slot);
        continue;
      }
      read.parts.emplace_back(std::move(fixed));
    }
    return read;
  }

 private:
  /// %[position$][-][width]type
  Result<Slot> read_slot() {
    rest_.remove_prefix(1);
    Slot slot;
    auto number = read_number();
    if (!number) return std::move(number).error();
    std::optional<size_t> position;
    bool width_read = false;
    if (*number && take('$')) {
      if (**number == 0) return zero_position();
      position = static_cast<size_t>(**number) - 1;
    } else if (*number) {
      slot.width = **number;
      width_read = true;
    }
    if (!width_read) {
      while (take('-')) slot.left = true;
      if (auto read = read_width(slot); !read) return std::move(read).error();
    }
    if (rest_.empty()) return Error{kUnterminated};
    if (auto read = read_type(slot); !read) return std::move(read).error();
    if (slot.width_value) {
      if (auto found = take_value(*slot.width_value == kNext ? std::nullopt : slot.width_value); !found) {
        return std::move(found).error();
      } else {
        slot.width_value = *found;
      }
    }
    auto value = take_value(position);
    if (!value) return std::move(value).error();
    slot.value = *value;
    return slot;
  }

  Result<void> read_width(Slot& slot) {
    const bool of_value = take('*');
    auto number = read_number();
    if (!number) return std::move(number).error();
    if (!of_value) {
      slot.width = number->value_or(0);
    } else if (!*number) {
      slot.width_value = kNext;
    } else {
      if (rest_.empty()) return Error{kUnterminated};
      if (!take('$')) return Error{"width argument position must be ended by \"$\""};
      if (**number == 0) return zero_position();
      slot.width_value = static_cast<size_t>(**number) - 1;
    }
    return {};
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

  static constexpr size_t kNext = SIZE_MAX;

  std::string_view rest_;
  size_t values_;
  size_t next_ = 0;
};

}  // namespace

Result<TextTemplate> TextTemplate::parse(std::string_view text, size_t values) {
  return Reader(text, values).read();
}

}  // namespace pactolus
