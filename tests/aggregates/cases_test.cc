// Runs tests/aggregates/cases.txt, whose answers a real PostgreSQL gave, over states alone: whole, and
// merged. (DISTINCT and ORDER BY need a step: tests/operators/aggregate_cases_test.cc.)
#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

#include "aggregates/aggregate_cases.h"
#include "aggregates/distinct_aggregate.h"
#include "aggregates/group_states.h"
#include "aggregates/registry.h"
#include "base/diagnostic.h"
#include "expr/binder.h"

namespace pactolus::testing {
namespace {

const AggregateResolver& resolver() {
  static const AggregateResolver instance = [] {
    AggregateResolver made;
    made.result_type = [](const std::string& function, bool star, const std::vector<Type>& types) {
      const AggregateSpec* spec = find_aggregate(function);
      if (spec->bind_ordered_set != nullptr) {
        auto ordered_set = bind_ordered_set(*spec, {.value = types.at(0)});
        return ordered_set ? std::optional(ordered_set->result_type()) : std::nullopt;
      }
      auto aggregate = star && !spec->takes_star ? nullptr : bind_aggregate(*spec, types);
      return aggregate ? std::optional(aggregate->result_type()) : std::nullopt;
    };
    made.parameters = [](const std::string& function) { return find_aggregate(function)->parameters; };
    made.kind = [](const std::string& function) {
      const AggregateSpec* spec = find_aggregate(function);
      if (spec->bind_ordered_set == nullptr) return AggregateResolver::Kind::kPlain;
      return spec->takes_fraction ? AggregateResolver::Kind::kOrderedSetOfFraction
                                  : AggregateResolver::Kind::kOrderedSet;
    };
    for (const AggregateSpec* spec : registered(static_cast<const AggregateSpec*>(nullptr)))
      made.names.emplace_back(spec->name);
    return made;
  }();
  return instance;
}

/// A call bound to the rows' columns, with its arguments computed.
struct BoundCase {
  // One of these two, and one of the next, which are null if rows can't be taken back.
  std::unique_ptr<const Aggregate> aggregate;
  std::unique_ptr<const OrderedSetAggregate> ordered_set;
  std::unique_ptr<const Aggregate> retracting;
  std::unique_ptr<const OrderedSetAggregate> retracting_set;
  std::vector<ColumnPtr> arguments;
  ColumnPtr filter;
  bool needs_step = false;  // with DISTINCT or ORDER BY

