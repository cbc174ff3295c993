#include "data/array.h"

#include <bit>

#include "base/bytes.h"
#include "data/decimal_digits.h"
#include "data/value_order.h"

namespace pactolus {
namespace {

static_assert(std::endian::native == std::endian::little);
static_assert(sizeof(Interval) == 16, "no padding: it is stored");

constexpr size_t kHeaderBytes = 1 + sizeof(uint32_t);
constexpr size_t kDecimalBytes = sizeof(Int128) + sizeof(uint16_t);

size_t bitmap_bytes(size_t elements) { return (elements + 7) / 8; }

/// Of an element, its bytes elsewhere not counted.
template <class T>
constexpr size_t kWidth = kViewsBytes<T>               ? sizeof(uint32_t)
                          : std::is_same_v<T, Decimal> ? kDecimalBytes
                                                       : sizeof(T);

template <class T>
void write(const T& value, char* to) {
  std::memcpy(to, &value, sizeof value);
}
void write(const Decimal& value, char* to) {
  const Int128 coefficient = value.coefficient();
  std::memcpy(to, &coefficient, sizeof coefficient);
  write(static_cast<uint16_t>(value.scale()), to + sizeof coefficient);
}

/// Writes the values behind a bitmap that is all zero.
template <class T>
void write_values(const Column& elements, size_t first, size_t count, char* nulls, char* to) {
  const T* values = elements.values<T>() + first;
  [[maybe_unused]] uint32_t end = 0;
  [[maybe_unused]] char* bytes = to + count * kWidth<T>;
  for (size_t i = 0; i < count; ++i, to += kWidth<T>) {
    const bool null = elements.is_null(first + i);
    if (null) nulls[i / 8] = static_cast<char>(nulls[i / 8] | (1 << (i % 8)));
    if constexpr (kViewsBytes<T>) {
      if (!null && !values[i].empty()) {
        std::memcpy(bytes + end, values[i].data(), values[i].size());
        end += static_cast<uint32_t>(values[i].size());
      }
      write(end, to);
    } else if (null) {
      std::memset(to, 0, kWidth<T>);
    } else {
      write(values[i], to);
    }
  }
}

template <class T>
size_t bytes_of_values(const Column& elements, size_t first, size_t count) {
  size_t bytes = count * kWidth<T>;
  if constexpr (kViewsBytes<T>) {
    for (size_t i = first; i < first + count; ++i) {
      if (!elements.is_null(i)) bytes += elements.values<T>()[i].size();
    }
  }
  return bytes;
}

/// The lengths fit: `rest` is what lies behind the bitmap.
bool has_all_values(std::string_view rest, TypeKind element, size_t count) {
  return visit_physical(element, [&]<class T>() {
    if (rest.size() < count * kWidth<T>) return false;
    if constexpr (!kViewsBytes<T>) return rest.size() == count * kWidth<T>;
    ByteReader ends(rest);
    uint32_t last = 0;
    for (size_t i = 0; i < count; ++i) {
      const uint32_t end = ends.u32();
      if (end < last) return false;
      last = end;
    }
    return rest.size() == count * kWidth<T> + last;
  });
}

}  // namespace

ArrayView::ArrayView(std::string_view image) {
  ByteReader reader(image);
  element_ = static_cast<TypeKind>(reader.u8());
  size_ = reader.u32();
  nulls_ = image.data() + kHeaderBytes;
  values_ = nulls_ + bitmap_bytes(size_);
}

bool ArrayView::read(size_t i, Decimal& value) const {
  const char* from = values_ + i * kDecimalBytes;
  Int128 coefficient = 0;
  uint16_t scale = 0;
  std::memcpy(&coefficient, from, sizeof coefficient);
  std::memcpy(&scale, from + sizeof coefficient, sizeof scale);
  const auto end = static_cast<Int128>(kCoefficientEnd);
  if (coefficient <= -end || coefficient >= end || scale > Decimal::kScaleMax) return false;
  value = Decimal{coefficient, scale};
  return true;
}

bool ArrayView::is_value_at(size_t i) const {
  return visit_type(element_, [&]<TypeKind Kind>() {
    if constexpr (Kind == TypeKind::kArray) return false;
    if constexpr (Kind == TypeKind::kNumeric) {
      Decimal value;
      return read(i, value);
    } else {
      return is_value<Kind>(at<typename PhysicalOf<Kind>::type>(i));
    }
  });
}

void ArrayView::copy_to(Column& to, size_t first) const {
  visit_physical(element_, [&]<class T>() {
    T* values = to.values<T>() + first;
    for (size_t i = 0; i < size_; ++i) {
      if (is_null(i)) {
        to.set_null(first + i);
      } else {
        values[i] = at<T>(i);
      }
    }
  });
}

std::string_view make_array(const Column& elements, size_t first, size_t count, Arena& memory) {
  const TypeKind element = elements.type().kind;
  return visit_physical(element, [&]<class T>() -> std::string_view {
    const size_t values = kHeaderBytes + bitmap_bytes(count);
    const size_t bytes = values + bytes_of_values<T>(elements, first, count);
    char* image = memory.allocate(bytes);
    std::memset(image, 0, values);
    image[0] = static_cast<char>(element);
    write(static_cast<uint32_t>(count), image + 1);
    write_values<T>(elements, first, count, image + kHeaderBytes, image + values);
    return {image, bytes};
  });
}

Column elements_of(std::string_view array) {
  const ArrayView view(array);
  Column column(Type{view.element()}, view.size());
  view.copy_to(column, 0);
  return column;
}

bool is_array_image(std::string_view image, TypeKind element) {
  ByteReader reader(image);
  const uint8_t kind = reader.u8();
  const size_t count = reader.u32();
  const std::string_view nulls = reader.raw(bitmap_bytes(count));
  if (reader.failed() || kind != static_cast<uint8_t>(element)) return false;
  const size_t values = kHeaderBytes + nulls.size();
  if (!has_all_values(image.substr(values), element, count)) return false;
  const ArrayView array(image);
  for (size_t i = 0; i < count; ++i) {
    if (!array.is_null(i) && !array.is_value_at(i)) return false;
  }
  return true;
}

int compare_values(ArrayImage a, ArrayImage b) {
  const ArrayView left(a);
  const ArrayView right(b);
  return visit_ordered(left.element(), [&]<class T>() {
    for (size_t i = 0; i < left.size() && i < right.size(); ++i) {
      if (left.is_null(i) || right.is_null(i)) {
        if (left.is_null(i) != right.is_null(i)) return left.is_null(i) ? 1 : -1;
        continue;
      }
      if (int order = compare_values(left.at<T>(i), right.at<T>(i)); order != 0) return order;
    }
    return compare_values(left.size(), right.size());
  });
}

}  // namespace pactolus
