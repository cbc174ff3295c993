#include "config/field_value.h"

#include <algorithm>

#include "base/check.h"
#include "base/nearest_name.h"
#include "config/expression.h"
#include "config/quantities.h"

namespace pactolus {
namespace {

std::string limit_text(const FieldSpec& spec, int64_t limit) {
  if (spec.kind == FieldKind::kDuration) return to_string(Duration{limit});
  if (spec.kind == FieldKind::kSize) return size_to_string(limit);
  return std::to_string(limit);
}

std::string list_of(const std::vector<std::string>& words) {
  std::string result;
  for (const std::string& word : words) result += (result.empty() ? "" : ", ") + word;
  return result;
}

std::string expected(const FieldSpec& spec) {
  if (spec.kind == FieldKind::kChoice) return "one of " + list_of(spec.choices);
  return std::string(describe(spec.kind));
}

/// The value of a plain setting's text, or nothing if it is not of the kind.
std::optional<FieldValue> value_of_text(const FieldSpec& spec, const std::string& text) {
  auto wrap = [](auto value) { return value ? std::optional<FieldValue>(*value) : std::nullopt; };
  switch (spec.kind) {
    case FieldKind::kText:
      return text;
    case FieldKind::kChoice:
      return std::ranges::find(spec.choices, text) != spec.choices.end() ? std::optional<FieldValue>(text)
                                                                         : std::nullopt;
    case FieldKind::kDuration:
      return wrap(parse_duration(text));
    case FieldKind::kSize:
      return wrap(parse_size(text));
    case FieldKind::kInteger:
      return wrap(parse_whole_number(text));
    case FieldKind::kBoolean:
      return wrap(parse_true_false(text));
    default:
      PACTOLUS_CHECK(false, spec.name);
  }
}

/// The number behind a value that has limits.
std::optional<int64_t> number_of(const FieldValue& value) {
  if (auto* duration = std::get_if<Duration>(&value)) return duration->count();
  if (auto* number = std::get_if<int64_t>(&value)) return *number;
  return std::nullopt;
}

/// Reads one field; owns nothing, lives for one call of read_field().
class FieldReader {
 public:
  FieldReader(const FieldSpec& spec, Diagnostics& diagnostics, const Environment* environment)
      : spec_(spec), diagnostics_(diagnostics), environment_(environment) {}

  std::optional<FieldValue> read(const Node& node) {
    if (node.is_reported()) return std::nullopt;
    switch (spec_.kind) {
      case FieldKind::kExpression:
        return wrap(read_expression(node, diagnostics_));
      case FieldKind::kExpressions:
        return read_expressions(node);
      case FieldKind::kName:
      case FieldKind::kStream:
        return wrap(read_name(node));
      case FieldKind::kNewName:
        return wrap(read_new_name(node));
      case FieldKind::kNames:
        return read_list<Name>(node, [this](const Node& n) { return read_name(n); });
      case FieldKind::kTexts:
        return read_list<std::string>(node, [this](const Node& n) { return read_text(n); });
      case FieldKind::kSettings:
        return read_settings(node);
      case FieldKind::kMap:
      case FieldKind::kAny:
        return FieldValue{};
      default:
        return read_plain_setting(node);
    }
  }

 private:
  template <class T>
  static std::optional<FieldValue> wrap(std::optional<T> value) {
    return value ? std::optional<FieldValue>(*std::move(value)) : std::nullopt;
  }

  std::nullopt_t refuse(const Node& node, std::string code, std::string message, std::string hint = "") {
    diagnostics_.add(node.diagnostic(std::move(code), std::move(message), std::move(hint)));
    return std::nullopt;
  }
  std::nullopt_t refuse_kind(const Node& node) {
    if (node.is_null())
      return refuse(node, "wrong-kind", "`" + spec_.name + "` needs a value: " + expected(spec_));
    return refuse(
        node, "wrong-kind",
        "`" + spec_.name + "` must be " + expected(spec_) + ", not " + std::string(describe(node.kind())));
  }

  std::optional<std::string> read_text(const Node& node) {
    if (node.is_reported()) return std::nullopt;
    if (!node.is_scalar()) return refuse_kind(node);
    if (!node.tag().empty())
      return refuse(node, "misplaced-secret", "`" + spec_.name + "` cannot be a secret: it is shown");
    if (environment_ != nullptr) return expand_variables(node, *environment_, diagnostics_);
    size_t variable = node.text().find("${");
    if (variable == std::string::npos) return node.text();
    diagnostics_.add(node.source_text().diagnostic(variable, 2, "misplaced-variable",
                                                   "variables of the environment are not read here"));
    return std::nullopt;
  }

  std::optional<Name> read_name(const Node& node) {
    if (node.is_reported()) return std::nullopt;
    if (!node.is_scalar()) return refuse_kind(node);
    const bool is_spelt =
        spec_.kind == FieldKind::kStream ? is_stream_name(node.text()) : is_name(node.text());
    if (is_spelt) return Name(node);
    return refuse(node, "bad-name",
                  "`" + spec_.name + "` must be " + expected(spec_) + ", not `" + node.text() + "`");
  }

  std::optional<Name> read_new_name(const Node& node) {
    if (!node.is_scalar()) return refuse_kind(node);
    return check_name(node, diagnostics_) ? std::optional(Name(node)) : std::nullopt;
  }

