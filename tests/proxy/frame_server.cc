#include "proxy/frame_server.h"

#include <algorithm>
#include <list>

#include "proxy/wire.h"

namespace pactolus::testing {
namespace {

struct Client {
  Socket socket;
  FrameCutter cutter;
};

}  // namespace

FrameServer::FrameServer()
    : listener_(Socket::listening()), port_(listener_.port()), thread_([this] { serve(); }) {}

FrameServer::~FrameServer() {
  stopping_ = true;
  thread_.join();
}

void FrameServer::serve() {
  std::list<Client> clients;
  while (!stopping_) {
    if (Socket accepted = listener_.accept(); accepted.open()) clients.push_back({std::move(accepted), {}});
    for (Client& client : clients) {
      const auto bytes = client.socket.receive();
      if (!bytes) {
        client.socket.close();
        ++ended_;
        continue;
      }
      client.cutter.add(*bytes);
      while (auto frame = client.cutter.next()) answer(*frame, client.socket);
    }
    clients.remove_if([](const Client& client) { return !client.socket.open(); });
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
}

void FrameServer::answer(const std::string& frame, const Socket& client) {
  const auto header = parse_request_header(frame);
  if (!header) return;
  const size_t header_size = request_frame(0, 0, 0, header->client_id, "").size();
  const std::string body = frame.substr(header_size);
  {
    std::lock_guard lock(mutex_);
    bodies_.push_back(body);
  }
  std::string bytes = with_size(WireWriter{}.i32(header->correlation).bytes() + body);
  while (!bytes.empty()) {
    const auto taken = client.send(bytes);
    if (!taken) return;
    bytes.erase(0, *taken);
  }
}

std::vector<std::string> FrameServer::bodies() const {
  std::lock_guard lock(mutex_);
  return bodies_;
}

}  // namespace pactolus::testing
