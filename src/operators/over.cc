#include "operators/looking_back/over_builder.h"

namespace pactolus {
namespace {

constexpr std::string_view kExample = R"(topology: card-history
sources:
  payments:
    topic: payments
    key: card_id
    time: {field: paid_at, disorder: 10s}
    fields:
      card_id: text
      country: text
      amount: numeric(12,2)
      paid_at: timestamptz
steps:
  history:
    from: payments
    over:
      by: card_id
      windows:
        hour: 1h
        month_before: {last: 30d, exclude: current}
        two: {last: 2 rows}
      add:
        payments_1h: count(*) OVER hour
        usual: round(avg(amount) OVER month_before, 2)
        previous_country: lag(country) OVER two
sinks:
  payments: {from: history, topic: payments.with_history, key: card_id}
tests:
  - name: each payment knows those of its card before it
    send:
      - payments: {card_id: a, country: FR, amount: 10.00, paid_at: 2026-01-01T00:00:00Z}
      - payments: {card_id: b, country: SE, amount: 99.00, paid_at: 2026-01-01T00:00:01Z}
      - payments: {card_id: a, country: SE, amount: 20.00, paid_at: 2026-01-01T00:59:59Z}
      - payments: {card_id: a, country: SE, amount: 90.00, paid_at: 2026-01-01T01:00:00Z}
    expect:
      payments:
        - {card_id: a, amount: 10.00, payments_1h: 1, usual: null, previous_country: null}
        - {card_id: b, amount: 99.00, payments_1h: 1, usual: null, previous_country: null}
        - {card_id: a, amount: 20.00, payments_1h: 2, usual: 10.00, previous_country: FR}
        - {card_id: a, amount: 90.00, payments_1h: 2, usual: 15.00, previous_country: SE}
)";

}  // namespace

PACTOLUS_REGISTER(over);
const OperatorSpec& over_spec() {
  static const OperatorSpec spec{
      .name = "over",
      .summary = "adds what a row sees looking back at the events of its group: counts, sums, the last value",
      .guarantee =
          "keeps order, or with `emit: on_watermark` gives that of the event times. A row sees the events of "
          "its group that have come before it, up to its own event time, as far as the window reaches. A row "
          "so "
          "late that events before it may be forgotten is a dead letter `late`",
      .example = kExample,
      .fields = over_fields(),
      .build = build_over,
  };
  return spec;
}

}  // namespace pactolus
