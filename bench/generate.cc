// Preloads a topic with the load, and behind it one record per partition an hour ahead, so that all windows
// fall due.
#include <iostream>

#include "client.h"
#include "payments.h"

namespace pactolus::bench {

namespace {

constexpr int64_t kAheadMicros = 3'600'000'000;

class Preload {
 public:
  explicit Preload(const Arguments& arguments)
      : stream_(PaymentStream::of(arguments)),
        producer_(open_client(RD_KAFKA_PRODUCER, producer_conf(arguments.text("bootstrap")))) {
    topic_.reset(rd_kafka_topic_new(producer_.get(), arguments.text("topic").c_str(), nullptr));
    partitions_ = partition_count(producer_.get(), arguments.text("topic"));
  }

  void run() {
    for (uint64_t number = 0; number < stream_.records; ++number) {
      const Payment payment = stream_.at(number);
      last_micros_ = std::max(last_micros_, payment.time_micros);
      send(payment);
      if (number % 1000 == 0) rd_kafka_poll(producer_.get(), 0);
    }
    for (int32_t partition = 0; partition < partitions_; ++partition) send_marker(partition);
    must(rd_kafka_flush(producer_.get(), 120'000), "flush");
    std::cout << "{\"records\": " << stream_.records
              << ", \"value_bytes\": " << bytes_ / (stream_.records + 8) << "}\n";
  }

 private:
  int32_t partition_of(const std::string& key) const {
    return rd_kafka_msg_partitioner_murmur2(topic_.get(), key.data(), key.size(), partitions_, nullptr,
                                            nullptr);
  }

  void send(const Payment& payment) {
    key_.clear();
    value_.clear();
    append_card(payment.card, key_);
    append_payment(payment, value_);
    bytes_ += value_.size();
    produce(producer_.get(), topic_.get(), partition_of(key_), key_, value_);
  }

  /// Of some card that belongs there.
  void send_marker(int32_t partition) {
    Payment marker{.id = stream_.records, .cents = 1, .time_micros = last_micros_ + kAheadMicros};
    do {
      key_.clear();
      append_card(++marker.card, key_);
    } while (partition_of(key_) != partition);
    send(marker);
  }

  PaymentStream stream_;
  RdClient producer_;
  RdTopic topic_;
  int32_t partitions_ = 0;
  int64_t last_micros_ = kStartMicros;
  uint64_t bytes_ = 0;
  std::string key_;
  std::string value_;
};

}  // namespace

}  // namespace pactolus::bench

int main(int argc, char** argv) {
  pactolus::bench::Preload{pactolus::bench::Arguments{argc, argv}}.run();
  return 0;
}
