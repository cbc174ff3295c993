#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace pactolus::testing {

/// A TCP socket on 127.0.0.1. Throws std::runtime_error if the machine has none to give. Threads: one.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Socket() { close(); }

  /// Listens on a free port, without blocking.
  static Socket listening();
  /// Begins to connect, without blocking; whether it succeeds shows at its use.
  static Socket connecting(uint16_t port);
  /// Connects, and blocks at most so long in each call from then on.
  static Socket connected(uint16_t port, std::chrono::milliseconds patience);

  int fd() const { return fd_; }
  bool open() const { return fd_ >= 0; }
  uint16_t port() const;
  /// One that waits to be accepted, not blocking; not open(): none does.
  Socket accept() const;

  /// What has arrived, of a socket that does not block; empty: nothing has. None: the connection has ended.
  std::optional<std::string> receive() const;
  /// How much of it was taken. None: the connection has ended.
  std::optional<size_t> send(std::string_view bytes) const;

  /// For blocking ones: all of it, or false.
  bool send_all(std::string_view bytes) const;
  /// The next frame without its size. None: the connection has ended, or the time is over.
  std::optional<std::string> receive_frame() const;

  void close();
  /// Ends it by RST: the peer sees "connection reset".
  void reset();

 private:
  int fd_ = -1;
};

}  // namespace pactolus::testing
