#include "operators/key_columns.h"

#include <algorithm>

#include "operators/name_diagnostic.h"

namespace pactolus {

KeyColumns find_key_columns(const OperatorBuild& build, const std::vector<Name>& names) {
  const StepInput& input = build.inputs.front();
  KeyColumns key;
  const auto refuse = [&](Diagnostic diagnostic) {
    key.ok = false;
    build.diagnostics->add(std::move(diagnostic));
  };
  for (const Name& name : names) {
    const std::optional<size_t> column = input.schema->find(name.text);
    if (!column) {
      key.known = false;
      refuse(name_diagnostic(*build.node, name, "unknown-column",
                             "`" + input.name + "` has no column `" + name.text + "`",
                             name_hint(name.text, input.schema->names(), "columns")));
    } else if (std::ranges::find(key.columns, *column) != key.columns.end()) {
      refuse(name_diagnostic(*build.node, name, "duplicate-name", "`" + name.text + "` is named already"));
    } else if (auto refusal = key_type_diagnostic(*build.node, name, (*input.schema)[*column])) {
      key.known = false;
      refuse(*std::move(refusal));
    } else {
      key.columns.push_back(*column);
      key.fields.push_back((*input.schema)[*column]);
    }
  }
  return key;
}

std::string names_of(const Schema& schema, const std::vector<size_t>& columns) {
  std::string names;
  for (size_t column : columns) names += (names.empty() ? "" : ", ") + schema[column].name;
  return names;
}

FieldSpec repartition_field() {
  constexpr int64_t kPartitionsMax = 10'000;
  return {.name = "repartition",
          .kind = FieldKind::kMap,
          .summary = "how rows are brought together by the `by` columns, where that is necessary",
          .fields = {{.name = "partitions",
                      .kind = FieldKind::kInteger,
                      .required = true,
                      .minimum = 1,
                      .maximum = kPartitionsMax,
                      .summary = "partitions of the repartition topic"}}};
}

std::optional<int32_t> repartition_partitions(const MapReader& reader) {
  const std::optional<int64_t> partitions = reader.map("repartition").integer("partitions");
  return partitions ? std::optional(static_cast<int32_t>(*partitions)) : std::nullopt;
}

}  // namespace pactolus
