// Times steps of a topology, one at a time, over columns that lie in memory. Commands come from standard
// input; measure/expressions.py gives them in turns with those of DuckDB. A step is a file with its
// operation, as in YAML.
//   time STEP         passes all batches through the step once: CPU nanoseconds per row
//   write STEP FILE   does the same and writes the rows that come out of it, as comma-separated text
// It answers each with a line: the number, or "written".
#include <fstream>
#include <iostream>
#include <sstream>

#include "arguments.h"
#include "data/text_format.h"
#include "loaded_step.h"
#include "sample_orders.h"

namespace pactolus::bench {

namespace {

/// A task commits after some 100 ms, that is, some batches.
constexpr size_t kBatchesPerCommit = 16;

/// Takes what comes out of a step; a row that fails ends the program.
class Rows final : public OperatorOutput {
 public:
  /// `text`: what to append the rows to; none: they are dropped.
  explicit Rows(std::string* text) : text_(text) {}

  void emit(ColumnBatch batch) override {
    if (text_ == nullptr) return;
    for (uint32_t row : batch.selection) append_row(batch, row);
  }
  void dead_letter(const ColumnBatch&, const RowError& error) override { give_up(error.message); }

 private:
  void append_row(const ColumnBatch& batch, uint32_t row) {
    for (size_t i = 0; i < batch.columns.size(); ++i) {
      if (i > 0) *text_ += ',';
      if (!batch.columns[i]->is_null(row)) append_value(*batch.columns[i], row, *text_);
    }
    *text_ += '\n';
  }

  std::string* text_;
};

void process(LoadedStep& step, const std::vector<ColumnBatch>& batches, OperatorOutput& out) {
  for (size_t i = 0; i < batches.size(); ++i) {
    step.op().process(batches[i], 0, out);
    if (i % kBatchesPerCommit == kBatchesPerCommit - 1) step.state().commit();
  }
}

void close(LoadedStep& step, OperatorOutput& out) {
  for (EventTime due; (due = step.op().next_due()) < EventTime::max();) {
    while (!step.op().fire(due, kBatchRowsMax, out)) {
    }
  }
}

double time_of(LoadedStep&& step, const SampleOrders& orders) {
  Rows dropped(nullptr);
  const double begin = cpu_nanoseconds();
  process(step, orders.batches(), dropped);
  return (cpu_nanoseconds() - begin) / static_cast<double>(orders.rows());
}

void write_rows(LoadedStep&& step, const SampleOrders& orders, const std::string& file) {
  std::string text;
  Rows rows(&text);
  process(step, orders.batches(), rows);
  close(step, rows);
  if (!(std::ofstream(file, std::ios::binary) << text).flush()) give_up("cannot write " + file);
}

void obey(const std::string& line, const SampleOrders& orders) {
  std::istringstream words(line);
  std::string command;
  std::string step;
  std::string file;
  words >> command >> step >> file;
  if (command == "time") {
    std::cout << time_of(LoadedStep(step, {{"orders", &orders.schema()}}), orders) << std::endl;
  } else if (command == "write") {
    write_rows(LoadedStep(step, {{"orders", &orders.schema()}}), orders, file);
    std::cout << "written" << std::endl;
  } else {
    give_up("no command: " + command);
  }
}

}  // namespace

}  // namespace pactolus::bench

int main(int argc, char** argv) {
  using namespace pactolus::bench;
  const Arguments arguments{argc, argv};
  const SampleOrders orders(arguments.number("rows", 1'000'000), arguments.number("seed", 1),
                            arguments.text("csv"));
  std::cout << "ready" << std::endl;
  for (std::string line; std::getline(std::cin, line);) obey(line, orders);
  return 0;
}
