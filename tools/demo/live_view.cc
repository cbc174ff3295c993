#include "live_view.h"

#include <algorithm>

namespace pactolus::demo {

namespace {

constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kDim = "\x1b[2m";
constexpr std::string_view kPlain = "\x1b[0m";
// A moving cursor disturbs, and a line that wraps would spoil the count of lines to go back.
constexpr std::string_view kBegin = "\x1b[?25l\x1b[?7l";
constexpr std::string_view kEnd = "\x1b[?25h\x1b[?7h";
constexpr std::string_view kToLineEnd = "\x1b[K\n";

std::string right(std::string text, size_t width) {
  text.insert(0, width - std::min(width, text.size()), ' ');
  return text;
}

std::string field(const FlatObject& object, const std::string& name) {
  const auto found = object.find(name);
  return found == object.end() ? "" : found->second.text;
}

std::string grouped_field(const FlatObject& object, const std::string& name) {
  std::string text = field(object, name);
  for (size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

std::string clock(int64_t seconds) {
  const std::string rest = std::to_string(seconds % 60);
  return std::to_string(seconds / 60) + (rest.size() < 2 ? ":0" : ":") + rest;
}

/// Prices have four digits behind the point here; the topology's type has six.
std::string price_field(const FlatObject& object, const std::string& name) {
  std::string text = field(object, name);
  if (text.ends_with("00")) text.resize(text.size() - 2);
  return text;
}

std::string counts(const LiveFigures& figures) {
  std::string text = grouped(figures.trades) + " trades in   " + grouped(figures.results) +
                     " results out   " + grouped(figures.dead_letters) + " dead letters";
  if (figures.wrong > 0) text += "   " + grouped(figures.wrong) + " WRONG";
  return text;
}

std::string latency(const LiveFigures& figures) {
  if (figures.p99_ms == 0) return "";
  return "latency p50 " + std::to_string(figures.p50_ms) + " ms, p99 " + std::to_string(figures.p99_ms) +
         " ms";
}

}  // namespace

std::string grouped(uint64_t number) {
  std::string text = std::to_string(number);
  for (size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

LiveView::~LiveView() {
  if (lines_ > 0) std::fputs(kEnd.data(), out_);
  std::fflush(out_);
}

void LiveView::remember(BySymbol& results, const FlatObject& value) {
  const std::string symbol = field(value, "symbol");
  FlatObject& latest = results[symbol];
  // Late windows of an earlier run may come after those of this one.
  if (field(value, "window_start") >= field(latest, "window_start")) latest = value;
}

void LiveView::draw(const LiveFigures& figures) {
  if (!is_terminal_) {
    const std::string line = clock(figures.seconds) + "  " + counts(figures) + "   " + latency(figures);
    std::fprintf(out_, "  %s\n", line.substr(0, line.find_last_not_of(' ') + 1).c_str());
    std::fflush(out_);
    return;
  }
  std::string text = lines_ > 0 ? "\x1b[" + std::to_string(lines_) + "A" : std::string{kBegin};
  text.append(table()).append(kToLineEnd);
  text.append(right(clock(figures.seconds), 6)).append("  ").append(counts(figures)).append(kToLineEnd);
  text.append("        ").append(kBold).append(latency(figures)).append(kPlain).append(kToLineEnd);
  lines_ = static_cast<int>(std::ranges::count(text, '\n'));
  std::fputs(text.c_str(), out_);
  std::fflush(out_);
}

std::string LiveView::table() const {
  std::string text{kToLineEnd};
  text.append(kDim).append("       the day so far, after each trade                      │ last full minute");
  text.append(kPlain).append(kToLineEnd).append(kDim);
  text.append(" symbol   trades   quantity        vwap      high       low  │ trades        vwap");
  text.append(kPlain).append(kToLineEnd);
  for (const auto& [symbol, day] : days_) text.append(row(symbol, day)).append(kToLineEnd);
  return text;
}

std::string LiveView::row(const std::string& symbol, const FlatObject& day) const {
  const auto minute = minutes_.find(symbol);
  const FlatObject last = minute == minutes_.end() ? FlatObject{} : minute->second;
  std::string text = " " + symbol;
  text.resize(6, ' ');
  text.append(right(grouped_field(day, "trades"), 10)).append(right(grouped_field(day, "quantity"), 11));
  text.append(kBold).append(right(field(day, "vwap"), 12)).append(kPlain);
  text.append(right(price_field(day, "high"), 10)).append(right(price_field(day, "low"), 10)).append("  ");
  text.append(kDim).append("│").append(kPlain);
  text.append(right(grouped_field(last, "trades"), 7)).append(right(field(last, "vwap"), 12));
  return text;
}

}  // namespace pactolus::demo
