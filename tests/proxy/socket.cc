#include "proxy/socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>

#include "proxy/wire.h"

namespace pactolus::testing {
namespace {

constexpr size_t kChunkBytes = 64 * 1024;

sockaddr_in local(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

Socket new_socket(int flags) {
  Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0));
  if (!socket.open()) throw std::runtime_error("no socket");
  const int on = 1;
  setsockopt(socket.fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

/// Not now, but perhaps later.
bool is_later(int error) { return error == EAGAIN || error == EINTR; }

}  // namespace

Socket Socket::listening() {
  Socket socket = new_socket(SOCK_NONBLOCK);
  const sockaddr_in address = local(0);
  if (bind(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(socket.fd(), SOMAXCONN) != 0)
    throw std::runtime_error("cannot listen");
  return socket;
}

Socket Socket::connecting(uint16_t port) {
  Socket socket = new_socket(SOCK_NONBLOCK);
  const sockaddr_in address = local(port);
  if (connect(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
      errno != EINPROGRESS)
    socket.close();
  return socket;
}

Socket Socket::connected(uint16_t port, std::chrono::milliseconds patience) {
  Socket socket = new_socket(0);
  const timeval limit{.tv_sec = patience.count() / 1000, .tv_usec = patience.count() % 1000 * 1000};
  setsockopt(socket.fd(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(socket.fd(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  const sockaddr_in address = local(port);
  if (connect(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) socket.close();
  return socket;
}

uint16_t Socket::port() const {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("socket without a port");
  return ntohs(address.sin_port);
}

Socket Socket::accept() const {
  Socket accepted(accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  const int on = 1;
  if (accepted.open()) setsockopt(accepted.fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return accepted;
}

std::optional<std::string> Socket::receive() const {
  std::string bytes(kChunkBytes, '\0');
  const ssize_t got = recv(fd_, bytes.data(), bytes.size(), 0);
  if (got == 0 || (got < 0 && !is_later(errno))) return std::nullopt;
  bytes.resize(got < 0 ? 0 : static_cast<size_t>(got));
  return bytes;
}

std::optional<size_t> Socket::send(std::string_view bytes) const {
  const ssize_t put = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (put < 0 && !is_later(errno)) return std::nullopt;
  return put < 0 ? 0 : static_cast<size_t>(put);
}

bool Socket::send_all(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t put = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (put <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return true;
}

std::optional<std::string> Socket::receive_frame() const {
  const auto exactly = [this](size_t size) -> std::optional<std::string> {
    std::string bytes(size, '\0');
    for (size_t got = 0; got < size;) {
      const ssize_t more = recv(fd_, bytes.data() + got, size - got, 0);
      if (more <= 0) return std::nullopt;
      got += static_cast<size_t>(more);
    }
    return bytes;
  };
  const auto size = exactly(sizeof(int32_t));
  if (!size) return std::nullopt;
  return exactly(static_cast<size_t>(WireReader(*size).i32()));
}

void Socket::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

void Socket::reset() {
  if (fd_ < 0) return;
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

}  // namespace pactolus::testing
