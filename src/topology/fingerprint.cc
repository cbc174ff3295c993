#include "topology/fingerprint.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <string>

#include "base/bytes.h"

namespace pactolus {
namespace {

/// Writes a plan in a normal form. Every list has its length before it, so that no two plans look the same.
class PlanWriter {
 public:
  std::string write(const Plan& plan, std::span<const Constant> constants) {
    list(constants, [&](const Constant& c) { texts({c.name, to_string(c.type), c.text}); });
    list(plan.sub_topologies, [&](const SubTopology& sub) { write(sub); });
    return std::move(text_);
  }

 private:
  void number(int64_t value) { out_.i64(value); }
  void texts(std::initializer_list<std::string_view> values) {
    for (std::string_view value : values) out_.bytes(value);
  }
  template <class List, class Write>
  void list(const List& items, Write write_item) {
    out_.varint(items.size());
    for (const auto& item : items) write_item(item);
  }
  void optional(const std::optional<Duration>& value) { number(value ? value->count() : -1); }
  void columns(const std::vector<size_t>& columns) {
    list(columns, [&](size_t column) { out_.varint(column); });
  }

  void write(const SubTopology& sub) {
    list(sub.inputs, [&](const InputPlan& input) {
      if (input.source) write(*input.source);
      if (input.repartition) write(*input.repartition);
      edges(input.successors);
    });
    list(sub.steps, [&](const StepPlan& step) {
      texts({step.name, step.operation});
      schema(step.node->output());
      list(step.node->describe(), [&](const auto& line) { texts({line.first, line.second}); });
      edges(step.successors);
    });
    list(sub.sinks, [&](const SinkPlan* sink) {
      texts({sink->name, sink->topic});
      schema(sink->schema);
      columns(sink->key_columns);
    });
  }

  void edges(const std::vector<Edge>& edges) {
    list(edges, [&](const Edge& edge) {
      out_.u8(edge.target);
      out_.varint(edge.index);
      out_.varint(edge.port);
      if (edge.output > 0) out_.varint(edge.output);
    });
  }

  void schema(const Schema& schema) {
    list(schema.fields(), [&](const Field& field) {
      texts({field.name, to_string(field.type)});
      out_.u8(field.nullable);
    });
  }

  void write(const SourcePlan& source) {
    texts({"source", source.name, source.topic});
    list(source.fields, [&](const SourceField& field) { write(field); });
    columns(source.key_columns);
    out_.u8(static_cast<uint8_t>(source.partitioner));
    out_.u8(source.start.kind);
    number(source.start.timestamp.micros());
    if (source.is_table()) {
      texts({"table"});
      columns(source.primary_key);
      if (source.is_global) texts({"global"});
    }
    out_.u8(source.time.has_value());
    if (!source.time) return;
    out_.varint(source.time->field);
    number(source.time->disorder.count());
    optional(source.time->idle);
    optional(source.time->max_future);
  }

  void write(const SourceField& field) {
    texts({field.name, to_string(field.type), field.header, field.default_text.value_or("")});
    out_.u8(field.nullable);
    out_.u8(field.default_text.has_value());
    out_.u8(static_cast<uint8_t>(field.origin));
    out_.u8(static_cast<uint8_t>(field.unit));
    list(field.path, [&](const std::string& name) { texts({name}); });
  }

  void write(const RepartitionPlan& topic) {
    texts({"repartition", topic.name});
    schema(topic.schema);
    columns(topic.key_columns);
    number(topic.partitions.value_or(-1));
  }

  std::string text_;
  ByteWriter out_{text_};
};

}  // namespace

uint64_t fingerprint_of(const Plan& plan, std::span<const Constant> constants) {
  std::string text = PlanWriter().write(plan, constants);
  return XXH3_64bits(text.data(), text.size());
}

}  // namespace pactolus
