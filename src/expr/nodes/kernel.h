#pragma once

#include <array>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "base/arena.h"
#include "base/check.h"
#include "expr/nodes/failure.h"
#include "expr/nodes/operand.h"

namespace pactolus {

/// Takes a kernel function apart: Failure f(Out& out, In... arguments), or Failure f(std::string_view& out,
/// Arena& memory, In... arguments) where the result needs memory. A text result may also be a view into a
/// text argument: their memory is kept.
template <class F>
struct KernelSignature;

template <class Out, class... In>
struct KernelSignature<Failure (*)(Out&, In...)> {
  using Result = Out;
  using Arguments = std::tuple<std::remove_cvref_t<In>...>;
  static constexpr bool kTakesArena = false;
};

template <class Out, class... In>
struct KernelSignature<Failure (*)(Out&, Arena&, In...)> {
  using Result = Out;
  using Arguments = std::tuple<std::remove_cvref_t<In>...>;
  static constexpr bool kTakesArena = true;
};

/// An expression that applies the function F row by row to non-null arguments; a null argument gives null
/// (PostgreSQL's STRICT). A row that fails becomes null, so that what depends on it fails only once.
template <auto F>
class StrictKernel final : public Expression {
  using Signature = KernelSignature<decltype(F)>;
  using Result = typename Signature::Result;
  using Arguments = typename Signature::Arguments;
  static constexpr size_t kArity = std::tuple_size_v<Arguments>;

 public:
  StrictKernel(Type result, std::vector<ExpressionPtr> arguments)
      : Expression(result, any_nullable(arguments)), arguments_(std::move(arguments)) {
    PACTOLUS_CHECK(arguments_.size() == kArity);
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
    if constexpr (std::is_same_v<T, std::string_view>) out.keep(operand.column());
  }

  template <size_t... I>
  ColumnPtr evaluate_with(const ColumnBatch& batch, std::span<const uint32_t> rows, RowErrors& errors,
                          std::index_sequence<I...>) const {
    // Braces: the arguments are evaluated in source order.
    std::tuple<Operand<std::tuple_element_t<I, Arguments>>...> operands{
        Operand<std::tuple_element_t<I, Arguments>>(*arguments_[I], batch, rows, errors)...};
    auto out = std::make_shared<Column>(type(), batch.rows());
    Result* values = out->template values<Result>();
    uint8_t* nulls = out->nulls();
    [[maybe_unused]] Arena* memory = nullptr;
    if constexpr (Signature::kTakesArena) {
      auto arena = std::make_shared<Arena>();
      memory = arena.get();
      out->keep(std::move(arena));
    }
    if constexpr (std::is_same_v<Result, std::string_view>) (keep_text(*out, std::get<I>(operands)), ...);
    for (uint32_t row : rows) {
      if ((std::get<I>(operands).null(row) | ...)) {
        nulls[row] = 1;
        continue;
      }
      Failure failure;
      if constexpr (Signature::kTakesArena) {
        failure = F(values[row], *memory, std::get<I>(operands)[row]...);
      } else {
        failure = F(values[row], std::get<I>(operands)[row]...);
      }
      if (failure) [[unlikely]] {
        values[row] = Result{};
        nulls[row] = 1;
        errors.add(row, failure->sqlstate, failure->message);
      }
    }
    return out;
  }

  std::vector<ExpressionPtr> arguments_;
};

template <auto F>
ExpressionPtr make_kernel(Type result, std::vector<ExpressionPtr> arguments) {
  return std::make_unique<StrictKernel<F>>(result, std::move(arguments));
}

}  // namespace pactolus
