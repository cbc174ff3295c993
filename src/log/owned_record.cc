#include "log/owned_record.h"

namespace pactolus {

OwnedRecord copy_of(const RecordView& record) {
  OwnedRecord copy{record.offset, record.timestamp, {}, {}, {}};
  if (record.key) copy.key.emplace(*record.key);
  if (record.value) copy.value.emplace(*record.value);
  copy.headers.reserve(record.headers.get().size());
  for (const HeaderView& header : record.headers.get()) {
    OwnedHeader& owned = copy.headers.emplace_back(OwnedHeader{std::string{header.name}, {}});
    if (header.value) owned.value.emplace(*header.value);
  }
  return copy;
}

}  // namespace pactolus
