#include "aggregates/ordered_set.h"

#include <charconv>

#include "aggregates/registry.h"
#include "data/text_format.h"

namespace pactolus {
namespace {

constexpr std::string_view kOrderBy = "ORDER BY ";
constexpr std::string_view kDescending = " DESC";
constexpr std::string_view kRetracting = " RETRACTING";
constexpr std::string_view kNoFraction = "NULL ";

/// Whether the text ended so: then it doesn't any more.
bool take_off(std::string_view& text, std::string_view end) {
  const bool found = text.ends_with(end);
  if (found) text.remove_suffix(end.size());
  return found;
}

}  // namespace

std::string ordered_set_kind(std::string_view function, bool takes_fraction, const OrderedSetCall& call) {
  std::string kind(function);
  kind += '(';
  if (takes_fraction && call.fraction) {
    append_double(*call.fraction, kind);
    kind += ' ';
  } else if (takes_fraction) {
    kind += kNoFraction;
  }
  kind.append(kOrderBy).append(to_string(Type{call.value.kind})).append(call.descending ? kDescending : "");
  kind.append(call.retracting ? kRetracting : "");
  return kind + ')';
}

std::unique_ptr<const OrderedSetAggregate> ordered_set_of_kind(std::string_view kind) {
  const size_t open = kind.find('(');
  const size_t order = kind.find(kOrderBy);
  if (order == std::string_view::npos || open > order || !kind.ends_with(')')) return nullptr;
  const AggregateSpec* spec = find_aggregate(kind.substr(0, open));
  std::string_view fraction = kind.substr(open + 1, order - open - 1);
  std::string_view type = kind.substr(order + kOrderBy.size());
  type.remove_suffix(1);
  OrderedSetCall call;
  call.retracting = take_off(type, kRetracting);
  call.descending = take_off(type, kDescending);
  const std::optional<Type> value = parse_type(type);
  if (spec == nullptr || !value) return nullptr;
  call.value = *value;
  double number = 0;
  if (std::from_chars(fraction.data(), fraction.data() + fraction.size(), number).ec == std::errc())
    call.fraction = number;
  return bind_ordered_set(*spec, call);
}

}  // namespace pactolus
