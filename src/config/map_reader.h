#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/field_value.h"

namespace pactolus {

/// Reads a YAML map by its declared fields. The constructor reports everything that is wrong at once: unknown
/// keys, missing ones, values of the wrong kind, in nested maps too. Access by name then gives the value, the
/// default, or nothing: the field is optional and absent, or what is wrong with it was reported. To ask for a
/// field that was not declared, or as another kind than declared, is a bug.
///
///   static const std::vector<FieldSpec> kFields = {
///       {.name = "filter", .kind = FieldKind::kExpression, .required = true, .summary = "rows to keep"}};
///   MapReader reader(node, kFields, diagnostics);
///   if (!reader.ok()) return std::nullopt;
///   SourceText filter = *reader.expression("filter");
///
/// Borrows the fields and the document; owned by whoever reads a section. Threads: one.
class MapReader {
 public:
  /// With an environment, `${NAME}` and `!secret` are read in plain settings; without, refused.
  MapReader(const Node& node, std::span<const FieldSpec> fields, Diagnostics& diagnostics,
            const Environment* environment = nullptr);
  MapReader(const Node&, std::vector<FieldSpec>&&, Diagnostics&, const Environment* = nullptr) = delete;
  MapReader(MapReader&&) noexcept;
  ~MapReader();

  /// Whether nothing was reported about this map and those nested in it.
  bool ok() const { return ok_; }
  /// Whether the file has the key.
  bool has(std::string_view name) const { return node(name).has_value(); }
  /// The value as it was written, for positions and fields of kind kAny; nothing where a default applies.
  std::optional<Node> node(std::string_view name) const;

  std::optional<SourceText> expression(std::string_view name) const;
  std::optional<std::vector<NamedExpression>> expressions(std::string_view name) const;
  std::optional<Name> name(std::string_view name) const;  // kName, kStream and kNewName
  std::optional<std::vector<Name>> names(std::string_view name) const;
  std::optional<std::string> text(std::string_view name) const;  // kText and kChoice
  std::optional<std::vector<std::string>> texts(std::string_view name) const;
  std::optional<Duration> duration(std::string_view name) const;
  std::optional<int64_t> integer(std::string_view name) const;  // kInteger and, in bytes, kSize
  std::optional<bool> boolean(std::string_view name) const;
  std::optional<std::vector<Setting>> settings(std::string_view name) const;
  /// A nested map; where the file has none, one with nothing but defaults.
  const MapReader& map(std::string_view name) const;

 private:
  struct Slot;

  MapReader(std::span<const FieldSpec> fields, Diagnostics& diagnostics, const Environment* environment);
  void read(const Node& node);
  void read_slot(Slot& slot, const Node& value);
  std::vector<std::string> report_unknown(const Node& node);
  void report_missing(const Node& node, const std::vector<std::string>& misspelt);
  void report(Diagnostic diagnostic);
  const Slot& slot(std::string_view name) const;
  template <class T>
  std::optional<T> get(std::string_view name) const;

  Diagnostics& diagnostics_;
  const Environment* environment_;
  std::vector<Slot> slots_;  // one per field
  bool ok_ = true;
};

}  // namespace pactolus
