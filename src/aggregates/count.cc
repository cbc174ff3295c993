#include "aggregates/registry.h"

namespace pactolus {
namespace {

/// State: the number of rows, 8 bytes.
class Count : public Aggregate {
 public:
  Type result_type() const override { return kBigintType; }
  size_t state_size() const override { return sizeof(uint64_t); }
  bool retracts() const override { return true; }

  void merge(std::byte* into, const std::byte* from, BlobHeap&) const override {
    counter(into) += *reinterpret_cast<const uint64_t*>(from);
  }

  void result(std::span<const std::byte* const> states, Column& out, RowErrors&) const override {
    auto* values = out.values_of<TypeKind::kBigint>();
    for (size_t i = 0; i < states.size(); ++i) {
      values[i] = static_cast<int64_t>(*reinterpret_cast<const uint64_t*>(states[i]));
    }
  }

 protected:
  static uint64_t& counter(std::byte* state) { return *reinterpret_cast<uint64_t*>(state); }
};

class CountRows final : public Count {
 public:
  void add(std::span<const ColumnPtr>, std::span<const uint32_t> rows, std::span<std::byte* const> states,
           BlobHeap&) const override {
    for (size_t i = 0; i < rows.size(); ++i) ++counter(states[i]);
  }
  void retract(std::span<const ColumnPtr>, std::span<const uint32_t> rows, std::span<std::byte* const> states,
               BlobHeap&) const override {
    for (size_t i = 0; i < rows.size(); ++i) --counter(states[i]);
  }
};

class CountValues final : public Count {
 public:
  void add(std::span<const ColumnPtr> arguments, std::span<const uint32_t> rows,
           std::span<std::byte* const> states, BlobHeap&) const override {
    const uint8_t* nulls = arguments[0]->nulls();
    for (size_t i = 0; i < rows.size(); ++i) counter(states[i]) += nulls[rows[i]] == 0;
  }
  void retract(std::span<const ColumnPtr> arguments, std::span<const uint32_t> rows,
               std::span<std::byte* const> states, BlobHeap&) const override {
    const uint8_t* nulls = arguments[0]->nulls();
    for (size_t i = 0; i < rows.size(); ++i) counter(states[i]) -= nulls[rows[i]] == 0;
  }
};

std::unique_ptr<const Aggregate> bind(std::span<const Type> arguments) {
  if (arguments.empty()) return std::make_unique<CountRows>();
  if (arguments.size() == 1) return std::make_unique<CountValues>();
  return nullptr;
}

}  // namespace

const AggregateSpec& count_spec() {
  static const AggregateSpec spec{
      .name = "count",
      .signature = "count(*) → bigint, count(any type) → bigint",
      .summary =
          "How many rows there are, or how many of them have a value that is not null; 0 if there is none.",
      .example = "count(*)",
      .takes_star = true,
      .bind = &bind,
      .retraction = Retraction::kAlways,
  };
  return spec;
}
PACTOLUS_REGISTER(count);

}  // namespace pactolus
