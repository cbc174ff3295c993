#pragma once

#include <librdkafka/rdkafka.h>

#include <atomic>
#include <mutex>
#include <set>
#include <string>

namespace pactolus {

/// Whether one librdkafka instance has a connection to any broker, and what stood in the way last. librdkafka
/// itself says only when the last connection went. Owned by the instance's handle. Threads: any.
class Reachability {
 public:
  /// A broker's connection changed its state, which librdkafka names: "UP", "DOWN", "TRY_CONNECT", …
  void broker_state(const std::string& broker, std::string_view state);
  /// A connection failed or broke.
  void trouble(rd_kafka_resp_err_t code, std::string reason);

  /// There was trouble, and no connection since.
  bool lost() const { return lost_; }
  rd_kafka_resp_err_t last_code() const;
  /// "; the last attempt: …", or nothing if none failed.
  std::string last_trouble() const;

 private:
  mutable std::mutex mutex_;
  std::set<std::string> up_;  // guarded by mutex_
  rd_kafka_resp_err_t code_ = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::string reason_;
  std::atomic<bool> lost_ = false;
};

}  // namespace pactolus