  /// One item, or a list of them.
  template <class T, class ReadItem>
  std::optional<FieldValue> read_list(const Node& node, ReadItem read_item) {
    if (node.is_map() || node.is_null()) return refuse_kind(node);
    std::vector<T> result;
    std::vector<Node> items = node.is_sequence() ? node.items() : std::vector<Node>{node};
    if (items.empty()) return refuse(node, "wrong-kind", "`" + spec_.name + "` needs at least one value");
    bool complete = true;
    for (const Node& item : items) {
      auto value = read_item(item);
      complete = complete && value.has_value();
      if (value) result.push_back(*std::move(value));
    }
    return complete ? std::optional<FieldValue>(std::move(result)) : std::nullopt;
  }

  std::optional<FieldValue> read_expressions(const Node& node) {
    if (!node.is_map()) return refuse_kind(node);
    std::vector<NamedExpression> result;
    NameScope names;
    bool complete = true;
    for (const Entry& entry : node.entries()) {
      bool named = names.declare(entry.key, diagnostics_);
      auto expression = read_expression(entry.value, diagnostics_);
      complete = complete && named && expression;
      if (complete) result.push_back({Name(entry.key), *std::move(expression)});
    }
    return complete ? std::optional<FieldValue>(std::move(result)) : std::nullopt;
  }

  std::optional<FieldValue> read_settings(const Node& node) {
    if (!node.is_map()) return refuse_kind(node);
    std::vector<Setting> result;
    bool complete = true;
    for (const Entry& entry : node.entries()) {
      auto setting = read_setting(entry);
      complete = complete && setting.has_value();
      if (setting) result.push_back(*std::move(setting));
    }
    return complete ? std::optional<FieldValue>(std::move(result)) : std::nullopt;
  }

  std::optional<Setting> read_setting(const Entry& entry) {
    const Node& value = entry.value;
    if (value.is_reported()) return std::nullopt;
    if (!value.is_scalar()) {
      return refuse(
          value, "wrong-kind",
          "the setting `" + entry.key.text() + "` must be text, not " + std::string(describe(value.kind())));
    }
    if (!value.tag().empty() && environment_ != nullptr) {
      auto secret = read_secret(value, *environment_, diagnostics_);
      return secret ? std::optional(Setting{Name(entry.key), *std::move(secret)}) : std::nullopt;
    }
    auto text = read_text(value);
    return text ? std::optional(Setting{Name(entry.key), *std::move(text)}) : std::nullopt;
  }

  std::optional<FieldValue> read_plain_setting(const Node& node) {
    std::optional<std::string> text = read_text(node);
    if (!text) return std::nullopt;
    std::optional<FieldValue> value = value_of_text(spec_, *text);
    if (!value) return refuse_text(node, *text);
    std::optional<int64_t> number = number_of(*value);
    if (!number || (*number >= spec_.minimum && *number <= spec_.maximum)) return value;
    bool low = *number < spec_.minimum;
    return refuse(node, "out-of-range",
                  "`" + spec_.name + "` must be " + (low ? "at least " : "at most ") +
                      limit_text(spec_, low ? spec_.minimum : spec_.maximum) + ", not " + *text);
  }

  std::nullopt_t refuse_text(const Node& node, const std::string& text) {
    std::string hint;
    std::string word = lower_case(text);
    if (spec_.kind == FieldKind::kChoice) hint = did_you_mean(text, spec_.choices);
    if (spec_.kind == FieldKind::kBoolean && (word == "yes" || word == "on")) hint = "write `true`";
    if (spec_.kind == FieldKind::kBoolean && (word == "no" || word == "off")) hint = "write `false`";
    return refuse(node, "bad-value",
                  "`" + spec_.name + "` must be " + expected(spec_) + ", not `" + text + "`", hint);
  }

  const FieldSpec& spec_;
  Diagnostics& diagnostics_;
  const Environment* environment_;
};

}  // namespace

std::string_view describe(FieldKind kind) {
  switch (kind) {
    case FieldKind::kExpression:
      return "an expression";
    case FieldKind::kExpressions:
      return "a map of names and expressions";
    case FieldKind::kName:
      return "a name";
    case FieldKind::kStream:
      return "the name of a source or step, or of a step's output such as `step.output`";
    case FieldKind::kNewName:
      return "a new name";
    case FieldKind::kNames:
      return "a name or a list of names";
    case FieldKind::kText:
      return "text";
    case FieldKind::kTexts:
      return "a text or a list of texts";
    case FieldKind::kChoice:
      return "one of several words";
    case FieldKind::kDuration:
      return "a duration such as 250ms, 10s, 5m, 1h or 30d";
    case FieldKind::kSize:
      return "a size such as 512KiB, 64MiB or 1GiB";
    case FieldKind::kInteger:
      return "a whole number";
    case FieldKind::kBoolean:
      return "true or false";
    case FieldKind::kSettings:
      return "a map of settings";
    case FieldKind::kMap:
      return "a map";
    case FieldKind::kAny:
      return "a value";
  }
  PACTOLUS_CHECK(false, "unknown kind of field");
}

const std::string& Setting::reveal() const {
  if (auto* secret = std::get_if<Secret>(&value)) return secret->reveal();
  return std::get<std::string>(value);
}

std::optional<FieldValue> read_field(const FieldSpec& spec, const Node& node, Diagnostics& diagnostics,
                                     const Environment* environment) {
  return FieldReader(spec, diagnostics, environment).read(node);
}

std::optional<FieldValue> default_of(const FieldSpec& spec) {
  if (!spec.default_text) return std::nullopt;
  if (spec.kind == FieldKind::kExpression) return SourceText::verbatim(*spec.default_text, "");
  std::optional<FieldValue> value = value_of_text(spec, *spec.default_text);
  PACTOLUS_CHECK(value.has_value(), spec.name);
  return value;
}

}  // namespace pactolus
