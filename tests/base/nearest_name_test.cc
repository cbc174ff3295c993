#include "base/nearest_name.h"

#include <catch2/catch.hpp>

namespace pactolus {

TEST_CASE("nearest name: a swapped pair of letters is found, a stranger is not") {
  std::vector<std::string> known = {"amount", "merchant", "card_id"};
  CHECK(nearest_name("amuont", known) == "amount");
  CHECK(nearest_name("Merchnt", known) == "merchant");
  CHECK(nearest_name("zebra", known) == std::nullopt);
  CHECK(did_you_mean("cardid", known) == "did you mean `card_id`?");
}

}  // namespace pactolus
