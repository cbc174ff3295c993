#pragma once

#include <string>
#include <string_view>

#include "state/layout.h"

namespace pactolus {

/// The key of a table's only row.
inline constexpr std::string_view kOnlyRow = "";

/// The names by which a step's state is known in the changelog and on disk. A table of the values
/// that a DISTINCT or an ordered-set aggregate has seen is named by its call's text.
inline constexpr std::string_view kGroupTable = "groups";
/// The tables of a step whose windows share slices: the slices' groups, and until when windows have closed.
inline constexpr std::string_view kSliceTable = "slices";
inline constexpr std::string_view kClosedTable = "closed";
/// The name of a field without bytes whose kind says which windows its table has: "tumbling 1m". With others,
/// what is there would mean something else.
inline constexpr std::string_view kWindowField = "window";
inline StateField window_field(const std::string& windows) {
  return {std::string(kWindowField), windows, 1, 0, {}};
}
/// The tables of a step with `every`: what has gone out of each group, and the groups that changed since.
inline constexpr std::string_view kEmittedTable = "emitted";
inline constexpr std::string_view kPendingTable = "pending";
/// The tables of a step whose windows are sessions: rows that wait for their time, each group's last session,
/// and the sessions that may end at a time. `closing` also has the running groups that may expire at a time.
inline constexpr std::string_view kWaitingTable = "waiting";
inline constexpr std::string_view kOpenTable = "open";
inline constexpr std::string_view kClosingTable = "closing";
/// The kind of a row as RowCodec writes it.
inline constexpr std::string_view kRowKind = "row";
/// The kind of a time in microseconds.
inline constexpr std::string_view kTimeKind = "timestamptz";
/// The kind of a row's number among those of its key.
inline constexpr std::string_view kPlaceKind = "place";
/// A field's kind that says no more than that its entry is there.
inline constexpr std::string_view kPresenceKind = "presence";
/// Before the call's text in the name of the table of its rows, if it has ORDER BY.
inline constexpr std::string_view kOrderedTable = "rows of ";
/// The kind of what such a row has for an argument: "argument(text)".
inline constexpr std::string_view kArgumentKind = "argument";
/// Before the types in the kind of a call's state: "count(DISTINCT text)".
inline constexpr std::string_view kDistinctMark = "DISTINCT ";
/// Behind them, if the state is the number of rows that are kept in an order: "string_agg(text, text ORDER BY
/// date)".
inline constexpr std::string_view kOrderMark = " ORDER BY ";
/// At their end, if rows can be taken back: "count(DISTINCT text RETRACTING)".
inline constexpr std::string_view kRetractingMark = " RETRACTING";

}  // namespace pactolus
