// (a): librdkafka and simdjson on three fields, and nothing else. What no program over this library goes
// below.

#include <chrono>
#include <iostream>
#include <thread>

#include "arguments.h"
#include "partition_reader.h"
#include "three_fields.h"

namespace pactolus::bench {

namespace {

constexpr size_t kBatch = 1000;
/// Where little has come: turning round for a few records each time would more than double what a record
/// costs.
constexpr std::chrono::milliseconds kPause{1};

int run(const Arguments& arguments) {
  PartitionReader reader{arguments.text("bootstrap"), arguments.text("topic"),
                         PartitionReader::Start::kBeginning};
  FieldReader fields;
  uint64_t records = 0;
  int64_t cents = 0;
  uint64_t text_bytes = 0;
  while (!reader.at_end()) {
    const uint64_t before = records;
    reader.read(kBatch, 1, [&](int32_t, std::span<rd_kafka_message_t* const> batch) {
      fields.load(batch);
      for (size_t i = 0; i < batch.size(); ++i) {
        const ThreeFields payment = fields.fields(i);
        cents += payment.cents;
        text_bytes += payment.card.size() + payment.time.size();
      }
      records += batch.size();
    });
    if (records - before < kBatch) std::this_thread::sleep_for(kPause);
  }
  std::cout << "{\"records\": " << records << ", \"cents\": " << cents << ", \"text_bytes\": " << text_bytes
            << "}\n";
  return 0;
}

}  // namespace

}  // namespace pactolus::bench

int main(int argc, char** argv) { return pactolus::bench::run({argc, argv}); }
