#include "results_check.h"

#include <algorithm>

#include "demo_topics.h"

namespace pactolus::demo {

namespace {

std::string header(const RecordView& record, std::string_view name) {
  const auto headers = record.headers.get();
  const auto found = std::ranges::find(headers, name, &HeaderView::name);
  return found == headers.end() ? "" : std::string{found->value.value_or("")};
}

void ignore_match(ProcessingTime, ProcessingTime) {}

}  // namespace

ResultsCheck::ResultsCheck(LiveView& view)
    : view_(view),
      minutes_("a minute", ignore_match),
      days_("a day's change",
            [this](ProcessingTime produced, ProcessingTime received) {
              if (produced >= measure_from_) latencies_.add(received - produced);
            }),
      dead_letters_("a dead letter", ignore_match),
      recomputation_([this](Expectation expectation) {
        Ledger& ledger = expectation.kind == OutputKind::kMinute ? minutes_
                         : expectation.kind == OutputKind::kDay  ? days_
                                                                 : dead_letters_;
        ledger.expect(expectation.group, std::move(expectation.content), expectation.produced);
      }) {}

void ResultsCheck::take(const TopicPartition& partition, const RecordView& record, ProcessingTime now) {
  if (partition.topic == kTradesTopic) {
    recomputation_.add(partition, record);
  } else if (partition.topic == kMinutesTopic) {
    take_result(minutes_, record, now);
  } else if (partition.topic == kDaysTopic) {
    take_result(days_, record, now);
  } else {
    take_dead_letter(record, now);
  }
}

void ResultsCheck::take_result(Ledger& ledger, const RecordView& record, ProcessingTime now) {
  const auto key = parse_flat_json(record.key.value_or(""));
  const auto value = parse_flat_json(record.value.value_or(""));
  const std::string group = key ? result_group(*key) : "(no key)";
  ledger.receive(group, value ? describe_result(*value) : "(no value)", now);
  if (!value) return;
  if (&ledger == &days_) {
    view_.show_day(*value);
  } else {
    view_.show_minute(*value);
  }
}

void ResultsCheck::take_dead_letter(const RecordView& record, ProcessingTime now) {
  const std::string group = dead_letter_group(
      header(record, "__connect.errors.topic"), header(record, "__connect.errors.partition"),
      header(record, "__connect.errors.offset"), header(record, "pactolus.step"));
  dead_letters_.receive(group, header(record, "pactolus.code"), now);
}

std::vector<std::string> ResultsCheck::complaints() const {
  std::vector<std::string> all = minutes_.complaints();
  for (const Ledger* ledger : {&days_, &dead_letters_}) {
    for (std::string& complaint : ledger->complaints()) all.push_back(std::move(complaint));
  }
  return all;
}

}  // namespace pactolus::demo
