// What cases.txt can't say of ordered-set aggregates.
#include "aggregates/ordered_set.h"

#include <catch2/catch.hpp>

#include "aggregates/group_states.h"
#include "aggregates/registry.h"
#include "expr/batch_of_text.h"

namespace pactolus::testing {
namespace {

constexpr const char* kFunctions[] = {"mode", "percentile_disc", "percentile_cont"};

std::string described(const OrderedSetAggregate& aggregate) {
  return to_string(aggregate.result_type()) + " " + std::to_string(aggregate.state_size()) + " " +
         std::to_string(aggregate.entry_size());
}

TEST_CASE("ordered sets: the kind of a state says all that its aggregate needs") {
  CHECK(ordered_set_kind("mode", false, {kBigintType, true, {}}) == "mode(ORDER BY bigint DESC)");
  CHECK(ordered_set_kind("percentile_cont", true, {kDoubleType, false, 0.25}) ==
        "percentile_cont(0.25 ORDER BY double precision)");
  CHECK(ordered_set_kind("percentile_disc", true, {kTextType, false, {}}) ==
        "percentile_disc(NULL ORDER BY text)");
  CHECK(ordered_set_kind("mode", false, {kNumericType, true, {}, true}) ==
        "mode(ORDER BY numeric DESC RETRACTING)");
  for (const char* function : kFunctions) {
    const AggregateSpec& spec = *find_aggregate(function);
    for (TypeKind kind : kTypeKinds) {
      for (int i = 0; i < 4; ++i) {
        const OrderedSetCall call{Type{kind}, i % 2 == 1, 1e-7, i >= 2};
        const std::string text = ordered_set_kind(function, spec.takes_fraction, call);
        INFO(text);
        auto made = bind_ordered_set(spec, call);
        auto read = ordered_set_of_kind(text);
        REQUIRE((made == nullptr) == (read == nullptr));
        if (made) CHECK(described(*made) == described(*read));
        if (made && call.retracting) CHECK(read->retracts());
      }
    }
  }
  for (const char* text : {"", "mode", "mode(bigint)", "mode(ORDER BY money)", "mode(ORDER BY bigint",
                           "sum(ORDER BY bigint)", "median(ORDER BY bigint)", "ORDER BY bigint)"})
    CHECK(ordered_set_of_kind(text) == nullptr);
}

TEST_CASE("ordered sets: an aggregate made of its kind reads the fraction and the direction") {
  TestBatch rows = batch_of({{"x", "double precision", {"1", "2", "3", "5", "9"}}});
  auto result = [&](const char* kind) {
    auto aggregate = ordered_set_of_kind(kind);
    REQUIRE(aggregate != nullptr);
    OrderedSetGroup group(*aggregate);
    for (uint32_t row = 0; row < 5; ++row) group.add(*rows.batch.columns[0], row);
    return group.result();
  };
  CHECK(result("percentile_disc(0.4 ORDER BY double precision)") == "2");
  CHECK(result("percentile_disc(0.4 ORDER BY double precision DESC)") == "5");
  CHECK(result("percentile_cont(0.375 ORDER BY double precision)") == "2.5");
  CHECK(result("percentile_disc(NULL ORDER BY double precision)") == "NULL");
  CHECK(result("mode(ORDER BY double precision DESC)") == "9");
}

TEST_CASE("ordered sets: a row asks for few neighbours, wherever it lies and however many there are") {
  constexpr size_t kRows = 2000;
  TextColumn rising{"rising", "integer", {}};
  TextColumn falling{"falling", "integer", {}};
  TextColumn mixed{"mixed", "integer", {}};
  for (size_t i = 0; i < kRows; ++i) {
    rising.values.push_back(std::to_string(i));
    falling.values.push_back(std::to_string(kRows - i));
    mixed.values.push_back(std::to_string(i * 7919 % 1009));
  }
  TestBatch rows = batch_of({rising, falling, mixed});
  for (const ColumnPtr& column : rows.batch.columns) {
    for (double fraction : {0.0, 0.01, 0.5, 1.0}) {
      for (bool descending : {false, true}) {
        auto aggregate =
            bind_ordered_set(*find_aggregate("percentile_disc"), {kIntegerType, descending, fraction});
        OrderedSetGroup group(*aggregate);
        for (uint32_t row = 0; row < kRows; ++row) {
          const size_t before = group.steps();
          group.add(*column, row);
          REQUIRE(group.steps() - before <= 2);
        }
      }
    }
  }
}

/// As on a disk that can't be read.
class NoValues final : public TakenValues {
  std::optional<TakenValue> after(std::string_view) override { return std::nullopt; }
  std::optional<TakenValue> before(std::string_view) override { return std::nullopt; }
};

TEST_CASE("ordered sets: values that can't be read stop nothing") {
  TestBatch rows = batch_of({{"x", "integer", {"5", "3", "4", "1", "2", "6", "7", "8"}}});
  for (double fraction : {0.0, 0.5, 1.0}) {
    auto aggregate = bind_ordered_set(*find_aggregate("percentile_disc"), {kIntegerType, false, fraction});
    std::vector<uint64_t> state(aggregate->state_size() / 8);
    BlobHeap heap;
    NoValues none;
    for (uint32_t row = 0; row < 8; ++row) {
      std::vector<uint64_t> entry(aggregate->entry_size() / 8);
      aggregate->add(*rows.batch.columns[0], row, reinterpret_cast<std::byte*>(entry.data()), none,
                     reinterpret_cast<std::byte*>(state.data()), heap);
    }
    Column out(kIntegerType, 1);
    RowErrors errors;
    const auto* bytes = reinterpret_cast<const std::byte*>(state.data());
    aggregate->result({&bytes, 1}, out, errors);
    CHECK(errors.empty());
    CHECK(shown(out, 0) == "5");
  }
}

}  // namespace
}  // namespace pactolus::testing
