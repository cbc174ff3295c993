#include "topology/constant_reader.h"

#include "data/text_format.h"

namespace pactolus {
namespace {

Type type_of(const Node& value) {
  const std::string& text = value.text();
  if (value.style() != ScalarStyle::kPlain) return kTextType;
  if (text == "true" || text == "false") return kBooleanType;
  bool number = text.find_first_not_of("+-.0123456789eE") == std::string::npos && parse_numeric(text).ok();
  if (!number) return kTextType;
  if (text.find_first_of(".eE") != std::string::npos) return kNumericType;
  std::optional<int64_t> integer = parse_numeric(text).value().to_int64();
  if (!integer) return kNumericType;
  return *integer == static_cast<int32_t>(*integer) ? kIntegerType : kBigintType;
}

}  // namespace

std::vector<Constant> read_constants(const Node& node, ReadContext& context) {
  std::vector<Constant> constants;
  if (!node.is_map()) {
    if (!node.is_reported()) {
      context.diagnostics.add(node.diagnostic("wrong-kind", "`constants` must be a map of names and values"));
    }
    return constants;
  }
  NameScope names;
  for (const Entry& entry : node.entries()) {
    if (!names.declare(entry.key, context.diagnostics) || entry.value.is_reported()) continue;
    if (!entry.value.is_scalar()) {
      context.diagnostics.add(
          entry.value.diagnostic("wrong-kind", "the constant `" + entry.key.text() +
                                                   "` must be a number, true, false or a text, not " +
                                                   std::string(describe(entry.value.kind()))));
      continue;
    }
    constants.push_back({entry.key.text(), type_of(entry.value), entry.value.text()});
  }
  return constants;
}

}  // namespace pactolus
