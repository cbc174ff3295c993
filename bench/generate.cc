// Preloads a topic with a stream of the load, `--what payments|captures|cards`, and, unless `--markers 0`,
// behind it one record per partition two hours ahead, so that all windows fall due.
#include <algorithm>
#include <iostream>
#include <vector>

#include "client.h"
#include "payments.h"

namespace pactolus::bench {

namespace {

constexpr int64_t kAheadMicros = 2 * kHourMicros;

class Preload {
 public:
  explicit Preload(const Arguments& arguments)
      : stream_(PaymentStream::of(arguments)),
        producer_(open_client(RD_KAFKA_PRODUCER, producer_conf(arguments.text("bootstrap")))) {
    topic_.reset(rd_kafka_topic_new(producer_.get(), arguments.text("topic").c_str(), nullptr));
    partitions_ = partition_count(producer_.get(), arguments.text("topic"));
  }

  void send_payments(bool with_markers) {
    int64_t last = kStartMicros;
    std::vector<bool> seen(stream_.each_card_once ? stream_.records : stream_.cards);
    for (uint64_t number = 0; number < stream_.records; ++number) {
      const Payment payment = stream_.at(number);
      last = std::max(last, payment.time_micros);
      seen[payment.card] = true;
      send(payment);
    }
    cards_ = static_cast<uint64_t>(std::ranges::count(seen, true));
    if (with_markers) send_markers(last, [this](const Payment& marker) { send(marker); });
  }

  /// In their own order.
  void send_captures(bool with_markers) {
    std::vector<std::pair<int64_t, uint64_t>> captures;  // time, payment
    for (uint64_t number = 0; number < stream_.records; ++number) {
      if (const auto capture = capture_of(stream_.at(number)))
        captures.emplace_back(capture->time_micros, number);
    }
    std::ranges::sort(captures);
    for (const auto& [time, number] : captures) {
      const Payment payment = stream_.at(number);
      send(payment, *capture_of(payment));
    }
    if (with_markers) {
      send_markers(captures.back().first, [this](const Payment& marker) {
        send(marker, {.cents = marker.cents, .time_micros = marker.time_micros});
      });
    }
  }

  /// The table.
  void send_cards() {
    for (uint32_t card = 0; card < stream_.cards; ++card) {
      begin_record(card);
      value_.append("{\"card\":\"").append(key_);
      value_.append("\",\"home\":\"").append(home_of(card)).append("\"}");
      end_record();
    }
  }

  void end() {
    must(rd_kafka_flush(producer_.get(), 120'000), "flush");
    std::cout << "{\"records\": " << records_ << ", \"cards\": " << cards_
              << ", \"value_bytes\": " << bytes_ / records_ << "}\n";
  }

 private:
  int32_t partition_of(const std::string& key) const {
    return rd_kafka_msg_partitioner_murmur2(topic_.get(), key.data(), key.size(), partitions_, nullptr,
                                            nullptr);
  }

  void begin_record(uint32_t card) {
    key_.clear();
    value_.clear();
    append_card(card, key_);
  }

  void end_record() {
    bytes_ += value_.size();
    produce(producer_.get(), topic_.get(), partition_of(key_), key_, value_);
    if (++records_ % 1000 == 0) rd_kafka_poll(producer_.get(), 0);
  }

  void send(const Payment& payment) {
    begin_record(payment.card);
    append_payment(payment, value_);
    end_record();
  }

  void send(const Payment& payment, const Capture& capture) {
    begin_record(payment.card);
    append_capture(payment, capture, value_);
    end_record();
  }

  /// Of some card that belongs there.
  template <class Send>
  void send_markers(int64_t last_micros, Send send_marker) {
    for (int32_t partition = 0; partition < partitions_; ++partition) {
      Payment marker{.id = stream_.records, .cents = 1, .time_micros = last_micros + kAheadMicros};
      do {
        begin_record(++marker.card);
      } while (partition_of(key_) != partition);
      send_marker(marker);
    }
  }

  PaymentStream stream_;
  RdClient producer_;
  RdTopic topic_;
  int32_t partitions_ = 0;
  uint64_t records_ = 0;
  uint64_t cards_ = 0;
  uint64_t bytes_ = 0;
  std::string key_;
  std::string value_;
};

int run(const Arguments& arguments) {
  Preload preload{arguments};
  const std::string what = arguments.text("what", "payments");
  const bool with_markers = arguments.number("markers", 1) != 0;
  if (what == "payments") {
    preload.send_payments(with_markers);
  } else if (what == "captures") {
    preload.send_captures(with_markers);
  } else if (what == "cards") {
    preload.send_cards();
  } else {
    give_up("no such stream: " + what);
  }
  preload.end();
  return 0;
}

}  // namespace

}  // namespace pactolus::bench

int main(int argc, char** argv) { return pactolus::bench::run({argc, argv}); }
