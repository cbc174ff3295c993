#include "state/key_order.h"

#include <catch2/catch.hpp>
#include <random>
#include <set>
#include <string>

namespace pactolus {
namespace {

std::string any_key(std::mt19937& random, const std::string& shared) {
  constexpr std::string_view kBytes("\0\1a\xFF", 4);
  std::string key = shared;
  for (size_t size = random() % 12; size > 0; --size) key.push_back(kBytes[random() % kBytes.size()]);
  return key;
}

}  // namespace

TEST_CASE("key order: all bytes of the keys count, however many they share") {
  std::mt19937 random(1);
  for (const std::string shared : {"", "card-", "longer than eight bytes"}) {
    for (size_t wanted : {0, 1, 2, 500}) {
      std::set<std::string> keys;
      while (keys.size() < wanted) keys.insert(any_key(random, shared));
      std::vector<KeyPlace<const std::string>> places;
      for (const std::string& key : keys) places.push_back({&key});
      std::shuffle(places.begin(), places.end(), random);
      sort_by_key(places, [](const std::string& key) { return std::string_view(key); });
      REQUIRE(places.size() == keys.size());
      auto expected = keys.begin();
      for (const auto& place : places) CHECK(*place.item == *expected++);
    }
  }
}

}  // namespace pactolus
