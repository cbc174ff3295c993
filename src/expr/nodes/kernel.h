#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "base/arena.h"
#include "base/check.h"
#include "expr/nodes/failure.h"
#include "expr/nodes/operand.h"

namespace pactolus {

/// What binding has made of constant arguments for a kernel function, such as a compiled pattern.
template <class T>
struct Prepared {
  T value;
  const T* operator->() const { return &value; }
};
struct NothingPrepared {};

/// Takes a kernel function apart: Failure f(Out& out, In... arguments), or Failure f(std::string_view& out,
/// Arena& memory, In... arguments) where the result needs memory, or Failure f(Out& out, Arena& memory, const
/// Prepared<T>& prepared, In... arguments). A text result may also be a view into a text argument: their
/// memory is kept. A std::optional<Out> may be left empty, for NULL.
template <class F>
struct KernelSignature;

template <class Out, class... In>
struct KernelSignature<Failure (*)(Out&, In...)> {
  using Result = Out;
  using State = NothingPrepared;
  using Arguments = std::tuple<std::remove_cvref_t<In>...>;
  static constexpr bool kTakesArena = false;
};

template <class Out, class... In>
struct KernelSignature<Failure (*)(Out&, Arena&, In...)> {
  using Result = Out;
  using State = NothingPrepared;
  using Arguments = std::tuple<std::remove_cvref_t<In>...>;
  static constexpr bool kTakesArena = true;
};

template <class Out, class T, class... In>
struct KernelSignature<Failure (*)(Out&, Arena&, const Prepared<T>&, In...)> {
  using Result = Out;
  using State = Prepared<T>;
  using Arguments = std::tuple<std::remove_cvref_t<In>...>;
  static constexpr bool kTakesArena = true;
};

/// What a column holds of a kernel function's result.
template <class Out>
struct KernelResult {
  using Value = Out;
  static constexpr bool kMayBeNull = false;
};
template <class T>
struct KernelResult<std::optional<T>> {
  using Value = T;
  static constexpr bool kMayBeNull = true;
};

/// An expression that applies the function F row by row to non-null arguments; a null argument gives null
/// (PostgreSQL's STRICT). A row that fails becomes null, so that what depends on it fails only once.
template <auto F>
class StrictKernel final : public Expression {
  using Signature = KernelSignature<decltype(F)>;
  using Result = typename Signature::Result;
  using Value = typename KernelResult<Result>::Value;
  using State = typename Signature::State;
  using Arguments = typename Signature::Arguments;
  static constexpr size_t kArity = std::tuple_size_v<Arguments>;
  static constexpr bool kMayBeNull = KernelResult<Result>::kMayBeNull;

 public:
  StrictKernel(Type result, std::vector<ExpressionPtr> arguments, State state = {})
      : Expression(result, kMayBeNull || any_nullable(arguments)),
        arguments_(std::move(arguments)),
        state_(std::move(state)) {
    PACTOLUS_CHECK(arguments_.size() == kArity);
  }

  /// Takes a kernel apart that is not needed as such.
  static std::vector<ExpressionPtr> take_arguments(ExpressionPtr kernel) {
    // Made by make_kernel, as one that is not const.
    return std::move(const_cast<StrictKernel&>(static_cast<const StrictKernel&>(*kernel)).arguments_);
  }

  ColumnPtr evaluate(const ColumnBatch& batch, std::span<const uint32_t> rows,
                     RowErrors& errors) const override {
    return evaluate_with(batch, rows, errors, std::make_index_sequence<kArity>());
  }

  void collect_columns(std::vector<size_t>& columns) const override {
    for (const ExpressionPtr& argument : arguments_) argument->collect_columns(columns);
  }

 private:
  static bool any_nullable(const std::vector<ExpressionPtr>& arguments) {
    return std::any_of(arguments.begin(), arguments.end(),
                       [](const ExpressionPtr& a) { return a->nullable(); });
  }

  template <class T>
  static void keep_text(Column& out, const Operand<T>& operand) {
    if constexpr (kViewsBytes<T>) out.keep(operand.column());
  }

  template <class... In>
  Failure call(Result& result, [[maybe_unused]] Arena* memory, const In&... arguments) const {
    if constexpr (!std::is_same_v<State, NothingPrepared>) {
      return F(result, *memory, state_, arguments...);
    } else if constexpr (Signature::kTakesArena) {
      return F(result, *memory, arguments...);
    } else {
      return F(result, arguments...);
    }
  }

  template <size_t... I>
  ColumnPtr evaluate_with(const ColumnBatch& batch, std::span<const uint32_t> rows, RowErrors& errors,
                          std::index_sequence<I...>) const {
    // Braces: the arguments are evaluated in source order.
    std::tuple<Operand<std::tuple_element_t<I, Arguments>>...> operands{
        Operand<std::tuple_element_t<I, Arguments>>(*arguments_[I], batch, rows, errors)...};
    auto out = make_column(type(), batch.rows(), Column::Unwritten{});
    Value* values = out->template values<Value>();
    uint8_t* nulls = out->nulls();
    [[maybe_unused]] Arena* memory = nullptr;
    if constexpr (Signature::kTakesArena) {
      auto arena = std::make_shared<Arena>();
      memory = arena.get();
      out->keep(std::move(arena));
    }
    if constexpr (kViewsBytes<Value>) (keep_text(*out, std::get<I>(operands)), ...);
    (std::get<I>(operands).add_nulls(nulls, batch.rows()), ...);
    for (uint32_t row : rows) {
      if (nulls[row]) {
        values[row] = Value{};
        continue;
      }
      Failure failure;
      if constexpr (kMayBeNull) {
        Result result;
        failure = call(result, memory, std::get<I>(operands)[row]...);
        values[row] = result.value_or(Value{});
        nulls[row] = !result;
      } else {
        failure = call(values[row], memory, std::get<I>(operands)[row]...);
      }
      if (failure) [[unlikely]] {
        values[row] = Value{};
        nulls[row] = 1;
        errors.add(row, failure->sqlstate, failure->message);
      }
    }
    return out;
  }

  std::vector<ExpressionPtr> arguments_;
  [[no_unique_address]] State state_;
};

template <auto F>
ExpressionPtr make_kernel(Type result, std::vector<ExpressionPtr> arguments) {
  return std::make_unique<StrictKernel<F>>(result, std::move(arguments));
}

}  // namespace pactolus
