#pragma once

#include <cstdint>
#include <string_view>

#include "data/decimal.h"
#include "expr/nodes/failure.h"

namespace pactolus {

/// PostgreSQL's casts from jsonb, of a boolean or a number in it; 22023 for any other value.
Failure jsonb_to_boolean(uint8_t& out, std::string_view value);
Failure jsonb_to_smallint(int32_t& out, std::string_view value);
Failure jsonb_to_integer(int32_t& out, std::string_view value);
Failure jsonb_to_bigint(int64_t& out, std::string_view value);
Failure jsonb_to_numeric(Decimal& out, std::string_view value);
Failure jsonb_to_real(double& out, std::string_view value);
Failure jsonb_to_double(double& out, std::string_view value);

}  // namespace pactolus
