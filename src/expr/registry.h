#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/register.h"
#include "expr/overload.h"

namespace pactolus {

/// A call with any number of arguments of any types, as PostgreSQL's VARIADIC "any": first so many texts,
/// then at least so many values, each written out as text. Gives a text.
struct VariadicCall {
  size_t leading_texts = 0;
  size_t values_min = 1;
  Overload::Make make = nullptr;
};

/// What a function's file declares.
struct FunctionSpec {
  std::string_view name;       // lower case
  std::string_view signature;  // "round(numeric [, integer]) → numeric"
  std::string_view summary;
  std::string_view example;                  // an expression that a test runs
  std::span<const Overload> overloads = {};  // those, or `variadic`
  std::optional<VariadicCall> variadic = {};
  /// Names of the parameters, where arguments may be left out (they are 0) and given by name: days => 3.
  std::span<const std::string_view> parameters = {};
  /// Arguments that can't be computed are the function's own matter.
  bool takes_failures = false;
  /// Refuses arguments that could never work; called with the arguments as the chosen overload takes them.
  Check check = nullptr;
};

/// All functions, one file each (the list is made by the build).
std::span<const FunctionSpec* const> registered(const FunctionSpec*);
/// By name without regard to case; nullptr if there is none.
const FunctionSpec* find_function(std::string_view name);

}  // namespace pactolus
