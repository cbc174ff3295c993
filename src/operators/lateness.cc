#include "operators/lateness.h"

#include "config/quantities.h"
#include "data/text_format.h"

namespace pactolus {

std::string text_of(EventTime time) {
  std::string text;
  append_rfc3339(time.micros(), text);
  return text;
}

std::string why_late(EventTime due, EventTime row_watermark) {
  if (due > row_watermark) return "the row's partition had been idle, and the others had gone on";
  if (row_watermark == EventTime::max()) return "the input had ended";
  return "the watermark of the row's partition was " + text_of(row_watermark) + ", " +
         to_string(row_watermark - due) + " beyond";
}

}  // namespace pactolus
