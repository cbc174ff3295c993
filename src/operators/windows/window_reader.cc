#include "operators/windows/window_reader.h"

#include <algorithm>
#include <array>

#include "config/quantities.h"
#include "operators/name_diagnostic.h"
#include "zones/find_zone.h"

namespace pactolus {
namespace {

constexpr int64_t kMicrosPerDay = Duration(std::chrono::days(1)).count();

struct UnitLengths {
  const char* name;
  CalendarUnit unit;
  int64_t shortest;  // days; clocks may take or add some hours
  int64_t longest;
};
constexpr std::array<UnitLengths, 5> kUnits{{{"day", CalendarUnit::kDay, 1, 1},
                                             {"week", CalendarUnit::kWeek, 7, 7},
                                             {"month", CalendarUnit::kMonth, 28, 31},
                                             {"quarter", CalendarUnit::kQuarter, 90, 92},
                                             {"year", CalendarUnit::kYear, 365, 366}}};

std::vector<std::string> unit_names() {
  std::vector<std::string> names;
  for (const UnitLengths& unit : kUnits) names.emplace_back(unit.name);
  return names;
}

class WindowReader {
 public:
  WindowReader(const MapReader& reader, const Node& node, Diagnostics& diagnostics)
      : reader_(reader), node_(node), diagnostics_(diagnostics) {}

  std::optional<WrittenWindows> run() {
    if (!reader_.ok()) return std::nullopt;
    const std::optional<std::string> kind = the_kind();
    if (!kind) return std::nullopt;
    check_companions(*kind);
    WrittenWindows windows;
    if (*kind == "calendar") {
      windows = calendar();
    } else if (*kind == "hopping") {
      windows = hopping();
    } else if (*kind == "cumulative") {
      windows = cumulative();
    } else if (*kind == "session") {
      windows = sessions();
    } else if (*kind == "rows") {
      const int64_t rows = *reader_.integer("rows");
      windows = {nullptr, std::nullopt, rows, std::to_string(rows) + " rows"};
    } else {
      windows = tumbling();
    }
    return ok_ ? std::optional(std::move(windows)) : std::nullopt;
  }

 private:
  void refuse(Diagnostic diagnostic) {
    ok_ = false;
    diagnostics_.add(std::move(diagnostic));
  }
  const Node key_of(const char* field) const { return *reader_.node(field)->key(); }

  std::optional<std::string> the_kind() {
    std::optional<std::string> kind;
    for (const char* name : {"tumbling", "hopping", "cumulative", "calendar", "session", "rows"}) {
      if (!reader_.has(name)) continue;
      if (kind) {
        refuse(key_of(name).diagnostic("conflicting-keys",
                                       "a window is either `" + *kind + "` or `" + name + "`",
                                       "several windows of one step have names under `windows`"));
        return std::nullopt;
      }
      kind = name;
    }
    if (!kind) {
      refuse(node_.diagnostic("missing-key", "`window` needs the kind of window", "write `{tumbling: 1m}`"));
    }
    return kind;
  }

  void check_companions(const std::string& kind) {
    for (const char* field : {"zone", "offset"}) {
      if (kind == "calendar" || !reader_.has(field)) continue;
      refuse(key_of(field).diagnostic("conflicting-keys",
                                      "`" + std::string(field) + "` belongs to `calendar`",
                                      "other windows are counted from 1970-01-01 00:00 UTC"));
    }
    if (reader_.has("at_most") && kind != "session") {
      refuse(key_of("at_most").diagnostic("conflicting-keys", "`at_most` belongs to `session`",
                                          "other windows have a length of their own"));
    }
    if (reader_.has("every") && kind == "rows") {
      refuse(key_of("every").diagnostic("conflicting-keys", "windows of so many rows have no length in time",
                                        "leave `every` out"));
    }
    if (reader_.has("every") && kind == "session") {
      refuse(key_of("every").diagnostic("conflicting-keys", "sessions come as the rows do",
                                        "write `at_most` for sessions that are cut after a time"));
    }
    if (reader_.has("every") && kind == "tumbling") {
      refuse(key_of("every").diagnostic("conflicting-keys", "tumbling windows come one after the other",
                                        "write `hopping` for windows that overlap"));
    }
    if (!reader_.has("every") && (kind == "hopping" || kind == "cumulative")) {
      refuse(key_of(kind.c_str())
                 .diagnostic("missing-key", "`" + kind + "` needs `every`",
                             "write `{" + kind + ": " + reader_.node(kind)->text() + ", every: 5m}`"));
    }
  }

  std::optional<Duration> step_within(Duration length) {
    const std::optional<Duration> every = reader_.duration("every");
    if (every && *every > length) {
      refuse(reader_.node("every")->diagnostic("out-of-range", "`every` is longer than the window",
                                               "write a duration of at most " + to_string(length)));
    }
    return ok_ ? every : std::nullopt;
  }

  WrittenWindows tumbling() {
    const Duration length = *reader_.duration("tumbling");
    return of_kind(pactolus::tumbling(length), "tumbling " + to_string(length));
  }

