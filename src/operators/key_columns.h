#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/map_reader.h"
#include "config/names.h"
#include "operators/registry.h"

namespace pactolus {

/// Columns of a step's first input that are named as a key.
struct KeyColumns {
  std::vector<size_t> columns;
  std::vector<Field> fields;
  bool known = true;  // all names are columns that can be keys: what depends on them can be checked
  bool ok = true;     // and nothing else is wrong
};

/// The names of columns, for people: "card, merchant".
std::string names_of(const Schema& schema, const std::vector<size_t>& columns);

/// The field `repartition: {partitions: N}` of a step whose rows must meet by their keys, and what it says.
FieldSpec repartition_field();
std::optional<int32_t> repartition_partitions(const MapReader& reader);

/// Finds them; diagnostics say what is wrong.
KeyColumns find_key_columns(const OperatorBuild& build, const std::vector<Name>& names);

}  // namespace pactolus
