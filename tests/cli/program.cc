#include "cli/program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

namespace pactolus::testing {
namespace {

constexpr std::chrono::seconds kTimeMax{60};
constexpr std::chrono::milliseconds kLookInterval{10};

std::string content_of(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

/// Asks again and again until it is true or the time is over.
template <class Condition>
bool becomes_true(Condition condition) {
  auto end = std::chrono::steady_clock::now() + kTimeMax;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(kLookInterval);
  }
  return true;
}

}  // namespace

Program::Program(const std::vector<std::string>& words, const std::string& out_file)
    : folder_("cli"), out_file_(out_file.empty() ? folder_.path() + "/out" : out_file) {
  std::vector<std::string> owned = {program_under_test()};
  owned.insert(owned.end(), words.begin(), words.end());
  std::vector<char*> arguments;
  for (std::string& word : owned) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, out_file_.c_str(), O_WRONLY | O_CREAT, 0600);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, (folder_.path() + "/err").c_str(),
                                   O_WRONLY | O_CREAT, 0600);
  int failed = posix_spawn(&pid_, program_under_test(), &files, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  REQUIRE(failed == 0);
}

Program::~Program() {
  if (!status_) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
}

void Program::send_signal(int signal) const { REQUIRE(kill(pid_, signal) == 0); }

bool Program::wrote_to_err(const std::string& text, int times) const {
  return becomes_true([&] { return times_in_err(text) >= times; });
}

std::string Program::err() const { return content_of(folder_.path() + "/err"); }

int Program::times_in_err(const std::string& text) const {
  const std::string log = err();
  int found = 0;
  for (size_t at = log.find(text); at != std::string::npos; at = log.find(text, at + 1)) ++found;
  return found;
}

bool Program::has_ended() {
  int status = 0;
  if (!status_ && waitpid(pid_, &status, WNOHANG) == pid_) status_ = status;
  return status_.has_value();
}

ProgramResult Program::wait() {
  bool ended = becomes_true([&] { return has_ended(); });
  INFO(err());
  REQUIRE(ended);
  const int status = *status_;
  bool writes_here = out_file_.starts_with(folder_.path());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
          writes_here ? content_of(out_file_) : "", err()};
}

ProgramResult run_program(const std::vector<std::string>& words) { return Program(words).wait(); }

}  // namespace pactolus::testing
