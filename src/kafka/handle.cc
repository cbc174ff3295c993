#include "kafka/handle.h"

#include <syslog.h>

#include <algorithm>
#include <limits>
#include <thread>

namespace pactolus {

namespace {

constexpr char kInterceptor[] = "pactolus";

bool is_connection_trouble(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR__TRANSPORT || code == RD_KAFKA_RESP_ERR__RESOLVE ||
         code == RD_KAFKA_RESP_ERR__AUTHENTICATION || code == RD_KAFKA_RESP_ERR__SSL ||
         code == RD_KAFKA_RESP_ERR__TIMED_OUT;
}

bool uses_oauth(const rd_kafka_conf_t* conf) {
  char value[64] = "";
  size_t size = sizeof value;
  return rd_kafka_conf_get(conf, "sasl.mechanisms", value, &size) == RD_KAFKA_CONF_OK &&
         std::string_view{value} == "OAUTHBEARER";
}

}  // namespace

KafkaHandle::KafkaHandle(std::string name, std::shared_ptr<KafkaLogBridge> log)
    : name_(std::move(name)), log_(std::move(log)) {}

LogResult<std::shared_ptr<KafkaHandle>> KafkaHandle::make(rd_kafka_type_t type, RdConf conf, std::string name,
                                                          std::shared_ptr<KafkaLogBridge> log) {
  auto handle = std::make_shared<KafkaHandle>(std::move(name), std::move(log));
  rd_kafka_conf_set_opaque(conf.get(), handle.get());
  rd_kafka_conf_set_log_cb(conf.get(), on_log);
  rd_kafka_conf_set_error_cb(conf.get(), on_error);
  rd_kafka_conf_interceptor_add_on_new(conf.get(), kInterceptor, on_new, handle.get());
  // Tokens are renewed in librdkafka's own thread: no port needs to be polled for it.
  const bool oauth = uses_oauth(conf.get());
  if (oauth) rd_kafka_conf_enable_sasl_queue(conf.get(), 1);

  char reason[512] = "";
  handle->instance_ = rd_kafka_new(type, conf.get(), reason, sizeof reason);
  if (handle->instance_ == nullptr) return LogError{LogErrorKind::kFatal, reason};
  (void)conf.release();  // rd_kafka_new took it
  if (oauth) {
    if (rd_kafka_error_t* error = rd_kafka_sasl_background_callbacks_enable(handle->instance_)) {
      return LogError{LogErrorKind::kFatal, take_failure(error).message};
    }
  }
  return handle;
}

KafkaHandle::~KafkaHandle() {
  if (instance_ != nullptr) rd_kafka_destroy_flags(instance_, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

void KafkaHandle::serve_error(rd_kafka_resp_err_t code, const char* reason) {
  if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) return;  // see Reachability
  // librdkafka's own line says the same with more detail.
  if (is_connection_trouble(code)) return reachability_.trouble(code, reason);
  log_->line(name_, LOG_WARNING, rd_kafka_err2name(code), reason);
}

void KafkaHandle::serve_events() { rd_kafka_poll(instance_, 0); }

bool KafkaHandle::lost() {
  const bool lost = reachability_.lost();
  if (told_lost_.exchange(lost) != lost) {
    if (lost) {
      logger().debug("kafka {}: no broker can be reached{}", name_, reachability_.last_trouble());
    } else {
      logger().debug("kafka {}: connected again", name_);
    }
  }
  return lost;
}

LogError KafkaHandle::unreachable(std::string_view what) {
  const rd_kafka_resp_err_t code = reachability_.last_code();
  const bool refused = code == RD_KAFKA_RESP_ERR__AUTHENTICATION || code == RD_KAFKA_RESP_ERR__SSL;
  return {refused ? LogErrorKind::kFatal : LogErrorKind::kRetry,
          std::string{what} + ": no broker answers" + reachability_.last_trouble()};
}

KafkaFailure KafkaHandle::fatal_failure() const {
  char reason[512] = "";
  const rd_kafka_resp_err_t code = rd_kafka_fatal_error(instance_, reason, sizeof reason);
  return {.code = code, .fatal = code != RD_KAFKA_RESP_ERR_NO_ERROR, .abortable = false, .message = reason};
}

void KafkaHandle::close_consumer(const std::shared_ptr<KafkaHandle>& handle, Duration timeout) {
  rd_kafka_t* instance = handle->get();
  RdQueue queue{rd_kafka_queue_new(instance)};
  if (rd_kafka_error_t* error = rd_kafka_consumer_close_queue(instance, queue.get())) {
    rd_kafka_error_destroy(error);
    return;
  }
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (rd_kafka_consumer_closed(instance) == 0 && std::chrono::steady_clock::now() < deadline) {
    RdEvent event{rd_kafka_queue_poll(queue.get(), 100)};
    // A rebalance that nobody has answered, from before the close or of the close itself: the close may wait
    // for that. It may also end meanwhile; librdkafka then forgets the answer, and the call never returns.
    if (event && rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_REBALANCE)
      std::thread{[handle] { rd_kafka_assign(handle->get(), nullptr); }}.detach();
  }
}

std::string KafkaHandle::refused_topic() const {
  std::lock_guard lock{mutex_};
  return refused_topic_;
}

/// librdkafka's error speaks of all topics of the transaction; which one it was stands only in its log.
void KafkaHandle::note_refused_topic(std::string_view facility, std::string_view text) {
  constexpr std::string_view kBefore = "Failed to add partition \"";
  const size_t at = text.find(kBefore);
  const bool refused =
      facility == "ADDPARTS" && at != std::string_view::npos &&
      text.find(rd_kafka_err2str(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)) != std::string_view::npos;
  if (!refused) return;
  const std::string_view rest = text.substr(at + kBefore.size());
  std::lock_guard lock{mutex_};
  if (refused_topic_.empty()) refused_topic_ = rest.substr(0, rest.find('"'));
}

void KafkaHandle::on_log(const rd_kafka_t* instance, int severity, const char* facility, const char* text) {
  auto& self = *static_cast<KafkaHandle*>(rd_kafka_opaque(instance));
  self.note_refused_topic(facility, text);
  self.log_->line(self.name_, severity, facility, text);
}

void KafkaHandle::on_error(rd_kafka_t*, int code, const char* reason, void* opaque) {
  auto& self = *static_cast<KafkaHandle*>(opaque);
  const auto error = static_cast<rd_kafka_resp_err_t>(code);
  if (self.caught_ == nullptr) return self.serve_error(error, reason);
  *self.caught_ = KafkaFailure{.code = error, .message = reason};
}

rd_kafka_resp_err_t KafkaHandle::on_new(rd_kafka_t* instance, const rd_kafka_conf_t*, void* self, char*,
                                        size_t) {
  return rd_kafka_interceptor_add_on_broker_state_change(instance, kInterceptor, on_broker_state, self);
}

rd_kafka_resp_err_t KafkaHandle::on_broker_state(rd_kafka_t*, int32_t, const char*, const char* name,
                                                 int port, const char* state, void* self) {
  // Not by id: a bootstrap broker learns its own while it is connected.
  static_cast<KafkaHandle*>(self)->reachability_.broker_state(std::string{name} + ':' + std::to_string(port),
                                                              state);
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

int milliseconds(Duration duration) {
  const int64_t ms = std::chrono::ceil<std::chrono::milliseconds>(duration).count();
  return static_cast<int>(std::clamp<int64_t>(ms, 0, std::numeric_limits<int>::max()));
}

}  // namespace pactolus
