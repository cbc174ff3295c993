#include "operators/matching/stage_reader.h"

#include "config/map_reader.h"
#include "config/quantities.h"

namespace pactolus {
namespace {

constexpr size_t kStagesMax = 32;
constexpr int64_t kTimesMax = 1000;

const std::vector<FieldSpec>& times_fields() {
  static const std::vector<FieldSpec> fields = {
      {.name = "at_least",
       .kind = FieldKind::kInteger,
       .required = true,
       .minimum = 1,
       .maximum = kTimesMax,
       .summary = "with how many rows the next stage may follow"},
      {.name = "at_most",
       .kind = FieldKind::kInteger,
       .default_text = "1000",
       .minimum = 1,
       .maximum = kTimesMax,
       .summary = "how many rows it takes until the next stage follows"},
  };
  return fields;
}

const std::vector<FieldSpec>& stage_fields() {
  static const std::vector<FieldSpec> fields = {
      {.name = "when",
       .kind = FieldKind::kExpression,
       .required = true,
       .summary = "the condition that a row of the stage satisfies"},
      {.name = "times",
       .kind = FieldKind::kAny,
       .summary = "how many rows it takes, 1 unless said: a number, or `{at_least: 2, at_most: 5}`"},
      {.name = "absent",
       .kind = FieldKind::kBoolean,
       .default_text = "false",
       .summary = "whether no such row may come at that place"},
  };
  return fields;
}

class StageReader {
 public:
  StageReader(bool consecutive, Diagnostics& diagnostics)
      : consecutive_(consecutive), diagnostics_(diagnostics) {}

  std::optional<std::vector<WrittenStage>> run(const Node& sequence) {
    if (!sequence.is_sequence() || sequence.items().empty()) {
      refuse(sequence, "wrong-kind", "`sequence` is a list of stages", "write `- small: {when: amount < 5}`");
      return std::nullopt;
    }
    for (const Node& item : sequence.items()) read_stage(item);
    if (stages_.size() > kStagesMax) {
      refuse(sequence, "too-large", "a pattern has at most " + std::to_string(kStagesMax) + " stages");
    }
    if (ok_ && stages_.front().absent) {
      refuse(stages_.front().node, "absent-first",
             "the first stage is absent: there is nothing to begin with", "begin with a row that comes");
    }
    if (ok_) check_last();
    return ok_ ? std::optional(std::move(stages_)) : std::nullopt;
  }

 private:
  void refuse(const Node& node, std::string code, std::string message, std::string hint = "") {
    ok_ = false;
    if (!node.is_reported())
      diagnostics_.add(node.diagnostic(std::move(code), std::move(message), std::move(hint)));
  }

  void read_stage(const Node& item) {
    if (!item.is_map() || item.entries().size() != 1) {
      refuse(item, "wrong-kind", "a stage is a name with what belongs to it",
             "write `- small: {when: amount < 5}`");
      return;
    }
    const Entry entry = item.entries().front();
    ok_ = names_.declare(entry.key, diagnostics_) && ok_;
    const MapReader reader(entry.value, stage_fields(), diagnostics_);
    if (!reader.ok()) {
      ok_ = false;
      return;
    }
    WrittenStage stage{Name(entry.key), *reader.expression("when"), entry.value, *reader.boolean("absent")};
    if (stage.absent) check_absent(reader, entry.key);
    if (reader.has("times") && !stage.absent) read_times(*reader.node("times"), stage);
    stages_.push_back(std::move(stage));
  }

  void check_absent(const MapReader& reader, const Node& name) {
    if (reader.has("times")) {
      refuse(*reader.node("times")->key(), "conflicting-keys", "an absent stage has no `times`",
             "none of its rows may come");
    }
    if (!consecutive_) return;
    refuse(name, "absent-between-none", "with `between: none` nothing but the next stage's row can follow",
           "say in the next stage's `when` what it must not be, or write `between: any`");
  }

  void read_times(const Node& node, WrittenStage& stage) {
    if (node.is_map()) {
      const MapReader reader(node, times_fields(), diagnostics_);
      ok_ = ok_ && reader.ok();
      if (!reader.ok()) return;
      stage.at_least = static_cast<size_t>(*reader.integer("at_least"));
      stage.at_most = static_cast<size_t>(*reader.integer("at_most"));
      if (stage.at_most < stage.at_least) {
        refuse(*reader.node("at_most"), "out-of-range", "`at_most` is less than `at_least`");
      }
      return;
    }
    const auto times = node.is_scalar() ? parse_whole_number(node.text()) : std::nullopt;
    if (!times) {
      refuse(node, "wrong-kind", "`times` is a number of rows, or `{at_least: 2, at_most: 5}`");
    } else if (*times < 1 || *times > kTimesMax) {
      refuse(node, "out-of-range", "a stage takes from 1 to " + std::to_string(kTimesMax) + " rows",
             *times == 0 ? "`absent: true` is for rows that must not come" : "");
    } else {
      stage.at_least = stage.at_most = static_cast<size_t>(*times);
    }
  }

  /// A match is complete as soon as its last stage has enough rows.
  void check_last() {
    const WrittenStage& last = stages_.back();
    const auto times = last.node.find("times");
    if (last.absent || !times || !times->is_map() || !times->find("at_most")) return;
    if (last.at_most == last.at_least) return;
    refuse(*times->find("at_most"), "needless-at-most",
           "a match is complete when its last stage has " + std::to_string(last.at_least) +
               (last.at_least == 1 ? " row: it takes no more" : " rows: it takes no more"),
           "leave `at_most` out");
  }

  bool consecutive_;
  Diagnostics& diagnostics_;
  NameScope names_;
  std::vector<WrittenStage> stages_;
  bool ok_ = true;
};

}  // namespace

std::optional<std::vector<WrittenStage>> read_stages(const Node& sequence, bool consecutive,
                                                     Diagnostics& diagnostics) {
  return StageReader(consecutive, diagnostics).run(sequence);
}

}  // namespace pactolus
