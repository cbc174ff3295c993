#pragma once

#include <cstdint>
#include <string>

#include "results_check.h"

namespace pactolus::demo {

/// The demo's last words: what came in and went out, how fast, and whether it is right.
std::string report(const ResultsCheck& check, uint64_t history);

}  // namespace pactolus::demo
