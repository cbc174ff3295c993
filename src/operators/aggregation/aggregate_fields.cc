#include "operators/aggregation/aggregate_builder.h"
#include "operators/key_columns.h"
#include "operators/windows/window_reader.h"
#include "operators/windows/windows.h"

namespace pactolus {

std::span<const FieldSpec> aggregate_fields() {
  static const std::vector<FieldSpec> fields = {
      {.name = "by",
       .kind = FieldKind::kNames,
       .summary = "columns to group by; without, all rows are one group"},
      {.name = "window",
       .kind = FieldKind::kMap,
       .summary = "the windows of time to group in; without, a running table",
       .fields = window_fields()},
      {.name = "windows",
       .kind = FieldKind::kAny,
       .summary = "windows of several kinds, each under a name, which is the result's column window_name"},
      {.name = "grace",
       .kind = FieldKind::kDuration,
       .default_text = "0s",
       .minimum = 0,
       .maximum = kWindowMicrosMax,
       .summary = "how long after its end a window still takes rows, by the watermark"},
      {.name = "late",
       .kind = FieldKind::kChoice,
       .default_text = "dead_letter",
       .choices = {"dead_letter", "amend"},
       .summary = "what becomes of a row that comes when its window has closed: `amend` gives what it would "
                  "have added, to the output `late`"},
      {.name = "emit",
       .kind = FieldKind::kChoice,
       .choices = {"final", "changes"},
       .summary =
           "one result when the window closes, or one for each row that altered it; without a window always "
           "`changes`"},
      {.name = "every",
       .kind = FieldKind::kDuration,
       .minimum = kWindowMicrosMin,
       .maximum = kWindowMicrosMax,
       .summary = "let changes out at most so often by event time, each group's last one only"},
      {.name = "early",
       .kind = FieldKind::kDuration,
       .minimum = kWindowMicrosMin,
       .maximum = kWindowMicrosMax,
       .summary = "let what a window has come to so far out at most so often by event time, before its final "
                  "result; the column is_final tells them apart"},
      {.name = "ttl",
       .kind = FieldKind::kDuration,
       .minimum = kWindowMicrosMin,
       .maximum = kWindowMicrosMax,
       .summary =
           "of a running table: forget a group when none of its rows has come for so long by event time"},
      {.name = "select",
       .kind = FieldKind::kExpressions,
       .required = true,
       .summary =
           "the columns of the result behind the `by` columns, window_name, window_start and window_end"},
      {.name = "having",
       .kind = FieldKind::kExpression,
       .summary = "which results go out; sees the result's columns"},
      repartition_field(),
  };
  return fields;
}

}  // namespace pactolus
