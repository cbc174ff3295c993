#include "operators/matching/pattern_builder.h"

namespace pactolus {
namespace {

constexpr std::string_view kExample = R"(topology: card-testing
sources:
  payments:
    topic: payments
    key: card_id
    time: {field: paid_at, disorder: 10s}
    fields:
      payment_id: text
      card_id: text
      amount: numeric(12,2)
      paid_at: timestamptz
steps:
  tested:
    from: payments
    pattern:
      by: card_id
      within: 10m
      between: any
      after_match: skip_past_last
      sequence:
        - small:
            times: 3
            when: amount < 5
        - large:
            when: amount >= 500 AND amount > 50 * max(small.amount)
      select:
        first_small_at: min(small.paid_at)
        large_payment: large.payment_id
        amount: large.amount
sinks:
  alerts: {from: tested, topic: card.alerts, key: card_id}
tests:
  - name: a large payment behind three small ones, whatever lies between
    send:
      - payments: {payment_id: a, card_id: x, amount: 1.00, paid_at: 2026-01-01T00:00:00Z}
      - payments: {payment_id: b, card_id: x, amount: 2.00, paid_at: 2026-01-01T00:01:00Z}
      - payments: {payment_id: c, card_id: y, amount: 900.00, paid_at: 2026-01-01T00:01:01Z}
      - payments: {payment_id: d, card_id: x, amount: 70.00, paid_at: 2026-01-01T00:02:00Z}
      - payments: {payment_id: f, card_id: x, amount: 600.00, paid_at: 2026-01-01T00:09:59Z}
      - payments: {payment_id: e, card_id: x, amount: 1.50, paid_at: 2026-01-01T00:09:50Z}
      - end: true
    expect:
      alerts: [{card_id: x, first_small_at: 2026-01-01T00:00:00Z, large_payment: f, amount: 600.00}]
)";

}  // namespace

PACTOLUS_REGISTER(pattern);
const OperatorSpec& pattern_spec() {
  static const OperatorSpec spec{
      .name = "pattern",
      .summary = "finds sequences of events of a group within a time, and gives a row for each",
      .guarantee =
          "takes the rows of a group in the order of their event times: they wait until all that is earlier "
          "has come, so that any order within `disorder` and `grace` gives the same matches. A row that "
          "comes "
          "when its time has gone on is a dead letter `late`. Each row begins one match at the most, which "
          "takes for each stage the next row that satisfies its condition. A group has at most `at_most` "
          "partial matches; `overflow` says what happens beyond",
      .example = kExample,
      .fields = pattern_fields(),
      .build = build_pattern,
  };
  return spec;
}

}  // namespace pactolus
