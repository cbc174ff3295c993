#include "operators/ranking/top_operator.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <set>
#include <utility>

#include "base/arena.h"
#include "base/check.h"
#include "data/codecs/row_codec.h"
#include "data/gathered.h"
#include "data/key_encoding.h"
#include "operators/aggregation/order_key.h"
#include "operators/image_entry.h"
#include "operators/lateness.h"
#include "state/entry_key.h"

namespace pactolus {
namespace {

/// The fields of a stream's groups: how many rows they have, and how many ever were in them.
enum GroupField : size_t { kRows, kPlaces };

uint64_t& word(std::byte* at) { return *reinterpret_cast<uint64_t*>(at); }
uint64_t word(const std::byte* at) { return *reinterpret_cast<const uint64_t*>(at); }

/// A row as the state holds it.
struct RankedRow {
  std::string key;  // the group's, what it is ordered by, and what tells it from equal ones
  std::string image;
};
using RankedRows = std::vector<RankedRow>;

/// What goes out because of row `cause` of the batch.
struct TopChange {
  Change change;
  int64_t rank;
  uint32_t cause;
};

class Top final : public Operator {
 public:
  Top(const TopProgram& program, StateStore& state)
      : program_(program),
        ranked_(state.declare(program.ranked)),
        groups_(program.groups ? &state.declare(*program.groups) : nullptr),
        codec_(program.rows) {}

  void process(ColumnBatch batch, size_t, OperatorOutput& out) override {
    counts.rows_in += batch.selection.size();
    std::vector<ColumnPtr> by;
    for (size_t column : program_.by) by.push_back(batch.columns[column]);
    keys_.clear();
    encode_keys(by, batch.selection, keys_);
    for (size_t place = 0; place < batch.selection.size(); ++place) {
      place += take(batch, place, out);
      if (changes_.size() >= kBatchRowsMax) emit(batch, out);
    }
    emit(batch, out);
  }

  EventTime next_due() const override { return ranked_.first_window_end(); }

  /// The groups of a window that no more rows can come for are forgotten.
  bool fire(EventTime due, size_t, OperatorOutput&) override {
    ranked_.drop_window(due);
    if (groups_ != nullptr) groups_->drop_window(due);
    watermark_ = std::max(watermark_, due);
    return true;
  }

  void set_watermark(EventTime watermark) override { watermark_ = watermark; }

 private:
  /// What a row of the batch does to its group.
  struct Step {
    EventTime end;  // of the group's window; EventTime::max(): it has none
    std::string_view group;
    std::optional<RankedRow> goes = {};
    std::optional<RankedRow> comes = {};
    uint32_t cause = 0;
  };

  /// Takes the row at a place of the selection; gives how many more it took with it.
  size_t take(const ColumnBatch& batch, size_t place, OperatorOutput& out) {
    const uint32_t row = batch.selection[place];
    Step step{end_of(batch, row), keys_[place], {}, {}, row};
    if (batch.change_of(row) == Change::kInsert) {
      if (!program_.over_table) {
        take_of_stream(batch, step, out);
      } else if (accept(batch, row, step, step.comes, out)) {
        change(batch, step, out);
      }
      return 0;
    }
    accept(batch, row, step, step.goes, out);
    size_t more = 0;
    if (batch.is_replaced(place) && keys_[place] == keys_[place + 1]) {
      step.cause = batch.selection[place + 1];
      accept(batch, step.cause, step, step.comes, out);
      more = 1;
    }
    if (step.goes || step.comes) change(batch, step, out);
    return more;
  }

  EventTime end_of(const ColumnBatch& batch, uint32_t row) const {
    if (!program_.window_end) return EventTime::max();
    return EventTime{batch.columns[*program_.window_end]->values_of<TypeKind::kTimestamptz>()[row]};
  }

