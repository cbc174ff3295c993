#include "replay/table_comparison.h"

#include <algorithm>

namespace pactolus {
namespace {

std::vector<size_t> differing(const ExpectedCells& expected, const ArrivedCells& arrived) {
  std::vector<size_t> columns;
  for (const auto& [column, cell] : expected) {
    if (arrived[column] != cell) columns.push_back(column);
  }
  return columns;
}

/// Pairs the rows of one table. Lives for that.
class RowPairing {
 public:
  explicit RowPairing(TableComparison& table)
      : table_(table), partner_(table.expected.size()), taken_by_(table.arrived.size()) {}

  void pair_as_sets() {
    for (size_t e = 0; e < partner_.size(); ++e) {
      std::vector<bool> tried(taken_by_.size());
      find_equal(e, tried);
    }
    for (size_t e = 0; e < partner_.size(); ++e) {
      if (!partner_[e]) pair_with_likest(e);
    }
    for (size_t e = 0; e < partner_.size(); ++e) add(e, partner_[e]);
    for (size_t a = 0; a < taken_by_.size(); ++a) {
      if (!taken_by_[a]) add(std::nullopt, a);
    }
  }

  void pair_in_order() {
    size_t e = 0;
    size_t a = 0;
    for (const auto& [next_e, next_a] : common_sequence()) {
      pair_gap(e, next_e, a, next_a);
      add(next_e, next_a);
      e = next_e + 1;
      a = next_a + 1;
    }
    pair_gap(e, partner_.size(), a, taken_by_.size());
  }

 private:
  bool equal(size_t e, size_t a) const { return differing(table_.expected[e], table_.arrived[a]).empty(); }

  void add(std::optional<size_t> e, std::optional<size_t> a) {
    RowPair pair{e, a, {}};
    if (e && a) pair.differing = differing(table_.expected[*e], table_.arrived[*a]);
    table_.pairs.push_back(std::move(pair));
  }

  void join(size_t e, size_t a) {
    partner_[e] = a;
    taken_by_[a] = e;
  }

  /// Kuhn's augmenting path: a row that another one has taken is had if that one finds another. Rows that
  /// name few columns equal many, so taking the first equal row could leave none for a row that names more.
  bool find_equal(size_t e, std::vector<bool>& tried) {
    for (size_t a = 0; a < taken_by_.size(); ++a) {
      if (tried[a] || !equal(e, a)) continue;
      tried[a] = true;
      if (taken_by_[a] && !find_equal(*taken_by_[a], tried)) continue;
      join(e, a);
      return true;
    }
    return false;
  }

  /// With the free row that has most equal cells, if any has one.
  void pair_with_likest(size_t e) {
    size_t fewest = table_.expected[e].size();
    std::optional<size_t> likest;
    for (size_t a = 0; a < taken_by_.size(); ++a) {
      if (taken_by_[a]) continue;
      size_t different = differing(table_.expected[e], table_.arrived[a]).size();
      if (different >= fewest) continue;
      fewest = different;
      likest = a;
    }
    if (likest) join(e, *likest);
  }

  /// The longest sequence of equal rows that both have, in order.
  std::vector<std::pair<size_t, size_t>> common_sequence() const {
    size_t rows = partner_.size();
    size_t columns = taken_by_.size();
    std::vector<std::vector<size_t>> longest(rows + 1, std::vector<size_t>(columns + 1));
    for (size_t e = rows; e-- > 0;) {
      for (size_t a = columns; a-- > 0;) {
        longest[e][a] =
            equal(e, a) ? longest[e + 1][a + 1] + 1 : std::max(longest[e + 1][a], longest[e][a + 1]);
      }
    }
    std::vector<std::pair<size_t, size_t>> sequence;
    for (size_t e = 0, a = 0; e < rows && a < columns;) {
      if (equal(e, a) && longest[e][a] == longest[e + 1][a + 1] + 1) {
        sequence.emplace_back(e++, a++);
      } else if (longest[e + 1][a] >= longest[e][a + 1]) {
        ++e;
      } else {
        ++a;
      }
    }
    return sequence;
  }

  void pair_gap(size_t e, size_t e_end, size_t a, size_t a_end) {
    while (e < e_end && a < a_end) add(e++, a++);
    while (e < e_end) add(e++, std::nullopt);
    while (a < a_end) add(std::nullopt, a++);
  }

  TableComparison& table_;
  std::vector<std::optional<size_t>> partner_;   // of each expected row
  std::vector<std::optional<size_t>> taken_by_;  // of each row that came
};

}  // namespace

bool TableComparison::agrees() const { return std::ranges::all_of(pairs, &RowPair::agrees); }

void pair_rows(TableComparison& table, bool in_order) {
  table.pairs.clear();
  RowPairing pairing(table);
  if (in_order) {
    pairing.pair_in_order();
  } else {
    pairing.pair_as_sets();
  }
}

}  // namespace pactolus
