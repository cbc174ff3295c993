#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/column_batch.h"

namespace pactolus::bench {

/// Made-up orders for bench_expressions, as columns in batches of the size that a task gets. Each value is
/// first a text, which is also the CSV that another program reads: so both have the same columns. What is
/// made follows from the seed alone. Some values of the columns that may be null are.
class SampleOrders {
 public:
  SampleOrders(uint64_t rows, uint64_t seed, const std::string& csv_file);

  const Schema& schema() const { return schema_; }
  const std::vector<ColumnBatch>& batches() const { return batches_; }
  uint64_t rows() const { return rows_; }

 private:
  ColumnBatch make_batch(uint64_t first, size_t rows, class OrderText& order, std::string& csv) const;

  uint64_t rows_;
  Schema schema_;
  std::vector<ColumnBatch> batches_;
};

}  // namespace pactolus::bench