  WrittenWindows sessions() {
    const Duration gap = *reader_.duration("session");
    const std::optional<Duration> at_most = reader_.duration("at_most");
    if (at_most && *at_most < gap) {
      refuse(reader_.node("at_most")->diagnostic("out-of-range", "`at_most` is shorter than the gap",
                                                 "write a duration of at least " + to_string(gap)));
    }
    std::string description = "session " + to_string(gap);
    if (at_most) description += ", at most " + to_string(*at_most);
    return {nullptr, Sessions{gap, at_most}, std::nullopt, std::move(description)};
  }

  static WrittenWindows of_kind(std::unique_ptr<const WindowKind> kind, std::string description) {
    return {std::move(kind), std::nullopt, std::nullopt, std::move(description)};
  }

  WrittenWindows hopping() {
    const Duration size = *reader_.duration("hopping");
    const std::optional<Duration> every = step_within(size);
    if (!every) return {};
    return of_kind(std::make_unique<HoppingWindows>(size, *every),
                   "hopping " + to_string(size) + " every " + to_string(*every));
  }

  WrittenWindows cumulative() {
    const Duration length = *reader_.duration("cumulative");
    const std::optional<Duration> every = step_within(length);
    if (!every) return {};
    return of_kind(std::make_unique<PeriodWindows>(std::make_unique<FixedPeriods>(length), every, length),
                   "cumulative " + to_string(length) + " every " + to_string(*every));
  }

  WrittenWindows calendar() {
    const std::string name = *reader_.text("calendar");
    const UnitLengths& unit = *std::ranges::find(kUnits, name, &UnitLengths::name);
    const std::string zone_name = reader_.text("zone").value_or("UTC");
    const auto zone = find_zone(zone_name);
    if (!zone)
      refuse(reader_.node("zone")->diagnostic("unknown-zone", zone.error().message, zone_hint(zone_name)));
    const Duration offset = reader_.duration("offset").value_or(Duration{0});
    if (offset.count() >= unit.shortest * kMicrosPerDay) {
      refuse(reader_.node("offset")->diagnostic(
          "out-of-range", "`offset` reaches into the next " + name,
          "write a duration below " + to_string(Duration{unit.shortest * kMicrosPerDay})));
    }
    const std::optional<Duration> every = step_within(Duration{unit.shortest * kMicrosPerDay});
    if (!ok_) return {};
    std::string description = "calendar " + name + " in " + zone_name;
    if (offset > Duration{0}) description += " from " + to_string(offset);
    if (every) description += " every " + to_string(*every);
    // Clocks are put back by a day at the most, where the date line moved.
    const Duration longest{(unit.longest + 1) * kMicrosPerDay};
    return of_kind(std::make_unique<PeriodWindows>(
                       std::make_unique<CalendarPeriods>(unit.unit, *zone, offset), every, longest),
                   std::move(description));
  }

  const MapReader& reader_;
  const Node& node_;
  Diagnostics& diagnostics_;
  bool ok_ = true;
};

}  // namespace

const std::vector<FieldSpec>& window_fields() {
  static const std::vector<FieldSpec> fields = {
      {.name = "tumbling",
       .kind = FieldKind::kDuration,
       .minimum = kWindowMicrosMin,
       .maximum = kWindowMicrosMax,
       .summary = "windows of this length, one after the other, counted from 1970-01-01 00:00 UTC"},
      {.name = "hopping",
       .kind = FieldKind::kDuration,
       .minimum = kWindowMicrosMin,
       .maximum = kWindowMicrosMax,
       .summary = "windows of this length, one starting at each multiple of `every`"},
      {.name = "cumulative",
       .kind = FieldKind::kDuration,
       .minimum = kWindowMicrosMin,
       .maximum = kWindowMicrosMax,
       .summary = "windows that all start with a period of this length and end at each multiple of `every` "
                  "within it"},
      {.name = "calendar",
       .kind = FieldKind::kChoice,
       .choices = unit_names(),
       .summary =
           "windows of a calendar, one after the other; with `every`, from each one's start so far, too"},
      {.name = "every",
       .kind = FieldKind::kDuration,
       .minimum = kWindowMicrosMin,
       .maximum = kWindowMicrosMax,
       .summary = "the distance of hopping windows' starts, of cumulative windows' ends"},
      {.name = "zone",
       .kind = FieldKind::kText,
       .default_text = "UTC",
       .summary = "whose clocks a calendar goes by: a name of the tz database"},
      {.name = "offset",
       .kind = FieldKind::kDuration,
       .default_text = "0s",
       .minimum = 0,
       .maximum = kWindowMicrosMax,
       .summary = "how long after midnight of its first day a calendar's window starts"},
      {.name = "session",
       .kind = FieldKind::kDuration,
       .minimum = kWindowMicrosMin,
       .maximum = kWindowMicrosMax,
       .summary = "a window for each run of a group's rows without a gap of this length between them"},
      {.name = "at_most",
       .kind = FieldKind::kDuration,
       .minimum = kWindowMicrosMin,
       .maximum = kWindowMicrosMax,
       .summary = "how long a session may be: the first row behind it begins another"},
      {.name = "rows",
       .kind = FieldKind::kInteger,
       .minimum = 1,
       .maximum = kWindowRowsMax,
       .summary = "a window for each so many rows of a group, in the order of their event times"},
  };
  return fields;
}

std::optional<WrittenWindows> read_windows(const MapReader& reader, const Node& node,
                                           Diagnostics& diagnostics) {
  return WindowReader(reader, node, diagnostics).run();
}

}  // namespace pactolus
