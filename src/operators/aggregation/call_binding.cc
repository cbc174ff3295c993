#include "operators/aggregation/call_binding.h"

#include "aggregates/distinct_aggregate.h"
#include "aggregates/registry.h"
#include "operators/aggregation/distinct_values.h"
#include "operators/aggregation/ordered_rows.h"
#include "operators/aggregation/sorted_values.h"
#include "operators/state_names.h"

namespace pactolus {
namespace {

std::optional<Type> aggregate_type(const std::string& function, bool star,
                                   const std::vector<Type>& arguments) {
  const AggregateSpec* spec = find_aggregate(function);
  if (spec == nullptr || (star && !spec->takes_star)) return std::nullopt;
  if (spec->bind_ordered_set != nullptr) {
    auto ordered_set = bind_ordered_set(*spec, {.value = arguments.front()});
    return ordered_set ? std::optional(ordered_set->result_type()) : std::nullopt;
  }
  auto aggregate = bind_aggregate(*spec, arguments);
  return aggregate ? std::optional(aggregate->result_type()) : std::nullopt;
}

AggregateResolver::Kind kind_of(const std::string& function) {
  const AggregateSpec* spec = find_aggregate(function);
  if (spec->bind_ordered_set == nullptr) return AggregateResolver::Kind::kPlain;
  return spec->takes_fraction ? AggregateResolver::Kind::kOrderedSetOfFraction
                              : AggregateResolver::Kind::kOrderedSet;
}

/// Binds one call. Lives for one bind_call().
class CallBinder {
 public:
  CallBinder(AggregateCall& call, const CallContext& context)
      : call_(call), context_(context), spec_(*find_aggregate(call.function)) {
    for (const ExpressionPtr& argument : call.arguments) types_.push_back(argument->type());
  }

  std::optional<CallAndState> run() {
    bind_function();
    if (!bound_.aggregate && !bound_.ordered_set) return std::nullopt;
    if (!call_.order.empty() && order_matters()) {
      if (context_.retracting) return std::nullopt;
      bound_.ordered = ordered_layout(context_.step, call_.text, context_.windowed, context_.key, types_);
    }
    bound_.merges = bound_.aggregate && !bound_.distinct && !order_matters();
    bound_.takes_nulls = spec_.takes_nulls;
    bound_.arguments = std::move(call_.arguments);
    bound_.taken = bound_.arguments.size();
    take_order();
    bound_.filter = std::move(call_.filter);
    StateField state = state_field();
    return CallAndState{std::move(bound_), std::move(state)};
  }

 private:
  void bind_function() {
    if (call_.within_group) {
      const OrderedSetCall set{types_[0], call_.within_group->descending, call_.within_group->fraction,
                               context_.retracting};
      bind_sorted(bind_ordered_set(spec_, set));
      kind_ = ordered_set_kind(spec_.name, spec_.takes_fraction, set);
    } else if (context_.sorts_extremes && (spec_.name == "min" || spec_.name == "max")) {
      // The first and the last of all values.
      const AggregateSpec& sorted = *find_aggregate("percentile_disc");
      const OrderedSetCall set{types_[0], false, spec_.name == "min" ? 0.0 : 1.0, true};
      bind_sorted(bind_ordered_set(sorted, set));
      kind_ = ordered_set_kind(sorted.name, true, set);
    } else if (context_.retracting) {
      bound_.aggregate = bind_retracting(spec_, types_);
      if (bound_.aggregate && call_.distinct)
        bind_sorted(types_.size() == 1 ? make_distinct(std::move(bound_.aggregate), types_[0]) : nullptr);
      bound_.aggregate = call_.distinct ? nullptr : std::move(bound_.aggregate);
    } else {
      bound_.aggregate = bind_aggregate(spec_, types_);
      if (call_.distinct)
        bound_.distinct = distinct_layout(context_.step, call_.text, context_.windowed, context_.key, types_,
                                          spec_.takes_nulls);
    }
  }

  void bind_sorted(std::unique_ptr<const OrderedSetAggregate> aggregate) {
    bound_.ordered_set = std::move(aggregate);
    if (!bound_.ordered_set) return;
    bound_.sorted = sorted_layout(context_.step, call_.text, context_.windowed, context_.key, types_[0],
                                  *bound_.ordered_set);
  }

  bool order_matters() const { return depends_on_order(spec_, types_); }

  /// Where the order makes no difference, its keys are only computed, since they may fail.
  void take_order() {
    for (OrderBy& by : call_.order) {
      bound_.order.push_back({bound_.arguments.size(), by.descending, by.nulls_first});
      bound_.arguments.push_back(std::move(by.key));
    }
    // Those that are equal by the keys, PostgreSQL orders by the arguments when it looks for duplicates.
    for (size_t i = 0; bound_.ordered && call_.distinct && i < bound_.taken; ++i) bound_.order.push_back({i});
  }

  /// As SQL, with what else tells states apart: "count(DISTINCT text RETRACTING)".
  std::string kind() const {
    if (!kind_.empty()) return kind_;
    std::string kind = std::string(spec_.name) + "(" + (call_.distinct ? std::string(kDistinctMark) : "");
    if (call_.star) kind += "*";
    for (size_t i = 0; i < types_.size(); ++i) kind += (i == 0 ? "" : ", ") + to_string(Type{types_[i].kind});
    for (size_t i = bound_.taken; bound_.ordered && i < bound_.arguments.size(); ++i) {
      kind += i == bound_.taken ? std::string(kOrderMark) : ", ";
      kind += to_string(Type{bound_.arguments[i]->type().kind});
    }
    return kind + std::string(context_.retracting ? kRetractingMark : "") + ")";
  }

  StateField state_field() const {
    if (bound_.ordered) return {call_.text, kind(), spec_.state_version, sizeof(uint64_t), {}};
    StateField field{
        call_.text, kind(), spec_.state_version, static_cast<uint32_t>(bound_.state().state_size()), {}};
    for (size_t offset : bound_.state().blob_offsets())
      field.blob_offsets.push_back(static_cast<uint32_t>(offset));
    return field;
  }

  AggregateCall& call_;
  const CallContext& context_;
  const AggregateSpec& spec_;
  std::vector<Type> types_;
  BoundCall bound_{.aggregate = nullptr, .ordered_set = nullptr};
  std::string kind_;  // of an ordered set
};

}  // namespace

AggregateResolver aggregate_resolver() {
  AggregateResolver resolver{
      aggregate_type, {}, [](const std::string& name) { return find_aggregate(name)->parameters; }, kind_of};
  for (const AggregateSpec* spec : registered(static_cast<const AggregateSpec*>(nullptr))) {
    resolver.names.emplace_back(spec->name);
  }
  return resolver;
}

std::optional<CallAndState> bind_call(AggregateCall& call, const CallContext& context) {
  return CallBinder(call, context).run();
}

}  // namespace pactolus
