#pragma once

#include <stdlib.h>

#include <filesystem>
#include <stdexcept>
#include <string>

namespace pactolus {

/// A folder of a test's own, gone with everything in it when this object is.
class TempFolder {
 public:
  /// Its name begins with "pactolus-" and `what`. Throws if it cannot be made.
  explicit TempFolder(const std::string& what)
      : path_((std::filesystem::temp_directory_path() / ("pactolus-" + what + "-XXXXXX")).string()) {
    if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error("cannot create " + path_);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace pactolus
