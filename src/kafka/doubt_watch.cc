#include "kafka/doubt_watch.h"

#include <algorithm>

#include "base/check.h"

namespace pactolus {

namespace {

constexpr char kInterceptor[] = "pactolus-doubt";

rd_kafka_resp_err_t on_request_sent(rd_kafka_t*, int, const char*, int32_t, int16_t api, int16_t, int32_t,
                                    size_t, void* watch) {
  static_cast<DoubtWatch*>(watch)->request_sent(api);
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

/// Called for requests that failed without an answer, too; an answer to a request that was given up before
/// comes with no api (-1).
rd_kafka_resp_err_t on_response_received(rd_kafka_t*, int, const char*, int32_t, int16_t api, int16_t,
                                         int32_t, size_t, int64_t, rd_kafka_resp_err_t error, void* watch) {
  static_cast<DoubtWatch*>(watch)->request_ended(api, error);
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

rd_kafka_resp_err_t on_new(rd_kafka_t* instance, const rd_kafka_conf_t*, void* watch, char*, size_t) {
  const auto error = rd_kafka_interceptor_add_on_request_sent(instance, kInterceptor, on_request_sent, watch);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return error;
  return rd_kafka_interceptor_add_on_response_received(instance, kInterceptor, on_response_received, watch);
}

}  // namespace

void DoubtWatch::attach(rd_kafka_conf_t* conf) {
  PACTOLUS_CHECK(rd_kafka_conf_interceptor_add_on_new(conf, kInterceptor, on_new, this) ==
                 RD_KAFKA_RESP_ERR_NO_ERROR);
}

void DoubtWatch::request_sent(int16_t api) {
  if (Kind* kind = find(api)) {
    kind->sent = true;
    ++kind->in_flight;
  }
}

void DoubtWatch::request_ended(int16_t api, rd_kafka_resp_err_t error) {
  Kind* kind = find(api);
  if (kind == nullptr || kind->in_flight == 0) return;  // one that never left
  --kind->in_flight;
  // The instance is being destroyed: nobody is going to rely on it.
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR && error != RD_KAFKA_RESP_ERR__DESTROY) kind->lost = true;
}

std::optional<std::string> DoubtWatch::lost_request() const {
  const auto lost = std::ranges::find_if(kinds_, [](const Kind& kind) { return kind.lost.load(); });
  if (lost == kinds_.end()) return std::nullopt;
  return std::string{lost->name} + " was sent and never answered";
}

bool DoubtWatch::ever_sent(Api api) const {
  return std::ranges::any_of(kinds_, [&](const Kind& kind) { return kind.api == api && kind.sent; });
}

DoubtWatch::Kind* DoubtWatch::find(int16_t api) {
  auto* found = std::ranges::find_if(kinds_, [&](const Kind& kind) { return kind.api == api; });
  return found == kinds_.end() ? nullptr : found;
}

}  // namespace pactolus
