#pragma once

#include <cstdint>
#include <cstdio>
#include <map>
#include <string>

#include "base/types.h"
#include "flat_json.h"

namespace pactolus::demo {

/// What the view shows beside the table.
struct LiveFigures {
  int64_t seconds = 0;  // since the live part began
  uint64_t trades = 0;
  uint64_t results = 0;
  uint64_t dead_letters = 0;
  uint64_t wrong = 0;
  uint64_t p50_ms = 0;
  uint64_t p99_ms = 0;
};

/// Shows results as they come: on a terminal a table that stays in place, elsewhere a line now and then.
/// Threads: one.
class LiveView {
 public:
  LiveView(std::FILE* out, bool is_terminal) : out_(out), is_terminal_(is_terminal) {}
  ~LiveView();
  LiveView(const LiveView&) = delete;
  LiveView& operator=(const LiveView&) = delete;

  /// The latest results, as they were read.
  void show_day(const FlatObject& value) { remember(days_, value); }
  void show_minute(const FlatObject& value) { remember(minutes_, value); }
  void draw(const LiveFigures& figures);
  /// Time between two draw() that is worth it.
  Duration interval() const {
    return is_terminal_ ? std::chrono::milliseconds{250} : std::chrono::seconds{2};
  }

 private:
  using BySymbol = std::map<std::string, FlatObject>;

  static void remember(BySymbol& results, const FlatObject& value);
  std::string row(const std::string& symbol, const FlatObject& day) const;
  std::string table() const;

  std::FILE* out_;
  bool is_terminal_;
  int lines_ = 0;  // on the terminal, to be drawn over
  BySymbol days_;
  BySymbol minutes_;
};

/// 1234567 as "1,234,567".
std::string grouped(uint64_t number);

}  // namespace pactolus::demo
