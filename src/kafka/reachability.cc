#include "kafka/reachability.h"

namespace pactolus {

void Reachability::broker_state(const std::string& broker, std::string_view state) {
  std::lock_guard lock{mutex_};
  if (state == "UP" || state == "UPDATE") {
    up_.insert(broker);
    lost_ = false;
    code_ = RD_KAFKA_RESP_ERR_NO_ERROR;
    reason_.clear();
  } else {
    up_.erase(broker);
  }
}

void Reachability::trouble(rd_kafka_resp_err_t code, std::string reason) {
  std::lock_guard lock{mutex_};
  // The news comes through a queue: a broker may be back already.
  if (!up_.empty()) return;
  lost_ = true;
  code_ = code;
  reason_ = std::move(reason);
}

rd_kafka_resp_err_t Reachability::last_code() const {
  std::lock_guard lock{mutex_};
  return code_;
}

std::string Reachability::last_trouble() const {
  std::lock_guard lock{mutex_};
  return reason_.empty() ? "" : "; the last attempt: " + reason_;
}

}  // namespace pactolus
