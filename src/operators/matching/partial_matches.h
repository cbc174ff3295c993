#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "operators/matching/pattern_program.h"
#include "state/state_store.h"

namespace pactolus {

/// A row of a match, as it was taken. Views of the match's bytes.
struct TakenRow {
  size_t stage;
  EventTime time;
  RecordAddress address;
  std::string_view image;  // of the kept columns
};

/// What a match has taken: the results of its calls as far as they are known, and its rows. Bytes that it
/// was read from and is written as:
///
///   values: length and image, then of each row its stage (varint), time (i64), address, length and image
class MatchBytes {
 public:
  /// Without rows.
  static std::string begin(std::string_view values);
  static std::string_view values(std::string_view bytes);
  static std::vector<TakenRow> rows(std::string_view bytes);
  static void append_row(const TakenRow& row, std::string& bytes);
  static void replace_values(std::string_view values, std::string& bytes);
};

/// A match that is not complete. Rows of a group have numbers, as long as it has partial matches; a match is
/// known by the number of its first row.
struct PartialMatch {
  int64_t number;
  EventTime first;         // time of the first row
  int64_t last;            // number of the last row so far
  size_t stage;            // that took it
  size_t taken;            // how many rows that one has taken
  bool is_new = false;     // it is not in the state yet
  std::string bytes = {};  // of a new one, or of one that took a row: what it has taken

  bool changed() const { return !bytes.empty(); }
};

/// The partial matches of one group, by their first rows.
struct GroupMatches {
  std::string key;
  int64_t next_number = 0;  // of its next row
  std::vector<PartialMatch> partial;
};

/// The partial matches of all groups in one task. Borrows the program. Threads: the task's.
class PartialMatches {
 public:
  PartialMatches(const PatternProgram& program, StateStore& state)
      : groups_(state.declare(program.groups)), matches_(state.declare(program.matches)) {}

  /// False: the group has none.
  bool read(std::string_view group, GroupMatches& matches);
  /// Puts back what read() gave and was changed. `had_some`: what read() said.
  void write(const GroupMatches& matches, bool had_some);
  /// What it has taken. Valid until it is written or removed, or the transaction ends.
  std::string_view bytes(const GroupMatches& group, const PartialMatch& match);
  /// It is about to leave GroupMatches::partial.
  void remove(const GroupMatches& group, const PartialMatch& match);
  /// Rows of these groups are about to be looked at.
  void load(std::span<const std::string_view> groups) { groups_.running().load(groups); }

 private:
  std::string_view key_of(const GroupMatches& group, const PartialMatch& match);

  StateTable& groups_;
  StateTable& matches_;
  // Scratch.
  Column number_{kBigintType, 1};
  std::string key_;
  std::string bytes_;
};

}  // namespace pactolus
