#pragma once

#include <cstdint>
#include <string>

#include "exact.h"
#include "flat_json.h"

namespace pactolus::demo {

/// What `topologies/trade-monitor.yaml` computes of the trades of one symbol in one window.
struct Statistics {
  int64_t trades = 0;
  Wide price_sum = 0;     // millionths
  Wide turnover_sum = 0;  // price × quantity, millionths
  Wide quantity_sum = 0;
  Wide high = 0;  // millionths
  Wide low = 0;

  void add(Wide price, int64_t quantity);
};

/// A result as one line of text, by which an expected and a received one are compared: numbers by their
/// value, not by how many zeros they were written with.
std::string describe_result(const std::string& symbol, int64_t window_start, int64_t window_end,
                            const Statistics& statistics);
/// The same of a received record's value. A field that is missing or no number stands there as it is.
std::string describe_result(const FlatObject& value);

/// The group of a result: "symbol window_start".
std::string result_group(const std::string& symbol, int64_t window_start);
/// The same of a received record's key.
std::string result_group(const FlatObject& key);

}  // namespace pactolus::demo
