#include "cli/test_report.h"

#include <algorithm>
#include <ostream>
#include <set>

#include "cli/topology_files.h"
#include "config/source_text.h"

namespace pactolus {
namespace {

constexpr std::string_view kIndent = "        ";

std::string padded(std::string_view text, size_t width) {
  std::string result(text);
  size_t characters = count_characters(text);
  if (characters < width) result.append(width - characters, ' ');
  return result;
}

/// Columns worth showing: those that explain a difference or that some expected row names; all, if nothing
/// was expected.
std::vector<size_t> shown_columns(const TableComparison& table) {
  std::set<size_t> named(table.telling.begin(), table.telling.end());
  for (const ExpectedCells& row : table.expected) {
    for (const auto& [column, cell] : row) named.insert(column);
  }
  for (size_t column = 0; table.expected.empty() && column < table.columns.size(); ++column)
    named.insert(column);
  return {named.begin(), named.end()};
}

/// The rows of one sink that are not as expected, as a table.
class DifferenceTable {
 public:
  DifferenceTable(const TableComparison& table, const Console& console)
      : table_(table), console_(console), columns_(shown_columns(table)) {
    for (size_t column : columns_) {
      size_t width = count_characters(table.columns[column]);
      for (const RowPair& pair : table.pairs) {
        if (pair.agrees()) continue;
        if (pair.expected) width = std::max<size_t>(width, count_characters(expected_text(pair, column)));
        if (pair.arrived) width = std::max<size_t>(width, count_characters(arrived_text(pair, column)));
      }
      widths_.push_back(width);
    }
  }

  void write() {
    write_line("", [&](size_t column) { return table_.columns[column]; });
    for (const RowPair& pair : table_.pairs) {
      if (!pair.agrees()) write_pair(pair);
    }
  }

 private:
  void write_pair(const RowPair& pair) {
    auto expected = [&](size_t column) { return expected_text(pair, column); };
    auto arrived = [&](size_t column) { return arrived_text(pair, column); };
    if (pair.expected && pair.arrived) {
      write_line("expected", expected);
      write_line("came", arrived);
      write_marks(pair);
    } else if (pair.expected) {
      write_line("missing", expected, true);
    } else {
      write_line("unexpected", arrived, true);
    }
  }

  template <class Text>
  void write_line(std::string_view label, Text text, bool in_red = false) {
    std::string line = padded(label, kLabelWidth);
    for (size_t i = 0; i < columns_.size(); ++i) line += "  " + padded(text(columns_[i]), widths_[i]);
    line.erase(line.find_last_not_of(' ') + 1);
    console_.out << kIndent << "  " << (in_red ? console_.paint(Colour::kRed, line) : line) << "\n";
  }

  void write_marks(const RowPair& pair) {
    std::string line = padded("", kLabelWidth);
    for (size_t i = 0; i < columns_.size(); ++i) {
      bool differs = std::ranges::find(pair.differing, columns_[i]) != pair.differing.end();
      size_t length = std::max<size_t>(1, count_characters(arrived_text(pair, columns_[i])));
      line += "  " + padded(differs ? std::string(length, '^') : "", widths_[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    console_.out << kIndent << "  " << console_.paint(Colour::kRed, line) << "\n";
  }

  std::string expected_text(const RowPair& pair, size_t column) const {
    const ExpectedCells& row = table_.expected[*pair.expected];
    auto found = row.find(column);
    return found == row.end() ? "" : found->second.shown;
  }

  std::string arrived_text(const RowPair& pair, size_t column) const {
    const std::optional<Cell>& cell = table_.arrived[*pair.arrived][column];
    return cell ? cell->shown : "(absent)";
  }

  static constexpr size_t kLabelWidth = std::string_view("unexpected").size();

  const TableComparison& table_;
  const Console& console_;
  std::vector<size_t> columns_;
  std::vector<size_t> widths_;
};

/// "1 row as expected, 2 different, 1 missing, 1 unexpected".
std::string counts_of(const TableComparison& table) {
  size_t agreeing = 0;
  size_t different = 0;
  size_t missing = 0;
  size_t unexpected = 0;
  for (const RowPair& pair : table.pairs) {
    ++(pair.agrees() ? agreeing : !pair.arrived ? missing : !pair.expected ? unexpected : different);
  }
  std::string text = count_of(agreeing, "row") + " as expected";
  if (different > 0) text += ", " + std::to_string(different) + " different";
  if (missing > 0) text += ", " + std::to_string(missing) + " missing";
  if (unexpected > 0) text += ", " + std::to_string(unexpected) + " unexpected";
  return text;
}

void write_unnamed(const std::vector<DeadLetter>& letters, const Console& console) {
  if (letters.empty()) return;
  console.out << kIndent << "dead letters, of which the test says nothing:\n";
  for (const DeadLetter& letter : letters) {
    console.out << kIndent << "  " << letter.step << ": " << letter.code << ": " << letter.message << "\n";
    if (letter.value)
      console.out << kIndent << "    " << console.paint(Colour::kFaint, *letter.value) << "\n";
  }
}

}  // namespace

void report_failure(const TestOutcome& outcome, const Console& console) {
  if (outcome.error) console.out << kIndent << outcome.error->message << "\n";
  for (const TableComparison& table : outcome.tables) {
    if (table.agrees()) continue;
    console.out << kIndent << table.name << ": " << counts_of(table) << "\n";
    DifferenceTable(table, console).write();
  }
  write_unnamed(outcome.unnamed, console);
}

}  // namespace pactolus
