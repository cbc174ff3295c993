// Times one step of a topology over payments that are made as it goes, with everything that a task does for
// it but the changelog: batches that are cut where the watermark passes a boundary, what falls due, commits.
//
//   bench_operators --step FILE [--beside cards|captures] [--rows N] [--cards N] [--per-window N] [--seed N]
//
// `per-window`: records in a minute of event time. `beside`: the other side of a join, either a table of all
// cards, which is there before the first payment, or a stream in which each payment comes again a minute
// later. It answers with a line: CPU nanoseconds per row in of all streams, rows out, bytes of state at the
// end, rows of state at the end.
#include <iostream>
#include <random>

#include "arguments.h"
#include "loaded_step.h"

namespace pactolus::bench {

namespace {

/// A task commits after some 100 ms, that is, some batches.
constexpr size_t kBatchesPerCommit = 16;
constexpr Duration kDisorder = std::chrono::milliseconds{500};
constexpr int64_t kBegin = 1'767'225'600'000'000;  // 2026-01-01T00:00:00Z
constexpr int kMerchants = 10'000;
constexpr int kOneInNull = 20;  // countries that are missing

const Schema& payments_schema() {
  static const Schema schema({{"id", kBigintType, false},
                              {"card", kTextType, false},
                              {"merchant", kTextType, false},
                              {"country", kTextType, true},
                              {"amount", Type{TypeKind::kNumeric, 12, 2}, false}});
  return schema;
}

const Schema& cards_schema() {
  static const Schema schema({{"card", kTextType, false}, {"home", kTextType, false}});
  return schema;
}

const Schema& captures_schema() {
  static const Schema schema(
      {{"id", kBigintType, false}, {"captured", Type{TypeKind::kNumeric, 12, 2}, false}});
  return schema;
}

std::string card_name(uint64_t number) { return "card-" + std::to_string(1'000'000'000 + number); }

/// Payments of uniformly drawn cards, in their order up to the disorder.
class Payments {
 public:
  Payments(uint64_t seed, uint64_t cards, uint64_t per_minute) : random_(seed), per_minute_(per_minute) {
    for (uint64_t i = 0; i < cards; ++i) cards_.push_back(card_name(i));
    for (int i = 0; i < kMerchants; ++i) merchants_.push_back("merchant-" + std::to_string(10'000 + i));
  }

  ColumnBatch next(size_t rows) {
    auto system = std::make_shared<SystemColumns>();
    std::vector<std::shared_ptr<Column>> columns;
    for (const Field& field : payments_schema().fields()) columns.push_back(make_column(field.type, rows));
    ColumnBatch batch{&payments_schema(), {}, nullptr, {}};
    for (uint32_t row = 0; row < rows; ++row, ++made_) {
      const Duration into{static_cast<int64_t>(made_ * 60'000'000 / per_minute_)};
      const Duration behind{static_cast<int64_t>(random_() % kDisorder.count())};
      const EventTime time = EventTime{kBegin} + into - behind;
      watermark_ = std::max(watermark_, time - kDisorder);
      system->event_time.push_back(time);
      system->row_watermark.push_back(watermark_);
      columns[0]->values_of<TypeKind::kBigint>()[row] = static_cast<int64_t>(made_);
      columns[1]->values<std::string_view>()[row] = cards_[random_() % cards_.size()];
      columns[2]->values<std::string_view>()[row] = merchants_[random_() % merchants_.size()];
      if (random_() % kOneInNull == 0) {
        columns[3]->set_null(row);
      } else {
        columns[3]->values<std::string_view>()[row] = kCountries[random_() % std::size(kCountries)];
      }
      columns[4]->values<Decimal>()[row] = Decimal(static_cast<int64_t>(random_() % 100'000), 2);
      batch.selection.push_back(row);
    }
    batch.columns.assign(columns.begin(), columns.end());
    batch.system = std::move(system);
    return batch;
  }

 private:
  static constexpr std::string_view kCountries[] = {"DE", "FR", "NO", "ES", "IT", "PL", "GB", "US"};

  std::mt19937_64 random_;
  uint64_t per_minute_;
  std::vector<std::string> cards_;
  std::vector<std::string> merchants_;
  uint64_t made_ = 0;
  EventTime watermark_ = EventTime::min();
};

/// Of each payment that came a minute before those of the batch, its capture; at the times of the batch.
ColumnBatch captures_beside(const ColumnBatch& payments, uint64_t per_minute) {
  const size_t rows = payments.selection.size();
  auto ids = make_column(kBigintType, rows);
  ColumnBatch captures{&captures_schema(), {ids, payments.columns[4]}, payments.system, {}};
  for (uint32_t row : payments.selection) {
    const int64_t id =
        payments.columns[0]->values_of<TypeKind::kBigint>()[row] - static_cast<int64_t>(per_minute);
    ids->values_of<TypeKind::kBigint>()[row] = id;
    if (id >= 0) captures.selection.push_back(row);
  }
  return captures;
}

/// Rows of the table of cards.
ColumnBatch cards_from(uint64_t first, size_t rows) {
  auto system = std::make_shared<SystemColumns>();
  system->event_time.assign(rows, EventTime{kBegin});
  system->row_watermark.assign(rows, EventTime::min());
  auto names = std::make_shared<std::vector<std::string>>();
  auto cards = make_column(kTextType, rows);
  auto homes = make_column(kTextType, rows);
  ColumnBatch batch{&cards_schema(), {cards, homes}, std::move(system), {}};
  for (uint32_t row = 0; row < rows; ++row) names->push_back(card_name(first + row));
  for (uint32_t row = 0; row < rows; ++row) {
    cards->values<std::string_view>()[row] = (*names)[row];
    homes->values<std::string_view>()[row] = "DE";
    batch.selection.push_back(row);
  }
  cards->keep(names);
  return batch;
}

class CountedRows final : public OperatorOutput {
 public:
  void emit(ColumnBatch batch) override { rows_ += batch.selection.size(); }
  void dead_letter(const ColumnBatch&, const RowError& error) override { give_up(error.message); }
  uint64_t rows() const { return rows_; }

 private:
  uint64_t rows_ = 0;
};

/// Does with a step what a task does (runtime/task.cc).
class Runner {
 public:
  /// `streams`: how many of the step's inputs have a watermark; the others are tables.
  Runner(LoadedStep& step, size_t streams) : step_(step), watermarks_(streams, EventTime::min()) {}

  /// Rows of a stream.
  void process(const ColumnBatch& batch, size_t input) {
    const std::vector<EventTime>& watermarks = batch.system->row_watermark;
    const auto& rows = batch.selection;
    for (auto begin = rows.begin(); begin != rows.end();) {
      const EventTime boundary = step_.node().next_boundary(watermark_);
      auto end = std::partition_point(begin, rows.end(),
                                      [&](uint32_t row) { return with(input, watermarks[row]) < boundary; });
      if (end != rows.end()) ++end;
      ColumnBatch part = batch;
      part.selection.assign(begin, end);
      step_.op().process(std::move(part), input, out_);
      watermarks_[input] = watermarks[*(end - 1)];
      advance(with(input, watermarks_[input]));
      begin = end;
    }
    if (++batches_ % kBatchesPerCommit == 0) step_.state().commit();
  }
  /// Rows of a table.
  void fill(ColumnBatch batch, size_t input) {
    step_.op().process(std::move(batch), input, out_);
    step_.state().commit();
  }
  uint64_t rows_out() const { return out_.rows(); }

 private:
  /// What the task's watermark is when that of an input is this.
  EventTime with(size_t input, EventTime watermark) const {
    for (size_t i = 0; i < watermarks_.size(); ++i) {
      if (i != input) watermark = std::min(watermark, watermarks_[i]);
    }
    return watermark;
  }

  void advance(EventTime watermark) {
    for (EventTime due; (due = step_.op().next_due()) <= watermark;) {
      while (!step_.op().fire(due, kBatchRowsMax, out_)) {
      }
    }
    watermark_ = watermark;
    step_.op().set_watermark(watermark);
  }

  LoadedStep& step_;
  CountedRows out_;
  std::vector<EventTime> watermarks_;  // of the streams
  EventTime watermark_ = EventTime::min();
  size_t batches_ = 0;
};

}  // namespace

}  // namespace pactolus::bench

int main(int argc, char** argv) {
  using namespace pactolus;
  using namespace pactolus::bench;
  const Arguments arguments{argc, argv};
  const uint64_t rows = arguments.number("rows", 3'000'000);
  const uint64_t cards = arguments.number("cards", 1'000'000);
  const uint64_t per_minute = arguments.number("per-window", 605'800);
  const std::string beside = arguments.text("beside", "");
  std::vector<StepInput> inputs = {{"payments", &payments_schema()}};
  if (beside == "cards")
    inputs.push_back({.name = "cards",
                      .schema = &cards_schema(),
                      .is_table = true,
                      .key_columns = {0},
                      .is_source = true});
  if (beside == "captures") inputs.push_back({"captures", &captures_schema()});
  LoadedStep step(arguments.text("step"), inputs);
  Runner runner(step, beside == "captures" ? 2 : 1);
  for (uint64_t done = 0; beside == "cards" && done < cards; done += kBatchRowsMax)
    runner.fill(cards_from(done, std::min<uint64_t>(kBatchRowsMax, cards - done)), 1);

  Payments payments(arguments.number("seed", 1), cards, per_minute);
  double nanoseconds = 0;
  uint64_t rows_in = 0;
  for (uint64_t done = 0; done < rows; done += kBatchRowsMax) {
    const ColumnBatch batch = payments.next(std::min<uint64_t>(kBatchRowsMax, rows - done));
    ColumnBatch captures;
    if (beside == "captures") captures = captures_beside(batch, per_minute);
    rows_in += batch.selection.size() + captures.selection.size();
    const double begin = cpu_nanoseconds();
    runner.process(batch, 0);
    if (!captures.selection.empty()) runner.process(captures, 1);
    nanoseconds += cpu_nanoseconds() - begin;
  }
  std::cout << nanoseconds / static_cast<double>(rows_in) << ' ' << runner.rows_out() << ' '
            << step.state().bytes() << ' ' << step.state().rows() << std::endl;
  return 0;
}
