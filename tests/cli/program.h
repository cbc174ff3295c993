#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "temp_folder.h"

namespace pactolus::testing {

struct ProgramResult {
  int status = 0;  // 128 + the signal, if one ended it
  std::string out;
  std::string err;
};

/// The file of the program that this test is about: of the build.
const char* program_under_test();

/// That program, run as a user would, without a terminal. Threads: one.
class Program {
 public:
  explicit Program(const std::vector<std::string>& words, const std::string& out_file = "");
  /// Kills it if it still runs.
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void send_signal(int signal) const;
  /// Waits, at most a minute, until it has written `text` so often to standard error. False: it has not.
  bool wrote_to_err(const std::string& text, int times = 1) const;
  /// What it has written to standard error so far.
  std::string err() const;
  /// How often this is in it.
  int times_in_err(const std::string& text) const;
  /// Does not wait.
  bool has_ended();
  /// Waits for its end, at most a minute: then the test fails.
  ProgramResult wait();

 private:
  TempFolder folder_;  // of what it writes
  std::string out_file_;
  pid_t pid_ = -1;
  std::optional<int> status_;  // as waitpid() says; none: it runs
};

ProgramResult run_program(const std::vector<std::string>& words);

}  // namespace pactolus::testing
