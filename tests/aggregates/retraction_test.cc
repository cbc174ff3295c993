// Rows that are taken back leave no trace: what is left is the state of the other rows, whatever their order.
#include <catch2/catch.hpp>

#include <random>

#include "aggregates/distinct_aggregate.h"
#include "aggregates/group_states.h"
#include "aggregates/registry.h"
#include "expr/batch_of_text.h"

namespace pactolus::testing {
namespace {

using Texts = std::vector<std::string>;

/// Values that are easily lost, equal ones that look different, and NULL.
Texts edges(TypeKind kind) {
  const std::string largest(38, '9');
  switch (kind) {
    case TypeKind::kBoolean:
      return {"true", "false", "NULL"};
    case TypeKind::kSmallint:
      return {"NULL", "0", "1", "-1", "32767", "-32768"};
    case TypeKind::kInteger:
      return {"NULL", "0", "1", "-1", "7", "2147483647", "-2147483648"};
    case TypeKind::kBigint:
      return {"NULL", "0", "1", "-1", "9223372036854775807", "-9223372036854775808", "4294967296"};
    case TypeKind::kNumeric:
      return {"NULL",         "0",
              "0.000",        "1",
              "1.0",          "1.00",
              "-1.5",         "2.25",
              "-0.125",       "12345678901234567890",
              largest,        "-" + largest,
              "0." + largest, "-0." + largest,
              "1e-20",        "1e-63",
              "-7e-63",       "1e-64",
              "5e-200",       "-1234567890123456789.0123456789012345678"};
    case TypeKind::kReal:
      return {"NULL", "0", "-0", "1.5", "-1", "3e38", "NaN", "Infinity", "-Infinity"};
    case TypeKind::kDouble:
      return {"NULL", "0", "-0", "1.5", "-1", "1e308", "-1e308", "5e-324", "NaN", "Infinity", "-Infinity"};
    case TypeKind::kText:
      return {"NULL", "''", "a", "ab", "b", "größe", "Z"};
    case TypeKind::kBpchar:
      return {"NULL", "''", "a", "a  ", "ab", "ab ", "b", "größe"};
    case TypeKind::kBytea:
      return {"NULL", "''", "\\x00", "\\x0001", "\\xff", "\\xff00"};
    case TypeKind::kUuid:
      return {"NULL", "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
              "00000000-0000-0000-0000-000000000100"};
    case TypeKind::kDate:
      return {"NULL", "1970-01-01", "1969-12-31", "9999-12-31", "0001-01-01"};
    case TypeKind::kTime:
      return {"NULL", "00:00:00", "24:00:00", "12:00:00.000001"};
    case TypeKind::kTimestamp:
    case TypeKind::kTimestamptz:
      return {"NULL", "1970-01-01 00:00:00", "1969-12-31 23:59:59.999999", "9999-12-31 23:59:59",
              "0001-01-01 00:00:00"};
    case TypeKind::kInterval:
      return {"NULL",
              "00:00:00",
              "1 mon",
              "30 days",
              "720:00:00",
              "-1 mon",
              "2147483647 days",
              "-2147483648 days",
              "2147483647 mons",
              "-1 days +24:00:00",
              "1 day -24:00:00",
              "00:00:00.000001"};
    default:
      return {"NULL"};
  }
}

/// Up to 38 digits, up to 38 of them behind the point.
std::string random_numeric(std::mt19937_64& random) {
  std::string digits(1 + random() % 38, '0');
  for (char& digit : digits) digit = static_cast<char>('0' + random() % 10);
  return (random() % 2 == 0 ? "-" : "") + digits + "e-" + std::to_string(random() % 39);
}

ColumnPtr column_of(TypeKind kind) {
  Texts values = edges(kind);
  std::mt19937_64 random(7);
  for (int i = 0; kind == TypeKind::kNumeric && i < 10; ++i) values.push_back(random_numeric(random));
  return batch_of({{"x", to_string(Type{kind}), values}}).batch.columns[0];
}

class PlainGroup {
 public:
  PlainGroup(const Aggregate& aggregate, std::vector<ColumnPtr> arguments)
      : states_(aggregate, 1), arguments_(std::move(arguments)) {}
  void add(uint32_t row) { states_.add(arguments_, {row}, {0}); }
  void retract(uint32_t row) { states_.retract(arguments_, {row}, {0}); }
  std::string result() { return states_.result(0); }
  std::string content() { return states_.content(0); }

