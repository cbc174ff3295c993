// (a): librdkafka and simdjson on three fields, and nothing else. What no program over this library goes
// below.

#include <iostream>

#include "arguments.h"
#include "partition_reader.h"
#include "three_fields.h"

namespace pactolus::bench {

namespace {

constexpr size_t kBatch = 1000;

int run(const Arguments& arguments) {
  PartitionReader reader{arguments.text("bootstrap"), arguments.text("topic"),
                         PartitionReader::Start::kBeginning};
  FieldReader fields;
  uint64_t records = 0;
  int64_t cents = 0;
  uint64_t text_bytes = 0;
  while (!reader.at_end()) {
    reader.read(kBatch, 1, [&](int32_t, std::span<rd_kafka_message_t* const> batch) {
      fields.load(batch);
      for (size_t i = 0; i < batch.size(); ++i) {
        const ThreeFields payment = fields.fields(i);
        cents += payment.cents;
        text_bytes += payment.card.size() + payment.time.size();
      }
      records += batch.size();
    });
  }
  std::cout << "{\"records\": " << records << ", \"cents\": " << cents << ", \"text_bytes\": " << text_bytes
            << "}\n";
  return 0;
}

}  // namespace

}  // namespace pactolus::bench

int main(int argc, char** argv) { return pactolus::bench::run({argc, argv}); }