  Type result_type() const { return aggregate ? aggregate->result_type() : ordered_set->result_type(); }
  bool takes(uint32_t row) const {
    return !filter || (!filter->is_null(row) && filter->values_of<TypeKind::kBoolean>()[row] != 0);
  }
};

std::optional<BoundCase> bound_case(const std::string& text, const TestBatch& rows) {
  Scope scope;
  scope.inputs = {{"", &rows.schema}};
  Diagnostics diagnostics;
  std::vector<AggregateCall> calls;
  static const Schema kNoGroups(std::vector<Field>{});
  if (!bind_aggregate_expression(SourceText::verbatim(text, "cases.txt"), scope, kNoGroups, resolver(), calls,
                                 diagnostics)) {
    return std::nullopt;
  }
  REQUIRE(calls.size() == 1);
  BoundCase bound;
  RowErrors errors;
  std::vector<Type> types;
  for (const ExpressionPtr& argument : calls[0].arguments) {
    bound.arguments.push_back(argument->evaluate(rows.batch, rows.batch.selection, errors));
    types.push_back(argument->type());
  }
  if (calls[0].filter) bound.filter = calls[0].filter->evaluate(rows.batch, rows.batch.selection, errors);
  REQUIRE(errors.empty());
  bound.needs_step = calls[0].distinct || !calls[0].order.empty();
  const AggregateSpec& spec = *find_aggregate(calls[0].function);
  if (calls[0].within_group) {
    OrderedSetCall set{types.at(0), calls[0].within_group->descending, calls[0].within_group->fraction};
    bound.ordered_set = bind_ordered_set(spec, set);
    set.retracting = true;
    bound.retracting_set = bind_ordered_set(spec, set);
  } else {
    bound.aggregate = bind_aggregate(spec, types);
    bound.retracting = bind_retracting(spec, types);
    if (calls[0].distinct && bound.retracting) {
      std::unique_ptr<const Aggregate> inner = std::move(bound.retracting);
      if (types.size() == 1) bound.retracting_set = make_distinct(std::move(inner), types[0]);
    }
  }
  return bound;
}

/// Adds the rows to as many states as there are parts, then merges all into the first, or into the last.
std::string merged(const BoundCase& call, const std::vector<uint32_t>& rows, size_t parts, bool into_last) {
  GroupStates states(*call.aggregate, parts);
  for (size_t i = 0; i < rows.size(); ++i) {
    if (call.takes(rows[i])) states.add(call.arguments, {rows[i]}, {i * parts / rows.size()});
  }
  if (into_last) {
    for (size_t part = parts - 1; part > 0; --part) states.merge(parts - 1, part - 1);
  } else {
    for (size_t part = 1; part < parts; ++part) states.merge(0, part);
  }
  return states.result(into_last ? parts - 1 : 0);
}

std::string whole(const BoundCase& call, const std::vector<uint32_t>& rows) {
  std::vector<uint32_t> taken;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(taken),
               [&](uint32_t row) { return call.takes(row); });
  if (call.ordered_set) {
    OrderedSetGroup group(*call.ordered_set);
    for (uint32_t row : taken) group.add(*call.arguments[0], row);
    return group.result();
  }
  GroupStates states(*call.aggregate, 1);
  states.add(call.arguments, taken, std::vector<size_t>(taken.size(), 0));
  return states.result(0);
}

/// The result when other rows, before, between and behind these, were taken back; none if they can't be.
std::optional<std::string> with_others_gone(const BoundCase& call, const std::vector<uint32_t>& rows,
                                            const std::vector<uint32_t>& others) {
  if (!call.retracting && !call.retracting_set) return std::nullopt;
  std::optional<OrderedSetGroup> set;
  std::optional<GroupStates> states;
  if (call.retracting_set) {
    set.emplace(*call.retracting_set);
  } else {
    states.emplace(*call.retracting, 1);
  }
  auto add = [&](uint32_t row) {
    if (call.takes(row)) set ? set->add(*call.arguments[0], row) : states->add(call.arguments, {row}, {0});
  };
  auto retract = [&](uint32_t row) {
    if (call.takes(row))
      set ? set->retract(*call.arguments[0], row) : states->retract(call.arguments, {row}, {0});
  };
  for (uint32_t row : others) add(row);
  for (size_t i = 0; i < rows.size(); ++i) {
    add(rows[i]);
    if (i < others.size()) add(others[i]);
  }
  for (uint32_t row : others) retract(row);
  for (size_t i = 0; i < std::min(rows.size(), others.size()); ++i) retract(others[i]);
  return set ? set->result() : states->result(0);
}

/// Where rows can be taken back, equal values are shown by their looks and not as they came.
bool shows_one_of_many_looks(const BoundCase& call) {
  const TypeKind kind = call.arguments.empty() ? TypeKind::kText : call.arguments[0]->type().kind;
  return call.retracting_set && (kind == TypeKind::kInterval || kind == TypeKind::kNumeric);
}

TEST_CASE("aggregates give what PostgreSQL gives when other rows were taken back") {
  AggregateCases table = read_aggregate_cases();
  TestBatch rows = batch_of(table.columns);
  size_t compared = 0;
  for (const AggregateCases::Case& wanted : table.cases) {
    std::optional<BoundCase> call = bound_case(wanted.call, rows);
    if (!call || shows_one_of_many_looks(*call)) continue;
    for (size_t i = 0; i < table.groups.size(); ++i) {
      for (const AggregateCases::Group& others : table.groups) {
        std::optional<std::string> got = with_others_gone(*call, table.groups[i].rows, others.rows);
        if (!got) continue;
        INFO(wanted.call << ", " << table.groups[i].name << ", without " << others.name);
        CHECK(*got == wanted.values[i]);
        ++compared;
      }
    }
  }
  CHECK(compared > 10'000);
}

TEST_CASE("aggregates give what PostgreSQL gives") {
  AggregateCases table = read_aggregate_cases();
  TestBatch rows = batch_of(table.columns);
  for (const AggregateCases::Case& wanted : table.cases) {
    std::optional<BoundCase> call = bound_case(wanted.call, rows);
    INFO(wanted.call);
    CHECK(call.has_value() == (wanted.type != "-"));
    if (!call || call->needs_step) continue;
    CHECK(to_string(Type{call->result_type().kind}) == wanted.type);
    for (size_t i = 0; i < table.groups.size(); ++i) {
      INFO(table.groups[i].name);
      CHECK(whole(*call, table.groups[i].rows) == wanted.values[i]);
    }
  }
}

/// Of equal values and keys, and of texts, the order decides which come first.
bool depends_on_order(const std::string& call) {
  for (const char* function : {"min", "max", "string_agg", "array_agg", "first_value", "last_value", "lag"}) {
    if (call.starts_with(function)) return true;
  }
  return false;
}

/// Doubles may differ by rounding; and where finite values overflow and there is an infinity or NaN, too, it
/// depends on which comes first whether that is an error or NaN.
bool agrees(const std::string& got, const std::string& wanted, Type type) {
  if (type != kRealType && type != kDoubleType) return got == wanted;
  auto undefined = [](const std::string& value) { return value == "NaN" || value == "ERROR 22003"; };
  const double bound = type == kRealType ? kRealBound : kDoubleBound;
  return nearly_equal(got, wanted, bound) || (undefined(got) && undefined(wanted));
}

TEST_CASE("aggregates give the same when states of parts of the rows are merged, in order and backwards") {
  AggregateCases table = read_aggregate_cases();
  TestBatch rows = batch_of(table.columns);
  for (const AggregateCases::Case& wanted : table.cases) {
    std::optional<BoundCase> call = bound_case(wanted.call, rows);
    if (!call || call->needs_step || call->ordered_set) continue;
    for (size_t i = 0; i < table.groups.size(); ++i) {
      for (size_t parts : {2, 3, 5}) {
        for (bool into_last : {false, true}) {
          if (into_last && depends_on_order(wanted.call)) continue;
          std::string got = merged(*call, table.groups[i].rows, parts, into_last);
          INFO(wanted.call << ", " << table.groups[i].name << ", " << parts << " parts"
                           << (into_last ? ", backwards: " : ": ") << got << ", not " << wanted.values[i]);
          CHECK(agrees(got, wanted.values[i], call->aggregate->result_type()));
        }
      }
    }
  }
}

}  // namespace
}  // namespace pactolus::testing
