#include "proxy/proxied_connection.h"

namespace pactolus::testing {
namespace {

SteadyTime now() { return std::chrono::steady_clock::now(); }

}  // namespace

ProxiedConnection::ProxiedConnection(Socket client, uint16_t broker_port, ProxyState& state)
    : client_(std::move(client)), broker_(Socket::connecting(broker_port)), state_(state) {
  if (!broker_.open()) ended_ = true;
}

void ProxiedConnection::read_client() {
  const auto bytes = client_.receive();
  if (!bytes) {
    client_.close();  // what it has sent still arrives
    return;
  }
  from_client_.add(*bytes);
  while (client_.open()) {
    auto frame = from_client_.next();
    if (!frame) return;
    take_request(std::move(*frame));
  }
}

void ProxiedConnection::take_request(std::string frame) {
  const auto header = parse_request_header(frame);
  if (!header) return cut();
  ++state_.requests[header->api];
  const auto rule = state_.rules.find(*header);
  if (!rule) return forward(*header, frame, std::nullopt);
  befall(*rule, *header, frame);
}

void ProxiedConnection::befall(int number, const RequestHeader& header, const std::string& frame) {
  const FaultRule& rule = state_.rules.rule(number);
  switch (rule.fault) {
    case Fault::kDelayResponse:
    case Fault::kDropResponse:
      return forward(header, frame, number);  // when the answer comes
    case Fault::kDelayRequest:
      state_.rules.carried_out(number);
      return forward(header, frame, number);
    case Fault::kDuplicate:
      state_.rules.carried_out(number);
      forward(header, frame, std::nullopt);
      return forward(header, frame, std::nullopt, true);
    case Fault::kHold:
      state_.held.push_back(frame);
      break;
    case Fault::kDropRequest:
      break;
  }
  state_.rules.carried_out(number);
  if (rule.cut) cut();
}

void ProxiedConnection::forward(const RequestHeader& header, const std::string& frame,
                                std::optional<int> rule, bool is_duplicate) {
  expected_.push_back({header.correlation, rule, is_duplicate});
  SteadyTime due = now() + state_.to_broker.latency();
  if (rule && state_.rules.rule(*rule).fault == Fault::kDelayRequest) due += state_.rules.rule(*rule).delay;
  to_broker_.add(with_size(frame), due);
}

void ProxiedConnection::read_broker() {
  const auto bytes = broker_.receive();
  if (!bytes) {
    broker_gone_ = true;  // what it has sent still arrives
    return;
  }
  from_broker_.add(*bytes);
  while (!ended_) {
    auto frame = from_broker_.next();
    if (!frame) return;
    take_response(std::move(*frame));
  }
}

void ProxiedConnection::take_response(std::string frame) {
  const auto correlation = correlation_of(frame);
  // One without an answer was passed over, as Produce with acks=0.
  while (!expected_.empty() && expected_.front().correlation != correlation) expected_.pop_front();
  if (expected_.empty()) return cut();
  const Expected expected = expected_.front();
  expected_.pop_front();
  if (expected.is_duplicate) {
    ++state_.swallowed;
    return;
  }
  SteadyTime due = now() + state_.to_client.latency();
  if (expected.rule) {
    const FaultRule& rule = state_.rules.rule(*expected.rule);
    if (rule.fault == Fault::kDropResponse || rule.fault == Fault::kDelayResponse)
      state_.rules.carried_out(*expected.rule);
    if (rule.fault == Fault::kDropResponse) {
      if (rule.cut) cut();
      return;
    }
    if (rule.fault == Fault::kDelayResponse) due += rule.delay;
  }
  to_client_.add(with_size(frame), due);
}

void ProxiedConnection::deliver(SteadyTime at) {
  if (ended_) return;
  const bool broker_takes = !broker_gone_ && to_broker_.deliver(broker_, state_.to_broker, at);
  const bool client_takes = client_.open() && to_client_.deliver(client_, state_.to_client, at);
  if (broker_takes && client_takes) return;
  // What is on its way to the end that is still there gets there.
  const bool something_left = (broker_takes && !to_broker_.empty()) || (client_takes && !to_client_.empty());
  if (!something_left) ended_ = true;
}

void ProxiedConnection::cut() {
  if (ended_) return;
  ++state_.cut;
  client_.reset();
  ended_ = true;
}

}  // namespace pactolus::testing
