#include "operators/windows/windows.h"

#include <algorithm>

#include "data/calendar.h"

namespace pactolus {
namespace {

EventTime multiple_up_to(EventTime time, Duration unit) {
  return EventTime{floor_divide(time.micros(), unit.count()) * unit.count()};
}

size_t divided_up(Duration length, Duration part) {
  return static_cast<size_t>((length + part - Duration{1}) / part);
}

TimeSpan intersection(const TimeSpan& a, const TimeSpan& b) {
  return {std::max(a.begin, b.begin), std::min(a.end, b.end)};
}

}  // namespace

EventTime PeriodWindows::start_of(EventTime end) const { return periods_->around(end - Duration{1}).begin; }

TimeSpan PeriodWindows::slice_around(EventTime time) const {
  const TimeSpan period = periods_->around(time);
  if (!step_) return period;
  const EventTime begin = period.begin + *step_ * ((time - period.begin) / *step_);
  return {begin, std::min(begin + *step_, period.end)};
}

size_t PeriodWindows::overlap() const { return step_ ? divided_up(longest_, *step_) : 1; }

EventTime HoppingWindows::first_end_after(EventTime time) const {
  return multiple_up_to(time - size_, every_) + every_ + size_;
}

TimeSpan HoppingWindows::slice_around(EventTime time) const {
  const EventTime start = multiple_up_to(time, every_);
  const EventTime next_end = first_end_after(time);
  return {std::max(start, next_end - every_), std::min(start + every_, next_end)};
}

size_t HoppingWindows::overlap() const { return divided_up(size_, every_); }

EventTime Windows::first_end_after(EventTime time) const {
  EventTime first = EventTime::max();
  for (const NamedWindows& windows : kinds_) first = std::min(first, windows.kind->first_end_after(time));
  return first;
}

EventTime Windows::next_closing(EventTime watermark, Duration grace) const {
  const EventTime closed = watermark - grace;
  if (closed > EventTime{kTimestampMax}) return EventTime::max();
  constexpr EventTime kBeforeAllRows{2 * kTimestampMin};
  return first_end_after(std::max(closed, kBeforeAllRows)) + grace;
}

size_t Windows::overlap() const {
  size_t overlap = 0;
  for (const NamedWindows& windows : kinds_) overlap += windows.kind->overlap();
  return overlap;
}

bool Windows::shares_starts() const {
  return std::ranges::any_of(kinds_, [](const NamedWindows& w) { return w.kind->shares_starts(); });
}

TimeSpan Windows::slice_around(EventTime time) const {
  TimeSpan slice{EventTime::min(), EventTime::max()};
  for (const NamedWindows& windows : kinds_) {
    if (windows.kind->overlaps()) slice = intersection(slice, windows.kind->slice_around(time));
  }
  return slice;
}

std::unique_ptr<const WindowKind> tumbling(Duration length) {
  return std::make_unique<PeriodWindows>(std::make_unique<FixedPeriods>(length), std::nullopt, length);
}

Windows tumbling_windows(Duration length) {
  std::vector<NamedWindows> kinds;
  kinds.push_back({"", tumbling(length)});
  return Windows(std::move(kinds));
}

void WindowLookup::find(EventTime time) {
  slice_ = {EventTime::min(), EventTime::max()};
  found_.clear();
  for (size_t i = 0; i < windows_.kinds().size(); ++i) {
    const WindowKind& kind = *windows_.kinds()[i].kind;
    const TimeSpan slice = kind.slice_around(time);
    slice_ = intersection(slice_, slice);
    for (EventTime end = kind.first_end_after(time); kind.start_of(end) <= time;
         end = kind.first_end_after(end))
      found_.push_back({end, i});
  }
  std::ranges::stable_sort(found_, {}, &Window::end);
}

}  // namespace pactolus
