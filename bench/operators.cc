// Times one step of a topology over payments that are made as it goes, with everything that a task does for
// it but the changelog: batches that are cut where the watermark passes a boundary, what falls due, commits.
//
//   bench_operators --step FILE [--rows N] [--cards N] [--per-window N] [--seed N]
//
// `per-window`: records in a minute of event time. It answers with a line: CPU nanoseconds per row in, rows
// out, bytes of state at the end, rows of state at the end.
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

/// Payments of uniformly drawn cards, in their order up to the disorder.
class Payments {
 public:
  Payments(uint64_t seed, uint64_t cards, uint64_t per_minute) : random_(seed), per_minute_(per_minute) {
    for (uint64_t i = 0; i < cards; ++i) cards_.push_back("card-" + std::to_string(1'000'000'000 + i));
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
  explicit Runner(LoadedStep& step) : step_(step) {}

  void process(const ColumnBatch& batch) {
    const std::vector<EventTime>& watermarks = batch.system->row_watermark;
    for (size_t begin = 0; begin < batch.selection.size();) {
      const EventTime boundary = step_.node().next_boundary(watermark_);
      const auto reaches = std::partition_point(watermarks.begin() + static_cast<std::ptrdiff_t>(begin),
                                                watermarks.end(), [&](EventTime w) { return w < boundary; });
      const size_t end =
          std::min(static_cast<size_t>(reaches - watermarks.begin()) + 1, batch.selection.size());
      ColumnBatch part = batch;
      part.selection.assign(batch.selection.begin() + static_cast<std::ptrdiff_t>(begin),
                            batch.selection.begin() + static_cast<std::ptrdiff_t>(end));
      step_.op().process(std::move(part), 0, out_);
      advance(watermarks[end - 1]);
      begin = end;
    }
    if (++batches_ % kBatchesPerCommit == 0) step_.state().commit();
  }
  uint64_t rows_out() const { return out_.rows(); }

 private:
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
  Payments payments(arguments.number("seed", 1), arguments.number("cards", 1'000'000),
                    arguments.number("per-window", 605'800));
  LoadedStep step(arguments.text("step"), "payments", payments_schema());
  Runner runner(step);
  double nanoseconds = 0;
  for (uint64_t done = 0; done < rows; done += kBatchRowsMax) {
    const ColumnBatch batch = payments.next(std::min<uint64_t>(kBatchRowsMax, rows - done));
    const double begin = cpu_nanoseconds();
    runner.process(batch);
    nanoseconds += cpu_nanoseconds() - begin;
  }
  std::cout << nanoseconds / static_cast<double>(rows) << ' ' << runner.rows_out() << ' '
            << step.state().bytes() << ' ' << step.state().rows() << std::endl;
  return 0;
}
