#include "operators/aggregation/aggregate_builder.h"
#include "operators/aggregation/amendments.h"
#include "operators/named_output.h"

namespace pactolus {
namespace {

constexpr std::string_view kExample = R"(topology: merchant-minutes
sources:
  payments:
    topic: payments
    key: merchant
    time: {field: paid_at, disorder: 5s}
    fields:
      merchant: text
      amount: numeric(12,2)
      paid_at: timestamptz
steps:
  per_minute:
    from: payments
    aggregate:
      by: merchant
      window: {tumbling: 1m}
      emit: final
      select:
        payments: count(*)
        total: sum(amount)
      having: total >= 100
sinks:
  totals: {from: per_minute, topic: merchant.totals, key: [merchant, window_start]}
tests:
  - name: a minute's payments are added up
    send:
      - payments: {merchant: m, amount: 60.00, paid_at: 2026-01-01T00:00:01Z}
      - payments: {merchant: m, amount: 50.00, paid_at: 2026-01-01T00:00:59Z}
      - payments: {merchant: n, amount: 99.99, paid_at: 2026-01-01T00:00:30Z}
      - end: true
    expect:
      totals: [{merchant: m, window_start: 2026-01-01T00:00:00Z, payments: 2, total: 110.00}]
)";

}  // namespace

PACTOLUS_REGISTER(aggregate);
const OperatorSpec& aggregate_spec() {
  static const OperatorSpec spec{
      .name = "aggregate",
      .summary = "groups rows, in windows of time or for ever, and computes SQL aggregates of each group",
      .guarantee =
          "`final` gives one result per group and window, in the order of the keys; `changes` one for each "
          "row "
          "that altered a result, in input order, or with `every` the last one of each group when the "
          "watermark "
          "reaches a multiple of it. A row whose window has closed is a dead letter `late`, "
          "or with `late: amend` a row of the output `late`; one that cannot "
          "be "
          "computed is a dead letter and changes no state",
      .example = kExample,
      .takes_tables = true,
      .outputs = {.names = names_of_amendments, .passing = named_stream_spec},
      .fields = aggregate_fields(),
      .build = build_aggregate,
  };
  return spec;
}

}  // namespace pactolus
