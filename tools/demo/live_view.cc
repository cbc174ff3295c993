#include "live_view.h"

#include <algorithm>

namespace pactolus::demo {

namespace {

constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kDim = "\x1b[2m";
constexpr std::string_view kPlain = "\x1b[0m";
constexpr std::string_view kHideCursor = "\x1b[?25l";  // it would jump about
constexpr std::string_view kShowCursor = "\x1b[?25h";
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

std::string summary(const LiveFigures& figures) {
  std::string text = grouped(figures.trades) + " trades in   " + grouped(figures.results) +
                     " results out   " + grouped(figures.dead_letters) + " dead letters";
  if (figures.p99_ms > 0) {
    text += "   latency p50 " + std::to_string(figures.p50_ms) + " ms, p99 " +
            std::to_string(figures.p99_ms) + " ms";
  }
  if (figures.wrong > 0) text += "   " + grouped(figures.wrong) + " WRONG";
  return text;
}

}  // namespace

std::string grouped(uint64_t number) {
  std::string text = std::to_string(number);
  for (size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

LiveView::~LiveView() {
  if (lines_ > 0) std::fputs(kShowCursor.data(), out_);
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
    std::fprintf(out_, "%6s  %s\n", clock(figures.seconds).c_str(), summary(figures).c_str());
    std::fflush(out_);
    return;
  }
  std::string text = lines_ > 0 ? "\x1b[" + std::to_string(lines_) + "A" : std::string{kHideCursor};
  text.append(table()).append(kToLineEnd);
  text.append(" ").append(kBold).append(right(clock(figures.seconds), 5)).append(kPlain).append("  ");
  text.append(summary(figures)).append(kToLineEnd);
  lines_ = static_cast<int>(std::ranges::count(text, '\n'));
  std::fputs(text.c_str(), out_);
  std::fflush(out_);
}

std::string LiveView::table() const {
  std::string text{kToLineEnd};
  text.append(kDim).append("         the day so far, after every trade                   ");
  text.append("           │ the last full minute").append(kPlain).append(kToLineEnd);
  text.append(kDim).append(" symbol     trades      quantity          vwap        high         low");
  text.append("  │  trades          vwap").append(kPlain).append(kToLineEnd);
  for (const auto& [symbol, day] : days_) text.append(row(symbol, day)).append(kToLineEnd);
  return text;
}

std::string LiveView::row(const std::string& symbol, const FlatObject& day) const {
  const auto minute = minutes_.find(symbol);
  const FlatObject& last = minute == minutes_.end() ? FlatObject{} : minute->second;
  std::string text = " " + symbol;
  text.resize(7, ' ');
  text.append(right(grouped_field(day, "trades"), 11)).append(right(grouped_field(day, "quantity"), 14));
  text.append(kBold).append(right(field(day, "vwap"), 14)).append(kPlain);
  text.append(right(field(day, "high"), 12)).append(right(field(day, "low"), 12)).append("  ");
  text.append(kDim).append("│").append(kPlain);
  text.append(right(grouped_field(last, "trades"), 8)).append(right(field(last, "vwap"), 14));
  return text;
}

}  // namespace pactolus::demo
