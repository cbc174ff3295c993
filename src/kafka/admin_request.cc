#include "kafka/admin_request.h"

#include "base/check.h"

namespace pactolus {

namespace {

/// How much longer than the request's own timeout we wait: librdkafka answers every request, a timed out one
/// too.
constexpr std::chrono::seconds kGrace{2};

}  // namespace

AdminRequest::AdminRequest(KafkaHandle& handle, rd_kafka_admin_op_t operation, Duration timeout,
                           std::string_view what)
    : handle_(handle),
      timeout_(timeout),
      what_(what),
      options_(rd_kafka_AdminOptions_new(handle.get(), operation)),
      queue_(rd_kafka_queue_new(handle.get())) {
  char reason[256] = "";
  const auto set =
      rd_kafka_AdminOptions_set_request_timeout(options_.get(), milliseconds(timeout), reason, sizeof reason);
  PACTOLUS_CHECK(set == RD_KAFKA_RESP_ERR_NO_ERROR, reason);
}

LogResult<RdEvent> AdminRequest::answer(const NeededRights& rights) {
  RdEvent event{rd_kafka_queue_poll(queue_.get(), milliseconds(timeout_ + kGrace))};
  handle_.serve_events();
  if (event == nullptr) return handle_.unreachable(what_);
  const rd_kafka_resp_err_t code = rd_kafka_event_error(event.get());
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return LogResult<RdEvent>{std::move(event)};
  return error(code, rd_kafka_event_error_string(event.get()), rights);
}

LogError AdminRequest::error(rd_kafka_resp_err_t code, const char* message,
                             const NeededRights& rights) const {
  if (is_unanswered(code)) return handle_.unreachable(what_);
  const KafkaFailure failure{.code = code,
                             .fatal = false,
                             .abortable = false,
                             .message = message != nullptr ? message : rd_kafka_err2str(code)};
  return log_error(KafkaCall::kAdmin, failure, rights).within(what_);
}

}  // namespace pactolus
