#pragma once

#include <string>

#include "base/types.h"

namespace pactolus {

/// As RFC 3339, for messages.
std::string text_of(EventTime time);

/// Why a row is too late for what closed at `due`: it is, by its own watermark, or because its partition had
/// been idle. The operator's own watermark is not named: at a given row, it depends on where batches end.
std::string why_late(EventTime due, EventTime row_watermark);

}  // namespace pactolus
