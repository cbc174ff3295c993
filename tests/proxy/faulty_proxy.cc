#include "proxy/faulty_proxy.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

namespace pactolus::testing {
namespace {

constexpr int kIdleWaitMs = 1000;
constexpr int kLimitedWaitMs = 10;  // until a slow link takes more
constexpr std::chrono::seconds kLatePatience{10};
constexpr std::chrono::milliseconds kLookInterval{2};

bool is_ready(const pollfd& polled) { return (polled.revents & (POLLIN | POLLERR | POLLHUP)) != 0; }

}  // namespace

FaultyProxy::FaultyProxy(uint16_t broker_port)
    : listener_(Socket::listening()),
      port_(listener_.port()),
      broker_port_(broker_port),
      bell_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_([this] { serve(); }) {}

FaultyProxy::~FaultyProxy() {
  stopping_ = true;
  ring();
  thread_.join();
  for (const auto& connection : connections_) connection->cut();
  close(bell_);
}

void FaultyProxy::ring() const { eventfd_write(bell_, 1); }

void FaultyProxy::serve() {
  while (!stopping_) serve_once();
}

void FaultyProxy::serve_once() {
  std::vector<pollfd> polled = {{bell_, POLLIN, 0}, {listener_.fd(), POLLIN, 0}};
  size_t known = 0;
  int patience = kIdleWaitMs;
  {
    std::lock_guard lock(mutex_);
    known = connections_.size();
    const SteadyTime now = std::chrono::steady_clock::now();
    for (const auto& connection : connections_) {
      // A negative file descriptor is passed over.
      polled.push_back({connection->wants_from_client() ? connection->client().fd() : -1, POLLIN, 0});
      polled.push_back({connection->wants_from_broker() ? connection->broker().fd() : -1, POLLIN, 0});
    }
    patience = wait_ms(now);
  }
  poll(polled.data(), polled.size(), patience);
  eventfd_t rings = 0;
  eventfd_read(bell_, &rings);

  std::lock_guard lock(mutex_);
  for (size_t i = 0; i < known; ++i) {  // only this thread adds and removes
    ProxiedConnection& connection = *connections_[i];
    if (!connection.ended() && is_ready(polled[2 + 2 * i])) connection.read_client();
    if (!connection.ended() && is_ready(polled[3 + 2 * i])) connection.read_broker();
  }
  if (is_ready(polled[1])) accept_new();
  const SteadyTime now = std::chrono::steady_clock::now();
  for (const auto& connection : connections_) connection->deliver(now);
  std::erase_if(connections_, [](const auto& connection) { return connection->ended(); });
}

void FaultyProxy::accept_new() {
  Socket client = listener_.accept();
  if (!client.open()) return;
  connections_.push_back(std::make_unique<ProxiedConnection>(std::move(client), broker_port_, state_));
}

/// Until something is due, or a socket that did not take everything may take more.
int FaultyProxy::wait_ms(SteadyTime now) const {
  int wait = kIdleWaitMs;
  for (const auto& connection : connections_) {
    for (const InFlight* flight : {&connection->to_client(), &connection->to_broker()}) {
      const auto due = flight->due();
      if (!due) continue;
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*due - now).count();
      wait = std::min(wait, std::max(static_cast<int>(left), kLimitedWaitMs));
    }
  }
  return wait;
}

int FaultyProxy::add(FaultRule rule) {
  std::lock_guard lock(mutex_);
  return state_.rules.add(std::move(rule));
}

void FaultyProxy::heal() {
  std::lock_guard lock(mutex_);
  state_.rules.clear();
  for (Link* link : {&state_.to_broker, &state_.to_client}) {
    link->set_latency(std::chrono::milliseconds{0});
    link->set_bytes_per_second(0);
  }
  ring();
}

int FaultyProxy::done(int rule) const {
  std::lock_guard lock(mutex_);
  return state_.rules.done(rule);
}

bool FaultyProxy::wait_until_done(int rule, int times, std::chrono::milliseconds patience) const {
  const SteadyTime until = std::chrono::steady_clock::now() + patience;
  while (done(rule) < times) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(kLookInterval);
  }
  return true;
}

void FaultyProxy::set_latency(std::chrono::milliseconds latency) {
  std::lock_guard lock(mutex_);
  state_.to_broker.set_latency(latency);
  state_.to_client.set_latency(latency);
}

void FaultyProxy::set_bytes_per_second(int64_t rate) {
  std::lock_guard lock(mutex_);
  state_.to_broker.set_bytes_per_second(rate);
  state_.to_client.set_bytes_per_second(rate);
}

int FaultyProxy::cut_connections(int percent) {
  std::lock_guard lock(mutex_);
  int cut = 0;
  for (const auto& connection : connections_) {
    if (connection->ended() || static_cast<int>(random_() % 100) >= percent) continue;
    connection->cut();
    ++cut;
  }
  ring();
  return cut;
}

std::vector<LateAnswer> FaultyProxy::deliver_held() {
  std::vector<std::string> frames;
  {
    std::lock_guard lock(mutex_);
    frames.swap(state_.held);
  }
  std::vector<LateAnswer> answers;
  for (const std::string& frame : frames) {
    LateAnswer& late = answers.emplace_back();
    late.request = parse_request_header(frame).value_or(RequestHeader{});
    const Socket socket = Socket::connected(broker_port_, kLatePatience);
    if (!socket.open() || !socket.send_all(with_size(frame))) continue;
    if (const auto answer = socket.receive_frame(); answer && answer->size() > sizeof(int32_t))
      late.body = answer->substr(sizeof(int32_t));
  }
  return answers;
}

int FaultyProxy::requests(int16_t api) const {
  std::lock_guard lock(mutex_);
  const auto found = state_.requests.find(api);
  return found == state_.requests.end() ? 0 : found->second;
}

int FaultyProxy::swallowed() const {
  std::lock_guard lock(mutex_);
  return state_.swallowed;
}

int FaultyProxy::cut() const {
  std::lock_guard lock(mutex_);
  return state_.cut;
}

int64_t FaultyProxy::stopped() const {
  std::lock_guard lock(mutex_);
  return state_.to_broker.stopped() + state_.to_client.stopped();
}

int FaultyProxy::connections() const {
  std::lock_guard lock(mutex_);
  return static_cast<int>(connections_.size());
}

}  // namespace pactolus::testing
