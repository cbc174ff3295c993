#include "state/merged_scan.h"

#include <algorithm>

namespace pactolus {
namespace {

/// That a source gives at once. Many sources are read side by side, and give most of them back in a pause.
constexpr size_t kGroupsAtOnce = 32;

}  // namespace

void MergedScan::add(HotTable& window, std::string_view suffix) {
  sources_.push_back({GroupScan(window, std::nullopt), std::string(suffix), sources_.size()});
}

std::strong_ordering MergedScan::compare(const Source& a, const Source& b) const {
  if (a.prefix != b.prefix) return a.prefix <=> b.prefix;
  const bool is_whole = a.key.size() == b.key.size() && a.key.size() <= shared_bytes_ + sizeof a.prefix;
  return is_whole ? std::strong_ordering::equal : a.key <=> b.key;
}

/// Known only if all keys are in memory.
size_t MergedScan::shared_bytes() const {
  std::vector<KeyPlace<const std::string_view>> places;
  std::vector<std::string_view> keys;
  for (const Source& source : sources_) {
    const auto ends = source.scan.first_and_last_key();
    if (!ends) return 0;
    keys.push_back(ends->first);
    keys.push_back(ends->second);
  }
  for (const std::string_view& key : keys) places.push_back({&key});
  return places.empty() ? 0 : shared_key_bytes(places, [](std::string_view key) { return key; });
}

void MergedScan::begin() {
  begun_ = true;
  shared_bytes_ = shared_bytes();
  for (Source& source : sources_) {
    while (advance(source)) {
      if (after_ && source.key <= *after_) {
        ++source.place;
        continue;
      }
      push(source);
      break;
    }
  }
  after_.reset();
}

/// To the source's next group. False: it has none.
bool MergedScan::advance(Source& source) {
  if (source.place == source.groups.size()) {
    source.groups = source.scan.next(kGroupsAtOnce);
    source.place = 0;
    if (source.groups.empty()) return false;
  }
  source.key = source.groups[source.place].key;
  if (!source.suffix.empty()) {
    source.with_suffix.assign(source.key).append(source.suffix);
    source.key = source.with_suffix;
  }
  source.prefix = key_prefix(source.key.substr(shared_bytes_));
  return true;
}

void MergedScan::push(Source& source) {
  heap_.push_back(&source);
  std::ranges::push_heap(heap_, comes_later());
}

MergedScan::Source& MergedScan::pop() {
  std::ranges::pop_heap(heap_, comes_later());
  Source& source = *heap_.back();
  heap_.pop_back();
  return source;
}

void MergedScan::leave_group() {
  for (Source* source : current_) {
    ++source->place;
    if (advance(*source)) push(*source);
  }
  current_.clear();
  rows_.clear();
}

bool MergedScan::next() {
  if (done()) return false;
  do {
    Source& source = pop();
    current_.push_back(&source);
    rows_.push_back(source.groups[source.place].row);
  } while (!heap_.empty() && compare(*heap_.front(), *current_.front()) == 0);
  return true;
}

bool MergedScan::done() {
  if (!begun_) begin();
  leave_group();
  return heap_.empty();
}

void MergedScan::pause() {
  leave_group();
  heap_.clear();
  begun_ = false;
  for (Source& source : sources_) {
    source.scan.give_back(source.groups.size() - source.place);
    source.groups = {};
    source.place = 0;
  }
}

}  // namespace pactolus
