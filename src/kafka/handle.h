#pragma once

#include <librdkafka/rdkafka.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/types.h"
#include "kafka/errors.h"
#include "kafka/log_bridge.h"
#include "kafka/rdkafka_ptr.h"
#include "kafka/reachability.h"
#include "log/ports.h"

namespace pactolus {

/// One librdkafka instance and what it says of itself: log lines, lost connections, fatal errors.
///
/// Shared by a port and the batches that it fetched: librdkafka wants every message destroyed before its
/// instance, and a batch may outlive the port. Whoever lets go last closes the connections. Threads: as
/// librdkafka, any.
class KafkaHandle {
 public:
  /// `conf` carries all settings. `name` stands in log lines.
  static LogResult<std::shared_ptr<KafkaHandle>> make(rd_kafka_type_t type, RdConf conf, std::string name,
                                                      std::shared_ptr<KafkaLogBridge> log);
  KafkaHandle(std::string name, std::shared_ptr<KafkaLogBridge> log);
  KafkaHandle(const KafkaHandle&) = delete;
  KafkaHandle& operator=(const KafkaHandle&) = delete;
  ~KafkaHandle();

  rd_kafka_t* get() const { return instance_; }
  Logger& logger() { return log_->logger(); }
  const std::string& name() const { return name_; }
  /// Takes an error event (or an error callback's arguments) to the log and to what unreachable() tells.
  void serve_error(rd_kafka_resp_err_t code, const char* reason);
  /// Errors that librdkafka reports in this thread until the next call go to `caught` instead; null: to the
  /// log again. It hands errors of one partition to its error callback, from within the fetch of that
  /// partition.
  void catch_error(std::optional<KafkaFailure>* caught) { caught_ = caught; }
  /// Serves everything that waits on the instance's main queue.
  void serve_events();
  /// No broker is connected.
  bool lost();
  /// For a call that got no answer: kRetry, or kFatal if the last connection was refused for credentials.
  LogError unreachable(std::string_view what);
  /// The instance has died of this, or no error.
  KafkaFailure fatal_failure() const;
  /// The topic that a transaction was refused for want of rights; empty: none was.
  std::string refused_topic() const;
  /// Leaves the group protocol; fetching and heartbeats end, the instance lives on for its messages, and for
  /// as long as the process if librdkafka never answers.
  static void close_consumer(const std::shared_ptr<KafkaHandle>& handle, Duration timeout);

 private:
  void note_refused_topic(std::string_view facility, std::string_view text);
  static void on_log(const rd_kafka_t* instance, int severity, const char* facility, const char* text);
  static void on_error(rd_kafka_t* instance, int code, const char* reason, void* self);
  static rd_kafka_resp_err_t on_new(rd_kafka_t* instance, const rd_kafka_conf_t* conf, void* self,
                                    char* error, size_t error_size);
  static rd_kafka_resp_err_t on_broker_state(rd_kafka_t* instance, int32_t id, const char* protocol,
                                             const char* name, int port, const char* state, void* self);

  const std::string name_;
  const std::shared_ptr<KafkaLogBridge> log_;
  Reachability reachability_;
  std::atomic<bool> told_lost_ = false;
  std::optional<KafkaFailure>* caught_ = nullptr;
  mutable std::mutex mutex_;
  std::string refused_topic_;  // guarded by mutex_
  rd_kafka_t* instance_ = nullptr;
};

/// Milliseconds as librdkafka takes them: at least 0, rounded up, so that a wait never becomes a poll.
int milliseconds(Duration duration);

}  // namespace pactolus
