#include "three_fields.h"

#include "arguments.h"

namespace pactolus::bench {

namespace {

/// "12.3" is 1230: exact, never through a double.
int64_t cents_of(std::string_view text) {
  int64_t value = 0;
  int after_point = -1;
  for (const char c : text) {
    if (c == '.' && after_point < 0) {
      after_point = 0;
    } else if (c >= '0' && c <= '9' && after_point < 2) {
      value = value * 10 + (c - '0');
      if (after_point >= 0) ++after_point;
    } else {
      give_up("not an amount: " + std::string{text});
    }
  }
  for (int i = std::max(after_point, 0); i < 2; ++i) value *= 10;
  return value;
}

std::string_view trimmed(std::string_view token) {
  while (!token.empty() && token.back() == ' ') token.remove_suffix(1);
  return token;
}

}  // namespace

void FieldReader::load(std::span<rd_kafka_message_t* const> records) {
  buffer_.clear();
  begins_.clear();
  for (const rd_kafka_message_t* record : records) {
    begins_.push_back(buffer_.size());
    buffer_.append(static_cast<const char*>(record->payload), record->len);
  }
  begins_.push_back(buffer_.size());
  buffer_.append(simdjson::SIMDJSON_PADDING, ' ');
}

ThreeFields FieldReader::fields(size_t place) {
  const size_t begin = begins_[place];
  const simdjson::padded_string_view text{buffer_.data() + begin, begins_[place + 1] - begin,
                                          buffer_.size() - begin};
  simdjson::ondemand::document document;
  simdjson::ondemand::object object;
  ThreeFields fields;
  simdjson::ondemand::value amount;
  const bool fine = parser_.iterate(text).get(document) == simdjson::SUCCESS &&
                    document.get_object().get(object) == simdjson::SUCCESS &&
                    object["card"].get_string().get(fields.card) == simdjson::SUCCESS &&
                    object["amount"].get(amount) == simdjson::SUCCESS;
  if (!fine) give_up("a record that does not read");
  fields.cents = cents_of(trimmed(amount.raw_json_token()));
  if (object["time"].get_string().get(fields.time) != simdjson::SUCCESS) give_up("a record without a time");
  return fields;
}

}  // namespace pactolus::bench
