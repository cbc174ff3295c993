#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aggregates/aggregate.h"
#include "data/key_encoding.h"

namespace pactolus {

/// What stands in `name(fraction) WITHIN GROUP (ORDER BY value DESC)`.
struct OrderedSetCall {
  Type value;
  bool descending = false;
  std::optional<double> fraction = {};  // from 0 to 1; none: NULL, or the function takes none
  bool retracting = false;              // rows can be taken back
};

/// A value that some rows of a group had. Values that are equal in SQL (1.0 and 1.00) are one.
struct TakenValue {
  std::string_view key;  // OrderedSetAggregate::append_key
  const std::byte* entry;
};

/// The values that the rows of one group had. Borrowed for a call. Where the disk that they lie on can't be
/// read, some are missing: what is computed then is never committed, but must come to an end.
class TakenValues {
 public:
  virtual ~TakenValues() = default;
  /// The value after, or before, the one with this key; none: that is the last, or the first.
  virtual std::optional<TakenValue> after(std::string_view key) = 0;
  virtual std::optional<TakenValue> before(std::string_view key) = 0;
};

/// An aggregate function over the values of a group in their order. Immutable, shared by all tasks. Beside
/// its state in the group's row it has an entry for each value that it took: entry_size() bytes, all zero at
/// first, without blobs, whose first eight are the number of the value's rows. The state always has all that
/// the result needs, so that a row changes little of it, however many values there are.
class OrderedSetAggregate : public AggregateState {
 public:
  virtual size_t entry_size() const = 0;
  /// Adds a row, whose value is row `row` of `values` and not null, to its entry and to the state. `others`
  /// are the group's values, this one included.
  virtual void add(const Column& values, uint32_t row, std::byte* entry, TakenValues& others,
                   std::byte* state, BlobHeap& heap) const = 0;
  /// Appends what the entry of a row's value is known by: as a key (key_encoding.h), behind which may stand
  /// what else tells it from equal values.
  virtual void append_key(const Column& values, uint32_t row, std::string& key) const {
    append_key_value(values, row, key);
  }
  /// Whether rows can be taken back: of one that was bound for it always.
  virtual bool retracts() const = 0;
  /// Takes a row back that was added before. Its value's entry says so already: of `left` rows now, and if
  /// there are none, it is gone from `others`. The state becomes what the other rows alone make, all zero if
  /// there are none. Only if retracts().
  virtual void retract(const Column& values, uint32_t row, uint64_t left, TakenValues& others,
                       std::byte* state, BlobHeap& heap) const = 0;
};

/// The call with its types, by which a state is known: "percentile_disc(0.5 ORDER BY bigint DESC)", at
/// its end RETRACTING.
std::string ordered_set_kind(std::string_view function, bool takes_fraction, const OrderedSetCall& call);
/// The aggregate of such a text; nullptr: there is none.
std::unique_ptr<const OrderedSetAggregate> ordered_set_of_kind(std::string_view kind);

}  // namespace pactolus
