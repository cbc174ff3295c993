#include "operators/aggregation/expiring_groups.h"

#include <algorithm>
#include <string>

#include "base/check.h"
#include "config/quantities.h"
#include "operators/aggregation/change_rows.h"
#include "operators/aggregation/group_results.h"
#include "operators/lateness.h"
#include "operators/state_time.h"

namespace pactolus {

ExpiringGroups::ExpiringGroups(const AggregateProgram& program, StateTable& groups,
                               AggregateArguments& arguments, StateStore& state)
    : program_(program),
      expiry_(*program.expiry),
      groups_(groups),
      arguments_(arguments),
      looks_(state.declare(expiry_.looks)),
      looked_at_(looks_),
      last_(program.layout.field_offset(expiry_.last)) {}

/// When a group is forgotten whose last row is of that time.
EventTime ExpiringGroups::expiry_of(EventTime time) const {
  return expiry_.ticks.first_end_after(time + expiry_.ttl);
}

std::vector<RowError> ExpiringGroups::refuse_late(ColumnBatch& batch, EventTime watermark) const {
  std::vector<RowError> refused;
  std::erase_if(batch.selection, [&](uint32_t row) {
    const EventTime own = batch.system->row_watermark[row];
    const EventTime expiry = expiry_of(batch.system->event_time[row]);
    if (expiry > std::max(watermark, own)) return false;
    refused.push_back({row, "late",
                       "the row is older than the `ttl` of " + to_string(expiry_.ttl) +
                           ", and its group may have been forgotten: " + why_late(expiry, own)});
    return true;
  });
  return refused;
}

void ExpiringGroups::note(std::string_view key, EventTime time, bool begins, std::byte* state) {
  if (begins) {
    looks_.window(expiry_of(time)).touch(key);
    put_time(time, state + last_);
  } else if (time > time_at(state + last_)) {
    put_time(time, state + last_);
  }
}

bool ExpiringGroups::fire(size_t rows_max, StepCounts& counts, OperatorOutput& out) {
  const std::vector<GroupState> expired = find_expired(looked_at_.next(rows_max));
  take_back(expired, counts, out);
  for (const GroupState& group : expired) {
    arguments_.erase_group(group.key);
    groups_.running().erase(group.key);
  }
  if (!looked_at_.done()) return false;
  looks_.drop_window(looked_at_.end());
  looked_at_.forget();
  return true;
}

/// The others are put off.
std::vector<GroupState> ExpiringGroups::find_expired(std::span<const StateGroup> groups) {
  std::vector<std::string_view> keys;
  for (const StateGroup& group : groups) keys.push_back(group.key);
  HotTable& states = groups_.running();
  states.load(keys);
  std::vector<GroupState> expired;
  for (std::string_view key : keys) {
    const std::byte* state = states.find(key);
    PACTOLUS_CHECK(state != nullptr, "a group that may be forgotten is not there");
    const EventTime expiry = expiry_of(time_at(state + last_));
    if (expiry > looked_at_.end()) {
      looks_.window(expiry).touch(key);
    } else {
      expired.push_back({key, EventTime::max(), state});
    }
  }
  return expired;
}

void ExpiringGroups::take_back(std::span<const GroupState> expired, StepCounts& counts,
                               OperatorOutput& out) const {
  if (expired.empty()) return;
  auto system = std::make_shared<SystemColumns>();
  system->event_time.assign(expired.size(), last_moment(looked_at_.end()));
  system->row_watermark = system->event_time;
  const GroupResults results = compute_results(program_, arguments_, expired, std::move(system));
  ChangeRows changes(results.results, program_.group.size());
  const auto values = std::span(results.results.columns).subspan(program_.group.size());
  for (uint32_t row = 0; row < expired.size(); ++row) {
    if (results.outcomes[row] != GroupResults::kVisible) continue;
    changes.add(Change::kRetract, row, values, row);
    ++counts.results_by_close;
  }
  if (!changes.empty()) out.emit(changes.batch());
}

std::optional<CloseCursor> ExpiringGroups::cursor() const { return looked_at_.cursor(program_.step); }

}  // namespace pactolus
