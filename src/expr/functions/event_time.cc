#include "expr/nodes/column_reference.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

ExpressionPtr make(Type, std::vector<ExpressionPtr>) { return make_event_time(); }

constexpr Overload kOverloads[] = {{{}, TypeKind::kTimestamptz, &make}};

}  // namespace

const FunctionSpec& event_time_spec() {
  static const FunctionSpec spec{
      .name = "event_time",
      .signature = "event_time() → timestamptz",
      .summary =
          "When the row happened: the source's time field, or for a window's result its last microsecond.",
      .example = "event_time()",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(event_time);

}  // namespace pactolus