  /// False: the row is refused. What is taken back and cannot have been taken is only counted.
  bool accept(const ColumnBatch& batch, uint32_t row, const Step& step, std::optional<RankedRow>& accepted,
              OperatorOutput& out) {
    const Change change = batch.change_of(row);
    const EventTime row_watermark = batch.system->row_watermark[row];
    if (step.end <= std::max(watermark_, row_watermark) && step.end != EventTime::max()) {
      const std::string message = "the window of its group was closed: " + why_late(step.end, row_watermark);
      refuse(batch, row, "late", message, change != Change::kReplaced, out);
      return false;
    }
    RankedRow ranked = ranked_row(batch, row, step.group);
    if (ranked.key.size() + ranked.image.size() + kEntryOverhead > kEntryBytesMax) {
      refuse(batch, row, "state_too_large",
             "the row is longer than the " + std::to_string(kEntryBytesMax / 1024) +
                 " KiB that can be remembered",
             change == Change::kInsert, out);
      return false;
    }
    ++counts.absorbed;
    accepted = std::move(ranked);
    return true;
  }

  void refuse(const ColumnBatch& batch, uint32_t row, const char* code, std::string message, bool is_told,
              OperatorOutput& out) {
    ++(is_told ? counts.dead_letters : counts.filtered);
    if (is_told) out.dead_letter(batch, {row, code, std::move(message)});
  }

  RankedRow ranked_row(const ColumnBatch& batch, uint32_t row, std::string_view group) const {
    RankedRow ranked{sort_key(batch, row, group), {}};
    Column tie(kByteaType, 1);
    std::string bytes;
    for (size_t column : program_.table_key) append_key_value(*batch.columns[column], row, bytes);
    tie.values<std::string_view>()[0] = bytes;
    if (program_.over_table) append_key_value(tie, 0, ranked.key);
    codec_.append_row(batch.columns, row, ranked.image);
    return ranked;
  }

  /// The group and what a row is ordered by.
  std::string sort_key(const ColumnBatch& batch, uint32_t row, std::string_view group) const {
    std::string bytes;
    append_order_key(batch.columns, program_.order, row, bytes);
    Column order(kByteaType, 1);
    order.values<std::string_view>()[0] = bytes;
    std::string key(group);
    append_key_value(order, 0, key);
    return key;
  }

  /// A row of a stream stays only if it is among the first ones, and then for as long.
  void take_of_stream(const ColumnBatch& batch, Step& step, OperatorOutput& out) {
    if (!accept(batch, step.cause, step, step.comes, out)) return;
    if (is_full(step)) {
      RankedRow last = last_of(step);
      // Of equal rows the first one is before the others.
      if (step.comes->key >= last.key.substr(0, step.comes->key.size())) {
        --counts.absorbed;
        ++counts.filtered;
        return;
      }
      step.goes = std::move(last);
    }
    std::byte* state = groups_->window(step.end).touch(step.group);
    if (!step.goes) ++word(state + program_.groups->field_offset(kRows));
    Column place(kBigintType, 1);
    place.values_of<TypeKind::kBigint>()[0] =
        static_cast<int64_t>(word(state + program_.groups->field_offset(kPlaces))++);
    append_key_value(place, 0, step.comes->key);
    change(batch, step, out);
  }

  bool is_full(const Step& step) {
    const std::byte* state = groups_->window(step.end).find(step.group);
    return state != nullptr && word(state + program_.groups->field_offset(kRows)) == program_.limit;
  }

  RankedRow last_of(const Step& step) {
    const std::string behind = std::string(step.group) + '\xff';  // no value's key begins so
    auto last = ranked_.window(step.end).neighbour(behind, step.group, KeyDirection::kDown);
    PACTOLUS_CHECK(last.has_value(), "a full group without rows");
    return {std::string(last->key), {}};
  }

  void change(const ColumnBatch& batch, const Step& step, OperatorOutput& out) {
    HotTable& rows = ranked_.window(step.end);
    const RankedRows before = first_rows(rows, step.group);
    if (step.goes && rows.find(step.goes->key) == nullptr) {
      ++counts.dead_results;  // the state was reset, and the row came before that
      out.dead_letter(batch, {step.cause, "unknown_row", "the row to be taken back was never in its group"});
    } else if (step.goes) {
      rows.erase(step.goes->key);
    }
    if (step.comes) put_image(rows, step.comes->key, step.comes->image);
    const RankedRows after = first_rows(rows, step.group);
    if (program_.by_place) {
      compare_by_rank(before, after, step.cause);
    } else {
      compare_by_row(before, after, step);
    }
  }

