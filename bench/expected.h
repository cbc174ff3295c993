#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "payments.h"

namespace pactolus::bench {

/// Makes the load again from its seed and computes by itself what the topology bench/JOB.yaml must come to.
/// Visits the value of each result's record, in no particular order.
void for_each_expected(const std::string& job, const PaymentStream& stream,
                       const std::function<void(std::string_view)>& visit);

}  // namespace pactolus::bench
