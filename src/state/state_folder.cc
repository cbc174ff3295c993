#include "state/state_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace pactolus {

Result<std::unique_ptr<StateFolder>> StateFolder::open(const std::string& folder,
                                                       const std::string& application, uint64_t cache_bytes) {
  std::string path = folder + "/" + application;
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return Error{"cannot make the state folder " + path + ": " + error.message()};
  std::string file = path + "/lock";
  int lock = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock < 0) return Error{"cannot open " + file + ": " + std::strerror(errno)};
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    int reason = errno;
    ::close(lock);
    if (reason != EWOULDBLOCK) return Error{"cannot lock " + file + ": " + std::strerror(reason)};
    return Error{"another process uses the state folder " + path +
                 ": stop it, or give this one another `state: {folder: …}` and `instance`"};
  }
  return std::unique_ptr<StateFolder>(new StateFolder(std::move(path), lock, cache_bytes));
}

StateFolder::~StateFolder() { ::close(lock_); }

Result<std::unique_ptr<DiskTier>> StateFolder::open_disk(const TaskId& task, std::string& notice) const {
  return open_rocks_disk_tier(path_ + "/" + to_string(task), memory_, notice);
}

}  // namespace pactolus
