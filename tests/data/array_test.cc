#include "data/array.h"

#include <catch2/catch.hpp>

#include "data/array_text.h"
#include "data/random_values.h"
#include "data/value_order.h"

namespace pactolus {
namespace {

std::string shown(std::string_view array) {
  std::string text;
  append_array(array, text);
  return text;
}

std::string round_trip(const Type& element, const std::string& text) {
  Arena memory;
  TextResult<std::string_view> array = parse_array(text, element, memory);
  return array.ok() ? shown(*array) : array.error().sqlstate;
}

/// An array of every type, as a row of each of these columns.
std::vector<std::shared_ptr<Column>> arrays_of_every_kind(RandomValues& random, size_t rows) {
  std::vector<std::shared_ptr<Column>> columns;
  for (const Type& element : types_of_every_kind()) columns.push_back(random.column(array_of(element), rows));
  return columns;
}

constexpr size_t kRows = 200;

}  // namespace

TEST_CASE("array: its elements come back, NULLs among them") {
  RandomValues random(1);
  for (const auto& column : arrays_of_every_kind(random, kRows)) {
    for (size_t row = 0; row < kRows; ++row) {
      if (column->is_null(row)) continue;
      const std::string_view image = column->values<std::string_view>()[row];
      const Column elements = elements_of(image);
      Arena memory;
      CHECK(make_array(elements, 0, elements.rows(), memory) == image);
      CHECK(compare_values(ArrayImage(image), ArrayImage(image)) == 0);
    }
  }
}

TEST_CASE("array: its bytes are a format that stays") {
  Arena memory;
  const std::string_view whole = *parse_array("{1,NULL,-2}", kIntegerType, memory);
  CHECK(whole == std::string_view("\x01\x03\0\0\0\x02\x01\0\0\0\0\0\0\0\xFE\xFF\xFF\xFF", 18));
  const std::string_view texts = *parse_array("{ab,NULL,c}", kTextType, memory);
  CHECK(texts == std::string_view("\x05\x03\0\0\0\x02\x02\0\0\0\x02\0\0\0\x03\0\0\0abc", 21));
  const std::string_view numbers = *parse_array("{1.50}", kNumericType, memory);
  CHECK(numbers == std::string_view("\x04\x01\0\0\0\0\x96\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x02\0", 24));
}

TEST_CASE("array: bytes that are none are told, whichever are missing, too many or wrong") {
  RandomValues random(2);
  for (const auto& column : arrays_of_every_kind(random, kRows)) {
    const TypeKind element = element_of(column->type().kind);
    for (size_t row = 0; row < kRows; ++row) {
      if (column->is_null(row)) continue;
      const std::string image(column->values<std::string_view>()[row]);
      CHECK(is_array_image(image, element));
      CHECK_FALSE(is_array_image(image + 'x', element));
      CHECK_FALSE(is_array_image(image, element == TypeKind::kText ? TypeKind::kDate : TypeKind::kText));
      for (size_t size = 0; size < image.size(); ++size) {
        CHECK_FALSE(is_array_image(image.substr(0, size), element));
      }
      for (int flips = 0; flips < 20; ++flips) {
        std::string changed = image;
        changed[random.below(changed.size())] ^= static_cast<char>(1 << random.below(8));
        if (is_array_image(changed, element)) shown(changed);  // whatever it is, it can be read
      }
    }
  }
}

TEST_CASE("array: a text of any bytes is read or refused") {
  RandomValues random(3);
  const std::string_view letters = "{},\"\\ aN1null[]=\n";
  for (int i = 0; i < 20'000; ++i) {
    std::string text = "{";
    for (size_t n = random.below(10); n > 0; --n) text += letters[random.below(letters.size())];
    if (random.below(2) == 0) text += "}";
    INFO(text);
    const std::string first = round_trip(kTextType, text);
    if (first.starts_with('{')) {
      CHECK(round_trip(kTextType, first) == first);
    } else {
      CHECK((first == "22P02" || first == "0A000"));
    }
  }
}

}  // namespace pactolus
