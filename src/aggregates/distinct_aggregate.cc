#include "aggregates/distinct_aggregate.h"

#include "aggregates/value_look.h"

namespace pactolus {
namespace {

/// State: the inner aggregate's.
template <class T>
class Distinct final : public OrderedSetAggregate {
  using Identity = ValueIdentity<T, Look<T>::kMany>;

 public:
  Distinct(std::unique_ptr<const Aggregate> inner, Type value) : inner_(std::move(inner)), type_(value) {}

  Type result_type() const override { return inner_->result_type(); }
  size_t state_size() const override { return inner_->state_size(); }
  std::vector<size_t> blob_offsets() const override { return inner_->blob_offsets(); }
  size_t blob_bytes_max() const override { return inner_->blob_bytes_max(); }
  size_t entry_size() const override { return sizeof(ValueEntry<T>); }
  void result(std::span<const std::byte* const> states, Column& out, RowErrors& errors) const override {
    inner_->result(states, out, errors);
  }

  void append_key(const Column& values, uint32_t row, std::string& key) const override {
    append_key_value(values, row, key);
    Identity::append_look(values.values<T>()[row], key);
  }

  void add(const Column& values, uint32_t row, std::byte* bytes, TakenValues& others, std::byte* state,
           BlobHeap& heap) const override {
    const T& value = values.values<T>()[row];
    auto& entry = *reinterpret_cast<ValueEntry<T>*>(bytes);
    entry.add(value);
    if (entry.rows > 1) return;
    Arena texts;
    const Looks looks = looks_beside(value, others, texts);
    if (looks.earlier) return;
    if (looks.later) take_back(*looks.later, state, heap);
    give(value, state, heap);
  }

  bool retracts() const override { return true; }
  void retract(const Column& values, uint32_t row, uint64_t left, TakenValues& others, std::byte* state,
               BlobHeap& heap) const override {
    if (left > 0) return;
    const T& value = values.values<T>()[row];
    Arena texts;
    const Looks looks = looks_beside(value, others, texts);
    if (looks.earlier) return;
    take_back(value, state, heap);
    if (looks.later) give(*looks.later, state, heap);
  }

 private:
  /// Values that are equal to one and look different.
  struct Looks {
    bool earlier = false;
    std::optional<T> later;  // the first of them, maybe in an arena
  };

  Looks looks_beside(const T& value, TakenValues& all, [[maybe_unused]] Arena& texts) const {
    Looks looks;
    if constexpr (Look<T>::kMany) {
      const std::string key = Identity::key_of(value, type_);
      auto equal = [&](const std::optional<TakenValue>& taken) -> std::optional<T> {
        if (!taken) return std::nullopt;
        const T other = value_of<T>(*taken, type_, texts);
        return compare_values(other, value) == 0 ? std::optional(other) : std::nullopt;
      };
      looks.earlier = equal(all.before(key)).has_value();
      if (!looks.earlier) looks.later = equal(all.after(key));
    }
    return looks;
  }

  void give(const T& value, std::byte* state, BlobHeap& heap) const {
    inner_->add(std::vector{column_of(value)}, kFirstRow, {&state, 1}, heap);
  }
  void take_back(const T& value, std::byte* state, BlobHeap& heap) const {
    inner_->retract(std::vector{column_of(value)}, kFirstRow, {&state, 1}, heap);
  }
  ColumnPtr column_of(const T& value) const {
    auto column = make_column(type_, 1);
    column->template values<T>()[0] = value;
    return column;
  }

  static constexpr uint32_t kFirstRow[] = {0};

  std::unique_ptr<const Aggregate> inner_;
  Type type_;
};

}  // namespace

std::unique_ptr<const OrderedSetAggregate> make_distinct(std::unique_ptr<const Aggregate> inner, Type value) {
  if (!is_key_kind(value.kind)) return nullptr;
  return visit_ordered(value.kind, [&]<class T>() -> std::unique_ptr<const OrderedSetAggregate> {
    return std::make_unique<Distinct<T>>(std::move(inner), value);
  });
}

}  // namespace pactolus
