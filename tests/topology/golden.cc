#include "golden.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

namespace pactolus {
namespace {

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::filesystem::path> cases(const std::string& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".yaml") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

void check_golden(const std::string& folder,
                  const std::function<std::string(const std::string&, const std::string&)>& make) {
  std::vector<std::filesystem::path> paths = cases(folder);
  REQUIRE_FALSE(paths.empty());
  for (const std::filesystem::path& path : paths) {
    INFO(path.string());
    std::string made = make(path.filename().string(), read(path));
    std::filesystem::path golden = std::filesystem::path(path).replace_extension(".txt");
    if (std::getenv("PACTOLUS_UPDATE_GOLDEN") != nullptr) {
      std::ofstream(golden, std::ios::binary) << made;
    } else {
      CHECK(made == read(golden));
    }
  }
}

}  // namespace pactolus
