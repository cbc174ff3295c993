#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/types.h"
#include "operators/windows/periods.h"

namespace pactolus {

/// Windows of time of one kind. The later they end, the later they start, or at the same time. Immutable.
/// Threads: any.
class WindowKind {
 public:
  virtual ~WindowKind() = default;
  /// The end of the first window that ends after `time`.
  virtual EventTime first_end_after(EventTime time) const = 0;
  /// When the window that ends at `end` starts.
  virtual EventTime start_of(EventTime end) const = 0;
  /// Times around `time` that lie in the same windows.
  virtual TimeSpan slice_around(EventTime time) const = 0;
  /// How many windows a time may lie in.
  virtual size_t overlap() const = 0;
  /// A time may lie in several.
  bool overlaps() const { return overlap() > 1; }
  /// Whether two windows start at the same time.
  virtual bool shares_starts() const { return false; }
};

/// A window for each period: tumbling and calendar windows. With `step`, also one from the period's start to
/// each multiple of `step` within it: cumulative windows.
class PeriodWindows final : public WindowKind {
 public:
  /// `longest`: no period is longer.
  PeriodWindows(std::unique_ptr<const Periods> periods, std::optional<Duration> step, Duration longest)
      : periods_(std::move(periods)), step_(step), longest_(longest) {}
  EventTime first_end_after(EventTime time) const override { return slice_around(time).end; }
  EventTime start_of(EventTime end) const override;
  TimeSpan slice_around(EventTime time) const override;
  size_t overlap() const override;
  bool shares_starts() const override { return step_.has_value(); }

 private:
  std::unique_ptr<const Periods> periods_;
  std::optional<Duration> step_;
  Duration longest_;
};

/// Windows of `size` that start at every multiple of `every`, counted from 1970-01-01 00:00 UTC.
class HoppingWindows final : public WindowKind {
 public:
  HoppingWindows(Duration size, Duration every) : size_(size), every_(every) {}
  EventTime first_end_after(EventTime time) const override;
  EventTime start_of(EventTime end) const override { return end - size_; }
  TimeSpan slice_around(EventTime time) const override;
  size_t overlap() const override;

 private:
  Duration size_;
  Duration every_;
};

/// The longest windows that may be declared, and what else is as long, in microseconds.
inline constexpr int64_t kWindowMicrosMax = int64_t{3650} * 24 * 3600 * 1'000'000;
/// The shortest.
inline constexpr int64_t kWindowMicrosMin = 1000;

/// The most rows of a group that may make a window of their own.
inline constexpr int64_t kWindowRowsMax = 1'000'000'000;

/// A kind of windows of a step.
struct NamedWindows {
  std::string name;  // empty: the step has but one
  std::unique_ptr<const WindowKind> kind;
};

/// All windows of a step: of one kind, or of several that have names.
class Windows {
 public:
  explicit Windows(std::vector<NamedWindows> kinds) : kinds_(std::move(kinds)) {}
  std::span<const NamedWindows> kinds() const { return kinds_; }
  /// The end of the first window that ends after `time`.
  EventTime first_end_after(EventTime time) const;
  /// The next watermark above `watermark` at which a window's end and grace are over.
  EventTime next_closing(EventTime watermark, Duration grace) const;
  /// How many windows a time may lie in.
  size_t overlap() const;
  bool shares_starts() const;
  /// Times around `time` that lie in the same windows, of the kinds that overlap alone: a slice, of which
  /// each of these windows has all or nothing.
  TimeSpan slice_around(EventTime time) const;

 private:
  std::vector<NamedWindows> kinds_;
};

/// Windows of one length, one behind the other, counted from 1970-01-01 00:00 UTC.
std::unique_ptr<const WindowKind> tumbling(Duration length);
/// The only windows of a step.
Windows tumbling_windows(Duration length);

struct Window {
  EventTime end;
  size_t kind;  // which of the step's
};

/// The windows of many times, most of which lie in those of the time before: these are not looked for again.
class WindowLookup {
 public:
  explicit WindowLookup(const Windows& windows) : windows_(windows) {}
  /// The windows that `time` lies in, by their ends. Valid until the next call.
  std::span<const Window> of(EventTime time) {
    if (!slice_.holds(time)) find(time);
    return found_;
  }
  /// Times that lie in the windows that were found last.
  const TimeSpan& slice() const { return slice_; }

 private:
  void find(EventTime time);

  const Windows& windows_;
  TimeSpan slice_{EventTime::max(), EventTime::min()};
  std::vector<Window> found_;
};

}  // namespace pactolus
