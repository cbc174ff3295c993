// Sends payments at a steady rate and reads the results: how long from producing a record to reading,
// read_committed, the result that carries its stamp. --pairs FILE keeps (sent, arrived) of every result, in
// microseconds, as int64s.

#include <algorithm>
#include <chrono>
#include <deque>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "partition_reader.h"
#include "payments.h"

namespace pactolus::bench {

namespace {

using std::chrono::microseconds;
using std::chrono::steady_clock;
constexpr microseconds kPace{2000};
constexpr std::chrono::seconds kPatience{60};

int64_t now_micros() {
  return std::chrono::duration_cast<microseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// Sends evenly, by itself, in a thread of its own: what is due goes to one partition, then to the next one,
/// so that a request carries a batch, as those of Kafka's own producer do.
class PacedSender {
 public:
  explicit PacedSender(const Arguments& arguments)
      : rate_(arguments.number("rate", 20'000)),
        total_(rate_ * arguments.number("seconds", 30)),
        stream_(PaymentStream::of(arguments)) {
    stream_.per_window = rate_ * 60;
    RdConf conf = producer_conf(arguments.text("bootstrap"));
    set(conf.get(), "linger.ms", "1");  // what is due is handed over at once
    producer_ = open_client(RD_KAFKA_PRODUCER, std::move(conf));
    topic_.reset(rd_kafka_topic_new(producer_.get(), arguments.text("topic").c_str(), nullptr));
    drawn_.resize(static_cast<size_t>(partition_count(producer_.get(), arguments.text("topic"))));
  }

  uint64_t total() const { return total_; }

  void run() {
    const auto began = steady_clock::now();
    const int64_t began_at = now_micros();
    size_t turn = 0;
    for (uint64_t sent = 0; sent < total_;) {
      const auto elapsed = std::chrono::duration_cast<microseconds>(steady_clock::now() - began).count();
      const uint64_t due = std::min(total_, rate_ * static_cast<uint64_t>(elapsed) / 1'000'000);
      const size_t partition = turn++ % drawn_.size();
      for (; sent < due; ++sent) {
        Payment payment = next_of(partition);
        // When it was due, not when it was its partition's turn.
        payment.sent_micros = began_at + static_cast<int64_t>(sent * 1'000'000 / rate_);
        send(payment, static_cast<int32_t>(partition));
      }
      rd_kafka_poll(producer_.get(), 0);
      std::this_thread::sleep_for(kPace);
    }
    must(rd_kafka_flush(producer_.get(), 60'000), "flush");
  }

 private:
  /// The next payment by a card of this partition.
  Payment next_of(size_t partition) {
    while (drawn_[partition].empty()) {
      const Payment payment = stream_.at(number_++);
      std::string key;
      append_card(payment.card, key);
      const int32_t of = rd_kafka_msg_partitioner_murmur2(
          topic_.get(), key.data(), key.size(), static_cast<int32_t>(drawn_.size()), nullptr, nullptr);
      drawn_[static_cast<size_t>(of)].push_back(payment);
    }
    const Payment payment = drawn_[partition].front();
    drawn_[partition].pop_front();
    return payment;
  }

  void send(const Payment& payment, int32_t partition) {
    std::string key;
    std::string value;
    append_card(payment.card, key);
    append_payment(payment, value);
    produce(producer_.get(), topic_.get(), partition, key, value);
  }

  const uint64_t rate_;
  const uint64_t total_;
  PaymentStream stream_;
  RdClient producer_;
  RdTopic topic_;
  std::vector<std::deque<Payment>> drawn_;  // of each partition, and not sent yet
  uint64_t number_ = 0;                     // of payments drawn
};

struct Pair {
  int64_t sent;
  int64_t arrived;
};

int64_t stamp_in(std::string_view result) {
  constexpr std::string_view kName = "\"sent\":";
  const size_t begin = result.find(kName);
  if (begin == std::string_view::npos) give_up("a result without its stamp: " + std::string{result});
  return std::strtoll(std::string{result.substr(begin + kName.size(), 20)}.c_str(), nullptr, 10);
}

std::vector<Pair> receive(PartitionReader& reader, uint64_t total) {
  std::vector<Pair> pairs;
  pairs.reserve(total);
  auto last = steady_clock::now();
  while (pairs.size() < total && steady_clock::now() - last < kPatience) {
    const bool any = reader.read(1000, 1, [&](int32_t, std::span<rd_kafka_message_t* const> records) {
      const int64_t arrived = now_micros();
      for (const rd_kafka_message_t* record : records)
        pairs.push_back({stamp_in({static_cast<const char*>(record->payload), record->len}), arrived});
    });
    if (any) last = steady_clock::now();
  }
  return pairs;
}

/// Percentiles of what was sent after the warm-up.
nlohmann::json summary(const std::vector<Pair>& pairs, uint64_t warm_up_seconds) {
  const int64_t first = std::ranges::min(pairs, {}, &Pair::sent).sent;
  std::vector<int64_t> latencies;
  for (const Pair& pair : pairs) {
    if (pair.sent >= first + static_cast<int64_t>(warm_up_seconds) * 1'000'000)
      latencies.push_back(pair.arrived - pair.sent);
  }
  if (latencies.empty()) give_up("no result after the warm-up");
  std::ranges::sort(latencies);
  const auto ms = [&](double share) {
    return static_cast<double>(latencies[static_cast<size_t>(share * double(latencies.size() - 1))]) / 1000;
  };
  return {{"p50_ms", ms(0.5)}, {"p99_ms", ms(0.99)}, {"p999_ms", ms(0.999)}, {"max_ms", ms(1)}};
}

int run(const Arguments& arguments) {
  PartitionReader reader{arguments.text("bootstrap"), arguments.text("output"), PartitionReader::Start::kEnd};
  while (!reader.at_end()) reader.read(1, 1, [](int32_t, auto) {});
  PacedSender sender{arguments};
  std::thread thread{[&] { sender.run(); }};
  const std::vector<Pair> pairs = receive(reader, sender.total());
  thread.join();
  if (pairs.empty()) give_up("no result came");
  if (const std::string file = arguments.text("pairs", ""); !file.empty()) {
    std::ofstream{file, std::ios::binary}.write(reinterpret_cast<const char*>(pairs.data()),
                                                static_cast<std::streamsize>(pairs.size() * sizeof(Pair)));
  }
  nlohmann::json report = summary(pairs, arguments.number("warm-up", 5));
  report["sent"] = sender.total();
  report["received"] = pairs.size();
  std::cout << report << "\n";
  return pairs.size() == sender.total() ? 0 : 1;
}

}  // namespace

}  // namespace pactolus::bench

int main(int argc, char** argv) { return pactolus::bench::run({argc, argv}); }
