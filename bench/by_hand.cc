// (b): this one job written by hand: a flat table and transactional output, exactly once as long as it
// doesn't crash. Without a changelog, without YAML, without types, without dead letters.

#include <chrono>
#include <iostream>
#include <map>
#include <thread>

#include "arguments.h"
#include "partition_reader.h"
#include "payments.h"
#include "three_fields.h"
#include "window_table.h"

namespace pactolus::bench {

namespace {

using Clock = std::chrono::steady_clock;
constexpr size_t kBatch = 1000;
constexpr std::chrono::milliseconds kPause{1};  // where little has come

/// librdkafka tells at once when a record was delivered only if somebody asks.
void on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void*) {
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) give_up(rd_kafka_err2str(message->err));
}

class Output {
 public:
  Output(const Arguments& arguments, const std::string& group) {
    RdConf conf = producer_conf(arguments.text("bootstrap"));
    set(conf.get(), "transactional.id", group);
    set(conf.get(), "linger.ms", "200");  // as Pactolus: a commit sends what waits
    rd_kafka_conf_set_dr_msg_cb(conf.get(), on_delivery);
    producer_ = open_client(RD_KAFKA_PRODUCER, std::move(conf));
    topic_.reset(rd_kafka_topic_new(producer_.get(), arguments.text("output").c_str(), nullptr));
    partition_count(producer_.get(), arguments.text("output"));
    must(rd_kafka_init_transactions(producer_.get(), kCallTimeoutMs), "init");
    must(rd_kafka_begin_transaction(producer_.get()), "begin");
  }

  void send(int32_t partition, int64_t window_end, const WindowTable::Totals& totals) {
    key_.assign(totals.name());
    value_.assign("{\"card\":\"").append(key_);
    value_.append("\",\"window_start\":\"");
    append_time(window_end - kWindowMicros, value_);
    value_.append("\",\"window_end\":\"");
    append_time(window_end, value_);
    value_.append("\",\"payments\":").append(std::to_string(totals.count));
    value_.append(",\"total\":");
    append_cents(totals.cents, value_);
    value_.append(",\"largest\":");
    append_cents(totals.largest, value_);
    value_.push_back('}');
    produce(producer_.get(), topic_.get(), partition, key_, value_);
  }

  void commit(const rd_kafka_topic_partition_list_t* offsets, rd_kafka_t* consumer) {
    const RdGroupMetadata group{rd_kafka_consumer_group_metadata(consumer)};
    must(rd_kafka_send_offsets_to_transaction(producer_.get(), offsets, group.get(), kCallTimeoutMs),
         "send_offsets");
    must(rd_kafka_commit_transaction(producer_.get(), kCallTimeoutMs), "commit");
    must(rd_kafka_begin_transaction(producer_.get()), "begin");
  }

  void serve() { rd_kafka_poll(producer_.get(), 0); }

 private:
  RdClient producer_;
  RdTopic topic_;
  std::string key_;
  std::string value_;
};

class Job {
 public:
  explicit Job(const Arguments& arguments)
      : input_(arguments.text("topic")),
        interval_(arguments.number("commit-interval-ms", 100)),
        reader_(arguments.text("bootstrap"), input_, arguments.text("group")),
        output_(arguments, arguments.text("group")),
        partitions_(reader_.partitions()) {}

  void run() {
    last_commit_ = Clock::now();
    while (!reader_.at_end()) {
      const uint64_t before = records_;
      reader_.read(kBatch, 1, [this](int32_t partition, auto records) { process(partition, records); });
      output_.serve();
      if (Clock::now() - last_commit_ >= interval_) commit();
      if (records_ - before < kBatch) std::this_thread::sleep_for(kPause);
    }
    commit();
    std::cout << "{\"records\": " << records_ << ", \"results\": " << results_ << "}\n";
  }

 private:
  struct PartitionState {
    std::map<int64_t, WindowTable> windows;  // by their end
    int64_t latest = 0;
    int64_t next_offset = -1;
  };

  void process(int32_t partition, std::span<rd_kafka_message_t* const> records) {
    if (records.empty()) return;
    PartitionState& state = partitions_[static_cast<size_t>(partition)];
    fields_.load(records);
    for (size_t i = 0; i < records.size(); ++i) {
      const ThreeFields payment = fields_.fields(i);
      const int64_t time = parse_time(payment.time);
      if (payment.card.size() != kCardSize) give_up("not a card: " + std::string{payment.card});
      state.windows[time - time % kWindowMicros + kWindowMicros].add(payment.card, payment.cents);
      state.latest = std::max(state.latest, time);
      while (state.windows.begin()->first <= state.latest - kDisorderMicros) close(partition, state);
    }
    records_ += records.size();
    state.next_offset = records.back()->offset + 1;
  }

  void close(int32_t partition, PartitionState& state) {
    const auto window = state.windows.begin();
    window->second.for_each([&](const WindowTable::Totals& totals) {
      output_.send(partition, window->first, totals);
      ++results_;
    });
    state.windows.erase(window);
  }

  void commit() {
    const RdPartitions offsets{rd_kafka_topic_partition_list_new(static_cast<int>(partitions_.size()))};
    for (size_t i = 0; i < partitions_.size(); ++i) {
      if (partitions_[i].next_offset < 0) continue;
      rd_kafka_topic_partition_list_add(offsets.get(), input_.c_str(), static_cast<int32_t>(i))->offset =
          partitions_[i].next_offset;
    }
    if (offsets->cnt > 0) output_.commit(offsets.get(), reader_.client());
    last_commit_ = Clock::now();
  }

  const std::string input_;
  const std::chrono::milliseconds interval_;
  PartitionReader reader_;
  Output output_;
  FieldReader fields_;
  std::vector<PartitionState> partitions_;
  Clock::time_point last_commit_;
  uint64_t records_ = 0;
  uint64_t results_ = 0;
};

}  // namespace

}  // namespace pactolus::bench

int main(int argc, char** argv) {
  pactolus::bench::Job{pactolus::bench::Arguments{argc, argv}}.run();
  return 0;
}
