#include "config/map_reader.h"
#include "data/decimal.h"
#include "data/key_encoding.h"
#include "operators/column_selection.h"
#include "operators/key_columns.h"
#include "operators/registry.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace pactolus {
namespace {

/// What a sampling step does. Immutable, shared by all tasks.
struct SampleProgram {
  std::vector<size_t> by;
  std::string share;  // as it was written
  /// Keys are kept whose hash (XXH3-64 of their encoding) is below; 2^64: all.
  Uint128 below = 0;
};

class Sample final : public Operator {
 public:
  explicit Sample(const SampleProgram& program) : program_(program) {}

  void process(ColumnBatch batch, size_t, OperatorOutput& out) override {
    counts.rows_in += batch.selection.size();
    std::vector<ColumnPtr> key_columns;
    for (size_t column : program_.by) key_columns.push_back(batch.columns[column]);
    keys_.clear();
    encode_keys(key_columns, batch.selection, keys_);
    size_t place = 0;
    counts.filtered += std::erase_if(batch.selection, [&](uint32_t) {
      const std::string_view key = keys_[place++];
      return XXH3_64bits(key.data(), key.size()) >= program_.below;
    });
    counts.passed += batch.selection.size();
    if (!batch.selection.empty()) out.emit(std::move(batch));
  }

 private:
  const SampleProgram& program_;
  ByteRows keys_;  // of the batch's rows, by place
};

class SampleNode final : public OperatorNode {
 public:
  SampleNode(const Schema& schema, SampleProgram program) : schema_(schema), program_(std::move(program)) {}

  const Schema& output() const override { return schema_; }
  std::vector<std::optional<size_t>> copied_from(size_t) const override { return all_copied(schema_); }
  std::vector<std::pair<std::string, std::string>> describe() const override {
    return {{"by", names_of(schema_, program_.by)}, {"share", program_.share}};
  }
  std::unique_ptr<Operator> instantiate(StateStore&) const override {
    return std::make_unique<Sample>(program_);
  }

 private:
  Schema schema_;
  SampleProgram program_;
};

const std::vector<FieldSpec>& fields() {
  static const std::vector<FieldSpec> fields = {
      {.name = "by",
       .kind = FieldKind::kNames,
       .required = true,
       .summary = "columns whose values decide: rows with equal ones are all kept or all dropped"},
      {.name = "share",
       .kind = FieldKind::kText,
       .required = true,
       .summary = "about how much of the different values to keep, from 0 to 1: 0.01 is one in a hundred"},
  };
  return fields;
}

/// share × 2^64, rounded down; none: it is no number from 0 to 1 with at most 18 digits behind the point.
std::optional<Uint128> bound_of(const std::string& share) {
  const auto number = Decimal::parse(share);
  constexpr int kDigitsMax = 18;
  if (!number || number->scale() > kDigitsMax || number->coefficient() < 0) return std::nullopt;
  Uint128 one = 1;
  for (int i = 0; i < number->scale(); ++i) one *= 10;
  const auto part = static_cast<Uint128>(number->coefficient());
  if (part > one) return std::nullopt;
  return (part << 64) / one;
}

std::unique_ptr<const OperatorNode> build(const OperatorBuild& build) {
  MapReader reader(*build.node, fields(), *build.diagnostics);
  const std::optional<std::vector<Name>> names = reader.names("by");
  const std::optional<std::string> share = reader.text("share");
  if (!names || !share) return nullptr;
  KeyColumns key = find_key_columns(build, *names);
  const std::optional<Uint128> below = bound_of(*share);
  if (!below) {
    build.diagnostics->add(reader.node("share")->diagnostic("out-of-range", "`share` is a number from 0 to 1",
                                                            "0.01 keeps about one in a hundred"));
  }
  if (!reader.ok() || !key.ok || !below) return nullptr;
  return std::make_unique<SampleNode>(*build.inputs.front().schema,
                                      SampleProgram{std::move(key.columns), *share, *below});
}

constexpr std::string_view kExample = R"(topology: half-of-the-cards
sources:
  payments:
    topic: payments
    fields:
      card_id: text
      amount: numeric(12,2)
steps:
  half:
    from: payments
    sample: {by: card_id, share: 0.5}
sinks:
  half: {from: half, topic: payments.half, key: card_id}
tests:
  - name: all payments of a card are kept, or none
    send:
      - payments: {card_id: c1, amount: 1.00}
      - payments: {card_id: c2, amount: 2.00}
      - payments: {card_id: c3, amount: 3.00}
      - payments: {card_id: c3, amount: 4.00}
    expect:
      half:
        - {card_id: c3, amount: 3.00}
        - {card_id: c3, amount: 4.00}
)";

}  // namespace

PACTOLUS_REGISTER(sample);
const OperatorSpec& sample_spec() {
  static const OperatorSpec spec{
      .name = "sample",
      .summary = "keeps a share of the rows, chosen by a hash of some columns",
      .guarantee =
          "keeps order, holds no state. Which values are kept depends on them alone: it is the same in every "
          "run and on every machine, and what a smaller share keeps, a larger one keeps too. Dropped rows "
          "are "
          "counted as filtered",
      .example = kExample,
      .keeps_columns = true,
      .fields = fields(),
      .build = build,
  };
  return spec;
}

}  // namespace pactolus
