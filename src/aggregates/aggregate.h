#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "data/blob_heap.h"
#include "data/column.h"
#include "data/row_errors.h"

namespace pactolus {

class OrderedSetAggregate;
struct OrderedSetCall;

/// What an aggregate function, bound to its argument types, remembers of a group, and what that comes to.
/// Immutable, shared by all tasks. Its state is a fixed-width piece of a state row: trivially copyable bytes,
/// 8-aligned, all zero at first, little endian as it lies in the changelog. Variable-length parts are
/// BlobRefs at declared places. What a state means is versioned (`AggregateSpec::state_version`).
class AggregateState {
 public:
  virtual ~AggregateState() = default;
  virtual Type result_type() const = 0;
  /// Bytes, a multiple of 8.
  virtual size_t state_size() const = 0;
  /// Offsets within the state where a BlobRef lies.
  virtual std::vector<size_t> blob_offsets() const { return {}; }
  /// The most bytes that its blobs have together, if they grow with the rows; 0: each is a text of one row.
  virtual size_t blob_bytes_max() const { return 0; }
  /// Writes the result of states[i] into row i of `out` (a column of result_type, texts kept alive by the
  /// caller until it has copied them); a result that can't be represented is an error of that row.
  virtual void result(std::span<const std::byte* const> states, Column& out, RowErrors& errors) const = 0;
};

/// An aggregate function whose state is all that it remembers. (The other ones: ordered_set.h.)
///
/// Adding never fails and never loses anything: an accumulator is wide enough or remembers that it
/// overflowed, and then result() reports it. So a row is in all aggregates of its group or in none.
class Aggregate : public AggregateState {
 public:
  /// Adds row rows[i] of the argument columns to states[i]; the same state may stand at several i, order
  /// counts.
  virtual void add(std::span<const ColumnPtr> arguments, std::span<const uint32_t> rows,
                   std::span<std::byte* const> states, BlobHeap& heap) const = 0;
  /// Adds what `from` has seen to `into`.
  virtual void merge(std::byte* into, const std::byte* from, BlobHeap& heap) const = 0;
  /// Whether the state would be the same without row `row` of the arguments, which it was given before: only
  /// what the state itself says, so false may mean that it is not known.
  virtual bool can_spare(std::span<const ColumnPtr>, uint32_t, const std::byte*) const { return false; }
  /// Whether rows can be taken back.
  virtual bool retracts() const { return false; }
  /// Takes row rows[i] of the argument columns, which states[i] was given before, out of it again: what is
  /// left is the state of the other rows alone, byte by byte, and all zero if there are none. Only if
  /// retracts().
  virtual void retract(std::span<const ColumnPtr>, std::span<const uint32_t>, std::span<std::byte* const>,
                       BlobHeap&) const {
    PACTOLUS_CHECK(false, "rows of this aggregate cannot be taken back");
  }
};

/// For which arguments an aggregate can take rows back, exactly: the result is that of the rows that are
/// left. Sums of doubles can't, as in PostgreSQL's moving aggregates: what rounding has lost doesn't come
/// back.
enum class Retraction : uint8_t {
  kNever,         // the state doesn't know what comes next: min, string_agg, approximations, …
  kUnlessDouble,  // no argument is real or double precision
  kAlways,
};

/// What an aggregate's file declares.
struct AggregateSpec {
  std::string_view name;
  std::string_view signature;  // "sum(numeric) → numeric, sum(bigint) → numeric, …"
  std::string_view summary;    // with NULL behaviour
  std::string_view example;    // an expression that a test runs
  bool takes_star = false;     // count(*)
  uint32_t state_version = 1;  // raised when the state's bytes change their meaning
  /// Of a function with one signature only: what its arguments must be, or be turned into implicitly. Empty:
  /// bind() decides. Of an ordered-set aggregate: what its values may be; others are turned into the first
  /// that they can be turned into implicitly.
  std::span<const TypeKind> parameters = {};
  /// None if the function does not exist for these types (arguments empty: `*`). Only called with types that
  /// are the parameters, if there are any.
  std::unique_ptr<const Aggregate> (*bind)(std::span<const Type> arguments) = nullptr;
  bool takes_nulls = false;  // a row whose only argument is NULL changes the result
  /// The order of the rows makes no difference though they can't be taken back; but of equal values another
  /// one may be shown.
  bool ignores_order = false;
  /// Merged, the states of some rows and of those behind them are as good as the state of all, and as small:
  /// a window's can be put together from parts of it. So can those of what ignores the order.
  bool merges_in_order = false;
  Retraction retraction = Retraction::kNever;  // an ordered-set aggregate's always: bound for it
  /// The same with rows that can be taken back, if that needs more state than bind()'s has. Null for types of
  /// which bind()'s does.
  std::unique_ptr<const Aggregate> (*bind_retracting)(std::span<const Type> arguments) = nullptr;
  /// Instead of bind(), of an ordered-set aggregate: name(fraction) WITHIN GROUP (ORDER BY value).
  std::unique_ptr<const OrderedSetAggregate> (*bind_ordered_set)(const OrderedSetCall& call) = nullptr;
  bool takes_fraction = false;
};

}  // namespace pactolus
