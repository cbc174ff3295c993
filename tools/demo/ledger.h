#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/types.h"

namespace pactolus::demo {

/// Sets received records against expected ones: within a group the first against the first. Which side comes
/// first does not matter. Memory is needed only for what has no counterpart yet. Threads: one.
class Ledger {
 public:
  /// Called for each pair that is equal.
  using OnMatch = std::function<void(ProcessingTime produced, ProcessingTime received)>;
  Ledger(std::string name, OnMatch on_match) : name_(std::move(name)), on_match_(std::move(on_match)) {}

  void expect(const std::string& group, std::string content, ProcessingTime produced);
  void receive(const std::string& group, std::string content, ProcessingTime received);

  uint64_t received() const { return received_; }
  uint64_t matched() const { return matched_; }
  /// Expected and not received yet.
  uint64_t missing() const { return missing_; }
  /// Received and not expected (yet).
  uint64_t unexpected() const { return unexpected_; }
  uint64_t different() const { return different_; }
  bool balanced() const { return missing_ == 0 && unexpected_ == 0 && different_ == 0; }
  /// The first few things that are wrong, for people. Only at the end: what is missing now may still come.
  std::vector<std::string> complaints() const;

 private:
  struct Entry {
    std::string content;
    ProcessingTime time;
  };
  /// Entries of one side only.
  struct Group {
    std::deque<Entry> expected;
    std::deque<Entry> received;
  };
  using Groups = std::map<std::string, Group>;

  void settle(Groups::iterator group);

  std::string name_;
  OnMatch on_match_;
  Groups groups_;  // those with an unpaired entry
  uint64_t received_ = 0;
  uint64_t matched_ = 0;
  uint64_t missing_ = 0;
  uint64_t unexpected_ = 0;
  uint64_t different_ = 0;
  std::vector<std::string> differences_;  // the first few
};

}  // namespace pactolus::demo
