#include <algorithm>
#include <sstream>

#include "base/nearest_name.h"
#include "config/map_reader.h"
#include "operators/column_selection.h"
#include "operators/key_columns.h"
#include "operators/name_diagnostic.h"
#include "operators/ranking/top_operator.h"
#include "operators/registry.h"
#include "operators/state_names.h"

namespace pactolus {
namespace {

constexpr int64_t kLimitMax = 1000;

class TopNode final : public OperatorNode {
 public:
  using Description = std::vector<std::pair<std::string, std::string>>;

  TopNode(TopProgram program, std::optional<int32_t> partitions, Description description)
      : program_(std::move(program)), partitions_(partitions), description_(std::move(description)) {}

  const Schema& output() const override { return program_.output; }
  bool is_table() const override { return true; }
  std::vector<size_t> key_columns() const override {
    if (!program_.by_place) return program_.table_key;
    std::vector<size_t> key = program_.by;
    if (program_.with_rank) key.push_back(program_.output.size() - 1);
    return key;
  }
  bool takes_before_rows(bool) const override { return true; }
  std::optional<size_t> window_end_column() const override { return program_.window_end; }
  std::vector<std::optional<size_t>> copied_from(size_t) const override {
    std::vector<std::optional<size_t>> columns = all_copied(program_.rows);
    columns.resize(program_.output.size());
    return columns;
  }
  std::optional<std::vector<size_t>> co_located_by(size_t) const override { return program_.by; }
  std::optional<int32_t> repartition_partitions() const override { return partitions_; }
  Description describe() const override { return description_; }
  std::unique_ptr<Operator> instantiate(StateStore& state) const override {
    return make_top(program_, state);
  }

 private:
  TopProgram program_;
  std::optional<int32_t> partitions_;
  Description description_;
};

const std::vector<FieldSpec>& fields() {
  static const std::vector<FieldSpec> fields = {
      {.name = "by",
       .kind = FieldKind::kNames,
       .summary = "columns to group by; without, all rows are one group"},
      {.name = "order",
       .kind = FieldKind::kTexts,
       .required = true,
       .summary =
           "columns by which the rows of a group are ordered, as in ORDER BY: `amount DESC NULLS LAST`"},
      {.name = "limit",
       .kind = FieldKind::kInteger,
       .required = true,
       .minimum = 1,
       .maximum = kLimitMax,
       .summary = "how many rows of each group are kept"},
      {.name = "rank",
       .kind = FieldKind::kNewName,
       .summary =
           "a column for the row's place in its group, from 1 on; rows are then known by group and place"},
      repartition_field(),
  };
  return fields;
}

/// Puts a program together, and goes on after errors to find more of them. Lives for one build.
class TopBuilder {
 public:
  explicit TopBuilder(const OperatorBuild& build)
      : build_(build), input_(build.inputs.front()), reader_(*build.node, fields(), *build.diagnostics) {}

  std::unique_ptr<const OperatorNode> run() {
    KeyColumns key = find_key_columns(build_, reader_.names("by").value_or(std::vector<Name>{}));
    ok_ = reader_.ok() && key.ok;
    read_order();
    Schema output = with_rank();
    if (!ok_) return nullptr;
    std::optional<size_t> window_end = input_.window_end;
    if (window_end && std::ranges::find(key.columns, *window_end) == key.columns.end()) window_end.reset();
    const Schema group(key.fields);
    std::vector<Field> place = key.fields;
    place.push_back({"order", kByteaType, false});
    place.push_back(input_.is_table ? Field{"of", kByteaType, false} : Field{"place", kBigintType, false});
    describe(key);
    TopProgram program{
        .step = build_.step,
        .by = std::move(key.columns),
        .order = std::move(order_),
        .limit = static_cast<size_t>(*reader_.integer("limit")),
        .over_table = input_.is_table,
        .table_key = input_.key_columns,
        .with_rank = reader_.has("rank"),
        .by_place = reader_.has("rank") || !input_.is_table,
        .window_end = window_end,
        .rows = *input_.schema,
        .output = std::move(output),
        .ranked = TableLayout(build_.step, "ranked", window_end.has_value(), Schema(std::move(place)),
                              {{"row", std::string(kRowKind), 1, sizeof(BlobRef), {0}}, order_field()}),
        .groups = {}};
    if (!input_.is_table) {
      program.groups.emplace(build_.step, std::string(kGroupTable), window_end.has_value(), group,
                             std::vector<StateField>{{"rows", "count(*)", 1, sizeof(uint64_t), {}},
                                                     {"places", "count(*)", 1, sizeof(uint64_t), {}}});
    }
    return std::make_unique<TopNode>(std::move(program), repartition_partitions(reader_),
                                     std::move(description_));
  }

 private:
  void refuse(Diagnostic diagnostic) {
    ok_ = false;
    build_.diagnostics->add(std::move(diagnostic));
  }

  void read_order() {
    const std::optional<std::vector<std::string>> texts = reader_.texts("order");
    if (!texts) return;
    const Node node = *reader_.node("order");
    const std::vector<Node> nodes = node.is_sequence() ? node.items() : std::vector<Node>{node};
    for (size_t i = 0; i < texts->size(); ++i) {
      std::stringstream list((*texts)[i]);
      for (std::string text; std::getline(list, text, ',');) read_order_item(nodes[i], text);
    }
  }

