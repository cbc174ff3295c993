#include "expr/binding/known_names.h"

#include <algorithm>
#include <array>

namespace pactolus {
namespace {

template <size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

bool is_aggregate_name(std::string_view name) {
  static constexpr auto kNames = std::to_array<std::string_view>({"count",
                                                                  "sum",
                                                                  "avg",
                                                                  "min",
                                                                  "max",
                                                                  "bool_and",
                                                                  "bool_or",
                                                                  "every",
                                                                  "array_agg",
                                                                  "string_agg",
                                                                  "json_agg",
                                                                  "jsonb_agg",
                                                                  "stddev",
                                                                  "stddev_pop",
                                                                  "stddev_samp",
                                                                  "variance",
                                                                  "var_pop",
                                                                  "var_samp",
                                                                  "corr",
                                                                  "covar_pop",
                                                                  "covar_samp",
                                                                  "mode",
                                                                  "percentile_cont",
                                                                  "percentile_disc",
                                                                  "bit_and",
                                                                  "bit_or",
                                                                  "approx_count_distinct"});
  return contains(kNames, name);
}

bool is_window_name(std::string_view name) {
  static constexpr auto kNames =
      std::to_array<std::string_view>({"lag", "lead", "row_number", "rank", "dense_rank", "percent_rank",
                                       "cume_dist", "ntile", "first_value", "last_value", "nth_value"});
  return contains(kNames, name);
}

bool is_undetermined_name(std::string_view name) {
  static constexpr auto kNames = std::to_array<std::string_view>(
      {"now", "clock_timestamp", "statement_timestamp", "transaction_timestamp", "timeofday", "random",
       "setseed", "gen_random_uuid", "uuid_generate_v4", "nextval", "currval", "lastval", "txid_current",
       "pg_sleep"});
  return contains(kNames, name);
}

}  // namespace pactolus
