#pragma once

#include <bit>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/arena.h"
#include "data/array.h"
#include "data/column.h"
#include "data/padding.h"

namespace pactolus {

/// Random values for property tests: mostly small and colliding, now and then extreme. Repeatable by its
/// seed.
class RandomValues {
 public:
  explicit RandomValues(uint64_t seed) : random_(seed) {}

  uint64_t below(uint64_t end) { return random_() % end; }

  /// A column with values of the type, one in eight of them NULL.
  std::shared_ptr<Column> column(Type type, size_t rows) {
    auto result = make_column(type, rows);
    auto texts = std::make_shared<Arena>();
    result->keep(texts);
    for (size_t row = 0; row < rows; ++row) {
      if (below(8) == 0) {
        result->set_null(row);
      } else {
        visit_type(type.kind,
                   [&]<TypeKind Kind>() { fill<Kind>(result->values_of<Kind>()[row], type, *texts); });
      }
    }
    return result;
  }

 private:
  template <TypeKind Kind, class T>
  void fill(T& slot, Type type, Arena& texts) {
    if constexpr (Kind == TypeKind::kBoolean) {
      slot = static_cast<uint8_t>(below(2));
    } else if constexpr (Kind == TypeKind::kNumeric) {
      slot = decimal(type);
    } else if constexpr (Kind == TypeKind::kText) {
      slot = texts.copy(text());
    } else if constexpr (Kind == TypeKind::kBpchar) {
      const std::string_view characters = texts.copy(text());
      slot = type.length > 0 ? padded(characters, type.length, texts)
                             : with_padding(characters, below(3), texts);
    } else if constexpr (Kind == TypeKind::kUuid) {
      slot = texts.copy(bytes(kUuidBytes));
    } else if constexpr (Kind == TypeKind::kBytea) {
      slot = texts.copy(bytes(below(4) == 0 ? 0 : below(20)));
    } else if constexpr (Kind == TypeKind::kJsonb) {
      constexpr std::string_view kValues[] = {"null", "1", "1.0", "\"a\"", "[]", "{\"a\": [true, {}]}"};
      slot = kValues[below(std::size(kValues))];
    } else if constexpr (Kind == TypeKind::kArray) {
      auto elements = column(element_of(type), below(4));
      slot = make_array(*elements, 0, elements->rows(), texts);
    } else if constexpr (Kind == TypeKind::kInterval) {
      slot = {integer<int32_t>(), integer<int32_t>(), integer<int64_t>()};
      if (below(2) == 0)
        slot = {0, static_cast<int32_t>(below(3)) * 30, static_cast<int64_t>(below(3)) * 43'200'000'000};
    } else if constexpr (Kind == TypeKind::kDouble) {
      slot = real();
    } else if constexpr (Kind == TypeKind::kReal) {
      slot = static_cast<float>(real());
    } else if constexpr (Kind == TypeKind::kSmallint) {
      slot = integer<int16_t>();
    } else if constexpr (Kind == TypeKind::kTime) {
      slot = below(5) == 0 ? kMicrosPerDay : static_cast<int64_t>(random_() % kMicrosPerDay);
    } else {
      slot = integer<T>();
    }
  }

  template <class T>
  T integer() {
    switch (below(4)) {
      case 0:
        return static_cast<T>(random_());
      case 1:
        return below(2) == 0 ? std::numeric_limits<T>::min() : std::numeric_limits<T>::max();
      default:
        return static_cast<T>(static_cast<T>(below(7)) - 3);
    }
  }

  double real() {
    const double special[] = {0.0,
                              -0.0,
                              1.5,
                              -1.5,
                              std::numeric_limits<double>::infinity(),
                              -std::numeric_limits<double>::infinity(),
                              std::numeric_limits<double>::quiet_NaN(),
                              std::numeric_limits<double>::denorm_min()};
    return below(2) == 0 ? special[below(8)] : std::bit_cast<double>(random_());
  }

  Decimal decimal(Type type) {
    auto digits = below(type.precision > 0 ? type.precision + 1u : 39);
    Int128 value = 0;
    for (uint64_t i = 0; i < digits; ++i)
      value = value * 10 + static_cast<int>(below(3) == 0 ? below(10) : 0);
    if (below(2) == 0) value = -value;
    return {value,
            type.precision > 0 ? type.scale : static_cast<int>(below(3) == 0 ? below(1001) : below(4))};
  }

  std::string bytes(size_t count) {
    std::string all;
    for (size_t i = 0; i < count; ++i) all.push_back(static_cast<char>(below(3) == 0 ? 0 : random_()));
    return all;
  }

  std::string text() {
    std::string result;
    for (uint64_t i = below(5); i > 0; --i) {
      const char alphabet[] = {'\0', '\1', 'a', 'b', '\x7F'};
      result.push_back(alphabet[below(sizeof alphabet)]);
    }
    return below(4) == 0 ? result + "\xC3\xBF" : result;
  }

  std::mt19937_64 random_;
};

inline std::vector<Type> types_of_every_kind() {
  std::vector<Type> types;
  for (TypeKind kind : kTypeKinds) {
    types.push_back(Type{kind});
    if (kind == TypeKind::kNumeric) types.push_back(Type{kind, 12, 2});
    if (kind == TypeKind::kBpchar) types.push_back(Type{.kind = kind, .length = 5});
  }
  return types;
}

/// Those whose values can be keys.
inline std::vector<Type> key_types_of_every_kind() {
  std::vector<Type> types = types_of_every_kind();
  std::erase_if(types, [](const Type& type) { return !is_key_kind(type.kind); });
  return types;
}

}  // namespace pactolus
