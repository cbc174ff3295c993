#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/types.h"

namespace pactolus {

/// A record header. Names may repeat; a header's value may be absent (Kafka's null).
struct HeaderView {
  std::string_view name;
  std::optional<std::string_view> value;
};

/// Finds the headers of records when somebody asks: hardly anybody does, and some clients allocate memory for
/// it.
class HeaderSource {
 public:
  virtual ~HeaderSource() = default;
  /// Of one of the source's records. Lives as long as the source.
  virtual std::span<const HeaderView> headers_of(const void* record) = 0;
};

/// The headers of a record, at hand or to be found. Threads: one at a time.
class RecordHeaders {
 public:
  RecordHeaders() = default;
  RecordHeaders(std::span<const HeaderView> views) : place_(views.data()), size_(views.size()) {}
  RecordHeaders(HeaderSource& source, const void* record) : source_(&source), place_(record) {}
  std::span<const HeaderView> get() const {
    return source_ != nullptr ? source_->headers_of(place_)
                              : std::span{static_cast<const HeaderView*>(place_), size_};
  }

 private:
  HeaderSource* source_ = nullptr;
  const void* place_ = nullptr;  // the source's record, or the views
  size_t size_ = 0;
};

/// One record as it was read. Points into memory that whoever fetched it owns.
struct RecordView {
  Offset offset;
  ProcessingTime timestamp;  // CreateTime or LogAppendTime, whole milliseconds
  std::optional<std::string_view> key;
  std::optional<std::string_view> value;
  RecordHeaders headers = {};
};

}  // namespace pactolus
