#include "sample_orders.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <numeric>
#include <random>

#include "arguments.h"
#include "base/arena.h"
#include "data/text_format.h"

namespace pactolus::bench {

namespace {

constexpr int64_t kStartMicros = 1'767'225'600'000'000;  // 2026-01-01T00:00:00Z
constexpr uint64_t kYearMicros = 365ULL * 86'400'000'000;
constexpr uint64_t kMerchants = 1000;
constexpr unsigned kNullPercent = 2;

constexpr std::array<std::string_view, 8> kCountries = {"DE", "DE", "DE", "FR", "AT", "IT", "PL", "NL"};
constexpr std::array<std::string_view, 12> kWords = {"deliver", "before", "noon",   "gift",
                                                     "wrapped", "call",   "first",  "fragile",
                                                     "express", "return", "Zürich", "leave at the door"};

struct OrderColumn {
  const char* name;
  Type type;
  bool nullable;
};

constexpr Type numeric(uint8_t precision, uint8_t scale) { return {TypeKind::kNumeric, precision, scale}; }

constexpr OrderColumn kColumns[] = {
    {"id", kBigintType, false},        {"merchant", kTextType, false},
    {"country", kTextType, false},     {"note", kTextType, true},
    {"quantity", kIntegerType, true},  {"amount", numeric(12, 2), true},
    {"fee", numeric(9, 2), false},     {"rate", numeric(5, 4), false},
    {"volume", numeric(25, 4), true},  {"volume_fee", numeric(25, 4), false},
    {"created", kTimestampType, true},
};

Schema schema_of_orders() {
  std::vector<Field> fields;
  for (const OrderColumn& column : kColumns) fields.push_back({column.name, column.type, column.nullable});
  return Schema(std::move(fields));
}

/// The text itself, but for a text column a copy that lives as long as the column.
std::string_view lasting(const std::string& cell, const Column& column, Arena& texts) {
  return column.type().kind == TypeKind::kText ? texts.copy(cell) : std::string_view(cell);
}

}  // namespace

/// The cells of one order after the other, as text; an empty one is null.
class OrderText {
 public:
  explicit OrderText(uint64_t seed) : random_(seed) {}

  const std::array<std::string, std::size(kColumns)>& next(uint64_t id) {
    cells_ = {
        std::to_string(id),
        "merchant-" + digits(below(kMerchants), 4),
        std::string(kCountries[below(kCountries.size())]),
        note(),
        std::to_string(1 + below(100)),
        decimal(below(100'000), 2),
        decimal(below(1'000), 2),
        decimal(below(20'000), 4),
        std::to_string(100'000'000'000'000 + below(900'000'000'000'000)) + decimal(below(100'000'000), 4),
        "-" + std::to_string(1'000'000'000'000'000 + below(900'000'000'000)) + decimal(below(100'000), 4),
        timestamp()};
    for (size_t i = 0; i < std::size(kColumns); ++i) {
      if (kColumns[i].nullable && below(100) < kNullPercent) cells_[i].clear();
    }
    return cells_;
  }

 private:
  uint64_t below(uint64_t limit) { return random_() % limit; }

  static std::string digits(uint64_t value, size_t count) {
    std::string text = std::to_string(value);
    return std::string(count - std::min(count, text.size()), '0') + text;
  }
  static std::string decimal(uint64_t coefficient, size_t scale) {
    std::string text = digits(coefficient, scale + 1);
    return text.insert(text.size() - scale, ".");
  }
  std::string note() {
    std::string text(kWords[below(kWords.size())]);
    for (uint64_t words = 1 + below(5); words > 0; --words)
      text.append(" ").append(kWords[below(kWords.size())]);
    return text + " no. " + std::to_string(below(100'000));
  }
  std::string timestamp() {
    std::string text;
    append_timestamp(kStartMicros + static_cast<int64_t>(below(kYearMicros)), text);
    return text;
  }

  std::mt19937_64 random_;
  std::array<std::string, std::size(kColumns)> cells_;
};

SampleOrders::SampleOrders(uint64_t rows, uint64_t seed, const std::string& csv_file)
    : rows_(rows), schema_(schema_of_orders()) {
  OrderText order(seed);
  std::ofstream file(csv_file, std::ios::binary);
  std::string csv;
  for (uint64_t first = 0; first < rows; first += kBatchRowsMax) {
    csv.clear();
    batches_.push_back(make_batch(first, std::min<uint64_t>(kBatchRowsMax, rows - first), order, csv));
    file << csv;
  }
  if (!file.flush()) give_up("cannot write " + csv_file);
}

ColumnBatch SampleOrders::make_batch(uint64_t first, size_t rows, OrderText& order, std::string& csv) const {
  std::vector<std::shared_ptr<Column>> columns;
  for (const Field& field : schema_.fields()) columns.push_back(make_column(field.type, rows));
  std::vector<std::shared_ptr<Arena>> texts;  // each column's on their own, as they lie in DuckDB
  for (size_t i = 0; i < columns.size(); ++i) {
    texts.push_back(std::make_shared<Arena>());
    columns[i]->keep(texts.back());
  }
  for (size_t row = 0; row < rows; ++row) {
    const auto& cells = order.next(first + row);
    for (size_t i = 0; i < cells.size(); ++i) {
      csv.append(i > 0 ? "," : "").append(cells[i]);
      if (cells[i].empty()) {
        columns[i]->set_null(row);
      } else if (!parse_value(lasting(cells[i], *columns[i], *texts[i]), *columns[i], row, *texts[i]).ok()) {
        give_up("not a value: " + cells[i]);
      }
    }
    csv += '\n';
  }
  ColumnBatch batch{&schema_, {}, nullptr, std::vector<uint32_t>(rows)};
  batch.columns.assign(columns.begin(), columns.end());
  auto system = std::make_shared<SystemColumns>();
  system->event_time.assign(rows, EventTime{kStartMicros});
  system->row_watermark.assign(rows, EventTime::min());
  batch.system = std::move(system);
  std::iota(batch.selection.begin(), batch.selection.end(), 0U);
  return batch;
}

}  // namespace pactolus::bench
