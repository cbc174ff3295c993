#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace pactolus::demo {

/// What the command line says.
struct Options {
  enum Command { kTopics, kRun } command = kRun;
  std::string bootstrap;
  int16_t replication = 1;  // of new topics
  int32_t partitions = 4;   // of new topics
  int64_t seconds = 0;      // how long the live part takes; 0: until a signal
  int64_t rate = 1000;      // trades a second
  uint64_t seed = 1;
  int64_t history_seconds =
      120;      // this much of event time is produced at once, so that there are full minutes
  int pid = 0;  // of the Pactolus that is watched; 0: none
};

/// An error says what is wrong with the arguments.
Result<Options> parse_options(std::span<char* const> arguments);

std::string usage();

}  // namespace pactolus::demo
