#include "aggregates/stored_array.h"

namespace pactolus {

void StoredArray::replace(const Column& elements, size_t count, BlobHeap& heap) {
  Arena memory;
  const std::string_view made = make_array(elements, 0, count, memory);
  if (made.size() > kStoredArrayBytesMax) return give_up(heap);
  const BlobRef old = array;  // which the elements view
  array = heap.store(made);
  heap.release(old);
}

void StoredArray::give_up(BlobHeap& heap) {
  heap.release(array);
  *this = {{}, 1};
}

Column StoredArray::with_room(Type element, size_t more) const {
  Column elements(element, size() + more);
  if (array.data) ArrayView(array.view()).copy_to(elements, 0);
  return elements;
}

Outcome StoredArray::result(std::string_view& value) const {
  if (too_long != 0) return {true, "54000", "the result has more than 16384 bytes"};
  if (!array.data) return outcomes::kNull;
  value = array.view();
  return outcomes::kValue;
}

}  // namespace pactolus
