#pragma once

#include <array>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include "expr/expression.h"
#include "expr/refusal.h"

namespace pactolus {

/// One way to call a function or an operator: what it takes, what it gives, how to make it of arguments of
/// exactly these types. The tables of overloads are constants; PostgreSQL's rules choose among them
/// (binding/overload_choice.h).
struct Overload {
  static constexpr size_t kParametersMax = 7;
  using Make = ExpressionPtr (*)(Type result, std::vector<ExpressionPtr> arguments);

  constexpr Overload(std::initializer_list<TypeKind> parameters, TypeKind result_kind, Make make_node,
                     Check check_arguments = nullptr)
      : count(parameters.size()), result(result_kind), make(make_node), check(check_arguments) {
    size_t i = 0;
    for (TypeKind kind : parameters) kinds[i++] = kind;
  }

  std::span<const TypeKind> parameters() const { return {kinds.data(), count}; }
  /// Whether it takes arrays of any type, or their elements.
  constexpr bool is_polymorphic() const {
    for (size_t i = 0; i < count; ++i) {
      if (kinds[i] == TypeKind::kArray) return true;
    }
    return false;
  }

  std::array<TypeKind, kParametersMax> kinds{};
  size_t count;
  TypeKind result;
  Make make;
  Check check;  // may be null
  /// Polymorphic, and the elements may be of several types that have a common one.
  bool unifies = false;
};

/// In a polymorphic overload TypeKind::kArray is an array of any type and this an element of it (PostgreSQL's
/// anyarray and anyelement).
inline constexpr TypeKind kAnyElement{0x7F};

/// PostgreSQL's anycompatiblearray and anycompatible instead.
constexpr Overload unifying(Overload overload) {
  overload.unifies = true;
  return overload;
}

/// An overload of an operator; unary ones are prefixes.
struct OperatorOverload {
  std::string_view name;
  Overload overload;
};

}  // namespace pactolus
