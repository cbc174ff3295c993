#include "report.h"

#include "live_view.h"

namespace pactolus::demo {

namespace {

std::string line(std::string name, const std::string& text) {
  name.resize(15, ' ');
  return "  " + name + text + "\n";
}

std::string verdict(const ResultsCheck& check) {
  const uint64_t outputs =
      check.minutes().matched() + check.days().matched() + check.dead_letters().matched();
  if (!check.balanced()) {
    std::string text = line("check", "FAILED: outputs differ from the recomputation of the input topic");
    for (const std::string& complaint : check.complaints()) text += complaint + "\n";
    return text;
  }
  return line("check", "passed: recomputed from the input topic, " + grouped(outputs) +
                           " outputs are equal, each is there once, none besides");
}

}  // namespace

std::string report(const ResultsCheck& check, uint64_t history) {
  const Recomputation& input = check.input();
  const LatencyHistogram& latencies = check.latencies();
  std::string text = "\n";
  text += line("records in", grouped(input.records()) + " trades, " + grouped(history) + " of them history");
  text += line("results out", grouped(check.days().received()) + " changes of days, " +
                                  grouped(check.minutes().received()) + " closed minutes (" +
                                  grouped(input.open_minutes()) + " still open)");
  text += line("filtered", grouped(input.filtered()) + " trades by the step `valid`");
  text += line("dead letters", grouped(check.dead_letters().received()));
  text += line("latency", latencies.count() == 0
                              ? "not measured"
                              : "p50 " + std::to_string(latencies.percentile_ms(0.5)) + " ms, p99 " +
                                    std::to_string(latencies.percentile_ms(0.99)) +
                                    " ms, from a trade's production to its committed result (" +
                                    grouped(latencies.count()) + " trades)");
  return text + verdict(check);
}

}  // namespace pactolus::demo