  RankedRows first_rows(HotTable& rows, std::string_view group) const {
    RankedRows first;
    auto found = rows.neighbour(group, group, KeyDirection::kUp);
    for (; found && first.size() < program_.limit;
         found = rows.neighbour(found->key, group, KeyDirection::kUp)) {
      first.push_back({std::string(found->key), std::string(image_of(found->row))});
    }
    return first;
  }

  void compare_by_rank(const RankedRows& before, const RankedRows& after, uint32_t cause) {
    for (size_t i = 0; i < std::max(before.size(), after.size()); ++i) {
      const RankedRow* was = i < before.size() ? &before[i] : nullptr;
      const RankedRow* is = i < after.size() ? &after[i] : nullptr;
      note(was, is, static_cast<int64_t>(i) + 1, cause);
    }
  }

  /// Rows are known by the key of the table that they come from.
  void compare_by_row(const RankedRows& before, const RankedRows& after, const Step& step) {
    std::map<std::string, const RankedRow*> were;
    for (const RankedRow& row : before) were.emplace(identity(row, step.group), &row);
    std::set<std::string> stay;
    for (const RankedRow& row : after) stay.insert(identity(row, step.group));
    for (const RankedRow& row : before) {
      if (!stay.contains(identity(row, step.group))) note(&row, nullptr, 0, step.cause);
    }
    for (const RankedRow& row : after) {
      auto was = were.find(identity(row, step.group));
      note(was == were.end() ? nullptr : was->second, &row, 0, step.cause);
    }
  }

  static std::string identity(const RankedRow& row, std::string_view group) {
    Column order(kByteaType, 1);
    Column tie(kByteaType, 1);
    Column* slots[] = {&order, &tie};
    Arena texts;
    std::string_view rest = std::string_view(row.key).substr(group.size());
    PACTOLUS_CHECK(decode_key(rest, slots, 0, texts), "the key of a ranked row cannot be read");
    return std::string(tie.values<std::string_view>()[0]);
  }

  void note(const RankedRow* was, const RankedRow* is, int64_t rank, uint32_t cause) {
    if (was != nullptr && is != nullptr && was->image == is->image) return;
    ++counts.results_by_row;
    if (was != nullptr && (is == nullptr || before_rows))
      note(is == nullptr ? Change::kRetract : Change::kReplaced, *was, rank, cause);
    if (is != nullptr) note(Change::kInsert, *is, rank, cause);
  }
  void note(Change change, const RankedRow& row, int64_t rank, uint32_t cause) {
    changes_.push_back({change, rank, cause});
    images_.push_back(row.image);
  }

  /// Hands on what the rows so far have changed, at the times of those rows.
  void emit(const ColumnBatch& batch, OperatorOutput& out) {
    if (changes_.empty()) return;
    auto images = std::make_shared<std::vector<std::string>>(std::move(images_));
    const std::vector<std::string_view> views(images->begin(), images->end());
    DecodedRows rows = codec_.decode(views, images);
    PACTOLUS_CHECK(rows.failures.empty(), "a ranked row cannot be read");
    ColumnBatch result{&program_.output, std::move(rows.columns), nullptr, {}};
    auto ranks = make_column(kBigintType, changes_.size());
    std::vector<uint32_t> causes;
    std::vector<Change> kinds;
    for (const TopChange& change : changes_) {
      ranks->values_of<TypeKind::kBigint>()[causes.size()] = change.rank;
      result.selection.push_back(static_cast<uint32_t>(causes.size()));
      causes.push_back(change.cause);
      kinds.push_back(change.change);
    }
    if (program_.with_rank) result.columns.push_back(std::move(ranks));
    auto system = gathered_system(*batch.system, causes);
    system->change = std::move(kinds);
    system->source_row.clear();  // a result comes from no record
    system->source.reset();
    result.system = std::move(system);
    images_.clear();
    changes_.clear();
    out.emit(std::move(result));
  }

  const TopProgram& program_;
  StateTable& ranked_;
  StateTable* groups_;  // over a stream
  RowCodec codec_;
  EventTime watermark_ = EventTime::min();
  ByteRows keys_;  // of the batch's groups, by place
  // What has not gone out yet.
  std::vector<TopChange> changes_;
  std::vector<std::string> images_;
};

}  // namespace

std::unique_ptr<Operator> make_top(const TopProgram& program, StateStore& state) {
  return std::make_unique<Top>(program, state);
}

}  // namespace pactolus
