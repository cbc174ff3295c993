#include "config/map_reader.h"

#include <algorithm>

#include "base/check.h"
#include "base/nearest_name.h"

namespace pactolus {

struct MapReader::Slot {
  const FieldSpec* spec;
  std::optional<Node> node = std::nullopt;
  std::optional<FieldValue> value = std::nullopt;
  std::unique_ptr<MapReader> nested = nullptr;
};

MapReader::MapReader(std::span<const FieldSpec> fields, Diagnostics& diagnostics,
                     const Environment* environment)
    : diagnostics_(diagnostics), environment_(environment) {
  for (const FieldSpec& field : fields) {
    Slot slot{.spec = &field, .value = default_of(field)};
    if (field.kind == FieldKind::kMap)
      slot.nested.reset(new MapReader(field.fields, diagnostics, environment));
    slots_.push_back(std::move(slot));
  }
}

MapReader::MapReader(const Node& node, std::span<const FieldSpec> fields, Diagnostics& diagnostics,
                     const Environment* environment)
    : MapReader(fields, diagnostics, environment) {
  read(node);
}

MapReader::MapReader(MapReader&&) noexcept = default;
MapReader::~MapReader() = default;

void MapReader::read(const Node& node) {
  bool absent = node.is_null() && node.text().empty();  // a key with nothing behind it: as an empty map
  if (!node.is_map() && !absent) {
    ok_ = false;
    if (node.is_reported()) return;
    std::string what = node.key() ? "`" + node.key()->text() + "`" : "this";
    report(node.diagnostic("wrong-kind", what + " must be a map, not " + std::string(describe(node.kind()))));
    return;
  }
  if (node.is_reported()) ok_ = false;
  for (Slot& slot : slots_) {
    if (auto value = node.find(slot.spec->name)) read_slot(slot, *value);
  }
  std::vector<std::string> misspelt = report_unknown(node);
  if (!node.is_reported()) report_missing(node, misspelt);
}

void MapReader::read_slot(Slot& slot, const Node& value) {
  slot.node = value;
  if (slot.nested) {
    slot.nested = std::make_unique<MapReader>(value, slot.spec->fields, diagnostics_, environment_);
    ok_ = ok_ && slot.nested->ok();
    return;
  }
  slot.value = read_field(*slot.spec, value, diagnostics_, environment_);
  ok_ = ok_ && slot.value.has_value();
}

/// Gives the known keys that the unknown ones probably mean.
std::vector<std::string> MapReader::report_unknown(const Node& node) {
  std::vector<std::string> known;
  std::vector<std::string> misspelt;
  for (const Slot& slot : slots_) known.push_back(slot.spec->name);
  for (const Entry& entry : node.entries()) {
    const std::string& key = entry.key.text();
    if (std::ranges::find(known, key) != known.end()) continue;
    std::string where = node.key() ? " in `" + node.key()->text() + "`" : "";
    std::string hint = did_you_mean(key, known);
    if (hint.empty()) {
      hint = "known are ";
      for (const std::string& name : known) hint += (name == known.front() ? "`" : ", `") + name + "`";
    }
    report(entry.key.diagnostic("unknown-key", "unknown key `" + key + "`" + where, hint));
    if (auto nearest = nearest_name(key, known)) misspelt.push_back(*nearest);
  }
  return misspelt;
}

void MapReader::report_missing(const Node& node, const std::vector<std::string>& misspelt) {
  for (const Slot& slot : slots_) {
    const FieldSpec& spec = *slot.spec;
    bool reported = std::ranges::find(misspelt, spec.name) != misspelt.end();
    if (!spec.required || slot.node || reported) continue;
    std::string hint = "`" + spec.name + ":` " + spec.summary + " (" + std::string(describe(spec.kind)) + ")";
    if (auto key = node.key()) {
      report(key->diagnostic("missing-key", "`" + key->text() + "` needs the key `" + spec.name + "`", hint));
    } else {
      report(node.diagnostic("missing-key", "the key `" + spec.name + "` is missing", hint));
    }
  }
}

void MapReader::report(Diagnostic diagnostic) {
  diagnostics_.add(std::move(diagnostic));
  ok_ = false;
}

const MapReader::Slot& MapReader::slot(std::string_view name) const {
  auto found =
      std::ranges::find(slots_, name, [](const Slot& slot) { return std::string_view(slot.spec->name); });
  PACTOLUS_CHECK(found != slots_.end(), name);
  return *found;
}

template <class T>
std::optional<T> MapReader::get(std::string_view name) const {
  const std::optional<FieldValue>& value = slot(name).value;
  if (!value) return std::nullopt;
  PACTOLUS_CHECK(std::holds_alternative<T>(*value), name);
  return std::get<T>(*value);
}

std::optional<Node> MapReader::node(std::string_view name) const { return slot(name).node; }

std::optional<SourceText> MapReader::expression(std::string_view name) const { return get<SourceText>(name); }
std::optional<std::vector<NamedExpression>> MapReader::expressions(std::string_view name) const {
  return get<std::vector<NamedExpression>>(name);
}
std::optional<Name> MapReader::name(std::string_view name) const { return get<Name>(name); }
std::optional<std::vector<Name>> MapReader::names(std::string_view name) const {
  return get<std::vector<Name>>(name);
}
std::optional<std::string> MapReader::text(std::string_view name) const { return get<std::string>(name); }
std::optional<std::vector<std::string>> MapReader::texts(std::string_view name) const {
  return get<std::vector<std::string>>(name);
}
std::optional<Duration> MapReader::duration(std::string_view name) const { return get<Duration>(name); }
std::optional<int64_t> MapReader::integer(std::string_view name) const { return get<int64_t>(name); }
std::optional<bool> MapReader::boolean(std::string_view name) const { return get<bool>(name); }
std::optional<std::vector<Setting>> MapReader::settings(std::string_view name) const {
  return get<std::vector<Setting>>(name);
}

const MapReader& MapReader::map(std::string_view name) const {
  const Slot& found = slot(name);
  PACTOLUS_CHECK(found.nested != nullptr, name);
  return *found.nested;
}

}  // namespace pactolus