 private:
  GroupStates states_;
  std::vector<ColumnPtr> arguments_;
};

class SortedGroup {
 public:
  SortedGroup(const OrderedSetAggregate& aggregate, std::vector<ColumnPtr> arguments)
      : group_(aggregate), values_(std::move(arguments[0])) {}
  void add(uint32_t row) { group_.add(*values_, row); }
  void retract(uint32_t row) { group_.retract(*values_, row); }
  std::string result() { return group_.result(); }
  std::string content() { return group_.content(); }
  size_t values() const { return group_.values(); }

 private:
  OrderedSetGroup group_;
  ColumnPtr values_;
};

/// Adds and takes back random rows, which become more, then fewer, then none; each state must be that of a
/// group which only ever had the rows that are left.
template <class Group, class Aggregate>
void check_rows_come_and_go(const Aggregate& aggregate, const std::vector<ColumnPtr>& arguments,
                            uint64_t seed) {
  constexpr int kSteps = 70;
  const size_t rows = arguments.empty() ? 1 : arguments[0]->rows();
  std::mt19937_64 random(seed);
  std::vector<uint32_t> kept;
  Group group(aggregate, arguments);
  for (int step = 0; step < kSteps || !kept.empty(); ++step) {
    const uint64_t adds_in_ten = step >= kSteps ? 0 : step < kSteps / 2 ? 7 : 4;
    if (kept.empty() || random() % 10 < adds_in_ten) {
      kept.push_back(static_cast<uint32_t>(random() % rows));
      group.add(kept.back());
    } else {
      auto gone = kept.begin() + static_cast<std::ptrdiff_t>(random() % kept.size());
      group.retract(*gone);
      kept.erase(gone);
    }
    Group again(aggregate, arguments);
    for (uint32_t row : kept) again.add(row);
    INFO("seed " << seed << ", step " << step << ", " << kept.size() << " rows left");
    REQUIRE(group.result() == again.result());
    REQUIRE(group.content() == again.content());
  }
  CHECK(group.content().substr(0, aggregate.state_size()) == std::string(aggregate.state_size(), '\0'));
  if constexpr (std::is_same_v<Group, SortedGroup>) CHECK(group.values() == 0);
}

constexpr uint64_t kSeeds[] = {1, 2, 3, 4, 5, 6};

std::vector<const AggregateSpec*> plain_specs() {
  std::vector<const AggregateSpec*> specs;
  for (const AggregateSpec* spec : registered(static_cast<const AggregateSpec*>(nullptr))) {
    if (spec->bind_ordered_set == nullptr) specs.push_back(spec);
  }
  return specs;
}

TEST_CASE("retraction: an aggregate takes rows back of the types that its spec says, and of no others") {
  for (const AggregateSpec* spec : plain_specs()) {
    size_t found = 0;
    for (TypeKind kind : kTypeKinds) {
      for (size_t count = 1; count <= 2; ++count) {
        const std::vector<Type> types(count, Type{kind});
        if (!bind_aggregate(*spec, types)) continue;
        INFO(spec->name << " of " << count << " " << to_string(Type{kind}));
        auto aggregate = bind_retracting(*spec, types);
        const bool is_double = kind == TypeKind::kReal || kind == TypeKind::kDouble;
        CHECK((aggregate != nullptr) == (spec->retraction == Retraction::kAlways ||
                                         (spec->retraction == Retraction::kUnlessDouble && !is_double)));
        if (aggregate) CHECK(aggregate->retracts());
        ++found;
      }
    }
    if (spec->name != "decayed_sum" && spec->name != "decayed_count") CHECK(found > 0);
  }
}

TEST_CASE("retraction: what is left is the state of the rows that are left") {
  auto star = bind_retracting(*find_aggregate("count"), {});
  for (uint64_t seed : kSeeds) check_rows_come_and_go<PlainGroup>(*star, {}, seed);
  for (const AggregateSpec* spec : plain_specs()) {
    for (TypeKind kind : kTypeKinds) {
      for (size_t count = 1; count <= 2; ++count) {
        auto aggregate = bind_retracting(*spec, std::vector<Type>(count, Type{kind}));
        if (!aggregate) continue;
        INFO(spec->name << "(" << to_string(Type{kind}) << ")");
        const std::vector<ColumnPtr> arguments(count, column_of(kind));
        for (uint64_t seed : kSeeds) check_rows_come_and_go<PlainGroup>(*aggregate, arguments, seed);
      }
    }
  }
}

TEST_CASE("retraction: of ordered sets, too, and a value that no row has any more is gone") {
  for (const char* function : {"mode", "percentile_disc", "percentile_cont"}) {
    for (TypeKind kind : kTypeKinds) {
      for (double fraction : {0.0, 0.3, 0.5, 1.0}) {
        for (bool descending : {false, true}) {
          const OrderedSetCall call{Type{kind}, descending, fraction, true};
          auto aggregate = bind_ordered_set(*find_aggregate(function), call);
          if (!aggregate) continue;
          INFO(ordered_set_kind(function, true, call));
          REQUIRE(aggregate->retracts());
          for (uint64_t seed : kSeeds)
            check_rows_come_and_go<SortedGroup>(*aggregate, {column_of(kind)}, seed);
        }
      }
    }
  }
}

TEST_CASE("retraction: a value counts for DISTINCT as long as a row has it") {
  for (const AggregateSpec* spec : plain_specs()) {
    for (TypeKind kind : kTypeKinds) {
      auto inner = bind_retracting(*spec, std::vector{Type{kind}});
      if (!inner || !is_key_kind(kind)) continue;
      INFO(spec->name << "(DISTINCT " << to_string(Type{kind}) << ")");
      auto aggregate = make_distinct(std::move(inner), Type{kind});
      for (uint64_t seed : kSeeds) check_rows_come_and_go<SortedGroup>(*aggregate, {column_of(kind)}, seed);
    }
  }
}

/// The result when all rows were added and those from `from` on were taken back.
std::string after_retracting(const char* function, TypeKind kind, const Texts& values, uint32_t from) {
  auto aggregate = bind_retracting(*find_aggregate(function), std::vector{Type{kind}});
  PlainGroup group(*aggregate, batch_of({{"x", to_string(Type{kind}), values}}).batch.columns);
  for (uint32_t row = 0; row < values.size(); ++row) group.add(row);
  for (uint32_t row = from; row < values.size(); ++row) group.retract(row);
  return group.result();
}

TEST_CASE("retraction: a sum shows the largest scale of the values that are left") {
  CHECK(after_retracting("sum", TypeKind::kNumeric, {"1.5", "2", "0.125"}, 2) == "3.5");
  CHECK(after_retracting("sum", TypeKind::kNumeric, {"1", "2.50", "0.50"}, 2) == "3.50");
  CHECK(after_retracting("sum", TypeKind::kNumeric, {"1", "2.50", "0.50"}, 1) == "1");
  CHECK(after_retracting("avg", TypeKind::kNumeric, {"1.10", "2.25", "7.123456789012345678901"}, 2) ==
        "1.6750000000000000");
  CHECK(after_retracting("sum", TypeKind::kNumeric, {"1.5"}, 0) == "NULL");
}

TEST_CASE("retraction: what can't be represented is an error only as long as it is there") {
  const std::string largest(38, '9');
  const std::string far = "0." + std::string(99, '0') + "1";
  CHECK(after_retracting("sum", TypeKind::kNumeric, {largest, "1"}, 2) == "ERROR 22003");
  CHECK(after_retracting("sum", TypeKind::kNumeric, {largest, "1"}, 1) == largest);
  CHECK(after_retracting("sum", TypeKind::kNumeric, {"12345678901234567890", far}, 2) == "ERROR 22003");
  CHECK(after_retracting("sum", TypeKind::kNumeric, {"12345678901234567890", far}, 1) ==
        "12345678901234567890");
  CHECK(after_retracting("var_pop", TypeKind::kNumeric, {"1.0", "2", far}, 2) == "0.25000000000000000000");
  CHECK(after_retracting("sum", TypeKind::kInteger, {"7", "2147483647"}, 1) == "7");
  CHECK(after_retracting("sum", TypeKind::kInterval, {"2147483647 days", "1 day"}, 1) == "2147483647 days");
}

}  // namespace
}  // namespace pactolus::testing