  /// "amount DESC NULLS LAST"
  void read_order_item(const Node& node, const std::string& text) {
    std::istringstream words(text);
    std::string name;
    std::string direction;
    for (std::string word; words >> word;) {
      if (name.empty()) {
        name = word;
      } else {
        direction += (direction.empty() ? "" : " ") + lower_case(word);
      }
    }
    const std::optional<size_t> column = input_.schema->find(name);
    const bool descending = direction.starts_with("desc");
    std::string nulls = direction;
    for (std::string_view written : {"asc", "desc"}) {
      if (nulls == written || nulls.starts_with(std::string(written) + " ")) nulls.erase(0, written.size());
    }
    if (nulls.starts_with(' ')) nulls.erase(0, 1);
    if (!column) {
      refuse(node.diagnostic("unknown-column", "`" + input_.name + "` has no column `" + name + "`",
                             name_hint(name, input_.schema->names(), "columns")));
    } else if (!nulls.empty() && nulls != "nulls first" && nulls != "nulls last") {
      refuse(node.diagnostic("bad-order", "`" + direction + "` is no order",
                             "behind a column stands ASC or DESC, and NULLS FIRST or NULLS LAST"));
    } else if (auto refusal = key_type_diagnostic(node, Name(node), (*input_.schema)[*column])) {
      refuse(*std::move(refusal));
    } else {
      const bool nulls_first = nulls.empty() ? descending : nulls == "nulls first";
      order_.push_back({*column, descending, nulls_first});
      order_text_ += (order_text_.empty() ? "" : ", ") + (*input_.schema)[*column].name +
                     (descending ? " DESC" : "") +
                     (nulls_first == descending ? ""
                      : nulls_first             ? " NULLS FIRST"
                                                : " NULLS LAST");
    }
  }

  Schema with_rank() {
    std::vector<Field> columns = input_.schema->fields();
    if (const std::optional<Name> rank = reader_.name("rank")) {
      if (input_.schema->find(rank->text)) {
        refuse(name_diagnostic(*build_.node, *rank, "duplicate-name",
                               "there is a column `" + rank->text + "` already"));
      }
      columns.push_back({rank->text, kBigintType, false});
    } else if (!input_.is_table && reader_.integer("limit") != 1) {
      refuse(
          build_.node->diagnostic("top-without-key",
                                  "rows of a stream have no key by which a row that is among the first "
                                  "ones no longer could be taken back",
                                  "write `rank: place`: rows are then known by their group and place; with "
                                  "`limit: 1` by their group alone"));
    }
    return Schema(std::move(columns));
  }

  /// With another order or limit, what is there would mean something else.
  StateField order_field() const {
    return {"order", order_text_ + " LIMIT " + std::to_string(*reader_.integer("limit")), 1, 0, {}};
  }

  void describe(const KeyColumns& key) {
    const std::string names = names_of(*input_.schema, key.columns);
    description_ = {{"by", names.empty() ? "all rows" : names},
                    {"order", order_text_},
                    {"limit", std::to_string(*reader_.integer("limit"))}};
    if (auto rank = reader_.name("rank")) description_.emplace_back("rank", rank->text);
  }

  const OperatorBuild& build_;
  const StepInput& input_;
  MapReader reader_;
  bool ok_ = true;
  std::vector<OrderColumn> order_;
  std::string order_text_;
  TopNode::Description description_;
};

std::unique_ptr<const OperatorNode> build(const OperatorBuild& build) { return TopBuilder(build).run(); }

constexpr std::string_view kExample = R"(topology: largest-payments
sources:
  payments:
    topic: payments
    key: merchant
    fields:
      payment_id: text
      merchant: text
      amount: numeric(12,2)
steps:
  largest:
    from: payments
    top: {by: merchant, order: amount DESC, limit: 2, rank: place}
sinks:
  largest: {from: largest, topic: payments.largest, key: [merchant, place]}
tests:
  - name: a larger payment moves the others down
    send:
      - payments: {payment_id: a, merchant: m, amount: 10.00}
      - payments: {payment_id: b, merchant: m, amount: 5.00}
      - payments: {payment_id: c, merchant: m, amount: 7.00}
      - payments: {payment_id: d, merchant: m, amount: 1.00}
    expect:
      largest:
        - {payment_id: a, merchant: m, amount: 10.00, place: 1}
        - {payment_id: b, merchant: m, amount: 5.00, place: 2}
        - {payment_id: c, merchant: m, amount: 7.00, place: 2}
)";

}  // namespace

PACTOLUS_REGISTER(top);
const OperatorSpec& top_spec() {
  static const OperatorSpec spec{
      .name = "top",
      .summary = "keeps the first rows of each group by an order, and says how they change",
      .guarantee =
          "a changing table: each row that alters the first ones of its group gives the changes of their "
          "places, "
          "or of the rows, in input order. Equal rows of a stream stand as they came, those of a table by "
          "its key. "
          "Of a stream no more rows are kept than are shown, of a table all, since one that goes makes "
          "room for the next",
      .example = kExample,
      .takes_tables = true,
      .fields = fields(),
      .build = build,
  };
  return spec;
}

}  // namespace pactolus
