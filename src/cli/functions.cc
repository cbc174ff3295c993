#include <algorithm>
#include <iostream>

#include "aggregates/registry.h"
#include "base/nearest_name.h"
#include "cli/command.h"
#include "data/text_format.h"
#include "expr/binder.h"
#include "expr/nodes/cast.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

constexpr std::string_view kHelp =
    "Lists the functions and aggregates that expressions may call, or explains one: what it takes and\n"
    "gives, what it does, and an example with its value.\n"
    "\n"
    "  $ pactolus functions\n"
    "  $ pactolus functions date_trunc\n"
    "\n"
    "Exit status: 0 fine, 1 there is no such function, 2 wrong usage.\n";

constexpr OptionSpec kOptions[] = {
    {"format", "text|markdown", "markdown: all of them, explained, as in docs/reference/functions.md"}};

/// A function or an aggregate, to be shown.
struct Entry {
  std::string_view name;
  std::string_view signature;
  std::string_view summary;
  std::string_view example;
};

template <class Spec>
std::vector<Entry> entries() {
  std::vector<Entry> entries;
  for (const Spec* spec : registered(static_cast<const Spec*>(nullptr)))
    entries.push_back({spec->name, spec->signature, spec->summary, spec->example});
  std::ranges::sort(entries, {}, &Entry::name);
  return entries;
}

/// An example that reads no column has a value, as text; others none.
std::optional<std::string> value_of(std::string_view example) {
  Diagnostics diagnostics;
  const ExpressionPtr bound =
      bind_expression(SourceText::verbatim(std::string{example}, "example"), Scope{}, diagnostics);
  if (bound == nullptr) return std::nullopt;
  auto system = std::make_shared<SystemColumns>();
  system->event_time.assign(1, EventTime{1'767'225'600'000'000});  // 2026-01-01
  ColumnBatch row;
  row.system = std::move(system);
  row.selection = {0};
  RowErrors errors;
  const ColumnPtr value = bound->evaluate(row, row.selection, errors);
  if (!errors.empty()) return std::nullopt;
  std::string text;
  append_value(*value, 0, text);
  return text;
}

std::string explained(const Entry& entry) {
  std::string text = std::string{entry.signature} + "\n\n" + std::string{entry.summary} + "\n\n  " +
                     std::string{entry.example};
  if (auto value = value_of(entry.example)) text += "  →  " + *value;
  return text + "\n";
}

/// Within a cell of a table.
std::string cell(std::string_view text) {
  std::string escaped;
  for (char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

void write_table(const std::vector<Entry>& entries, std::ostream& out) {
  out << "| function | what it gives | example |\n|---|---|---|\n";
  for (const Entry& entry : entries) {
    out << "| `" << cell(entry.signature) << "` | " << cell(entry.summary) << " | `" << cell(entry.example)
        << "`";
    if (auto value = value_of(entry.example)) out << " → `" << cell(*value) << "`";
    out << " |\n";
  }
}

std::string list(const std::vector<std::string_view>& names) {
  std::string text;
  for (std::string_view name : names) text += (text.empty() ? "" : ", ") + std::string{name};
  return text;
}

/// The types that a value becomes by itself, or only by a cast.
std::string casts(TypeKind from, bool by_itself) {
  std::vector<std::string_view> names;
  for (TypeKind to : kTypeKinds) {
    if (from == to) continue;
    const std::optional<CastContext> context = cast_context(from, to);
    if (context && (*context == CastContext::kImplicit) == by_itself) names.push_back(names_of(to).front());
  }
  return list(names);
}

void write_types(std::ostream& out) {
  out << "| type | other names | becomes by itself | by a cast, x::type |\n|---|---|---|---|\n";
  for (TypeKind kind : kTypeKinds) {
    std::vector<std::string_view> names = names_of(kind);
    const std::string_view usual = names.front();
    names.erase(names.begin());
    out << "| `" << usual << "` | " << list(names) << " | " << casts(kind, true) << " | "
        << casts(kind, false) << " |\n";
  }
}

void write_markdown(std::ostream& out) {
  out << "# Types, functions and aggregates\n\n"
         "Made by `pactolus functions --format markdown`. Unless something else is said, a function of a "
         "NULL is "
         "NULL, and aggregates leave NULLs out.\n\n## Types\n\n"
         "A quoted text becomes whatever type is expected. `[]` behind a type is an array of it; arrays "
         "become "
         "others where their elements do. How records hold the types: "
         "[Sources](../topology-language.md#sources).\n\n";
  write_types(out);
  out << "\n## Functions\n\n";
  write_table(entries<FunctionSpec>(), out);
  out << "\n## Aggregates\n\nEach may have `FILTER (WHERE …)`, and `DISTINCT` and `ORDER BY` behind "
         "its arguments unless it has `WITHIN GROUP`.\n\n";
  write_table(entries<AggregateSpec>(), out);
}

void write_list(const Console& console) {
  console.out << console.paint(Colour::kBold, "Functions") << "\n";
  for (const Entry& entry : entries<FunctionSpec>()) console.out << "  " << entry.signature << "\n";
  console.out << console.paint(Colour::kBold, "Aggregates") << "\n";
  for (const Entry& entry : entries<AggregateSpec>()) console.out << "  " << entry.signature << "\n";
  console.out << "More about one: pactolus functions NAME\n";
}

int explain_one(const std::string& name, const Console& console) {
  std::vector<Entry> known = entries<FunctionSpec>();
  std::ranges::copy(entries<AggregateSpec>(), std::back_inserter(known));
  const std::string wanted = lower_case(name);
  if (auto found = std::ranges::find(known, wanted, &Entry::name); found != known.end()) {
    console.out << explained(*found);
    return kExitFine;
  }
  std::vector<std::string> names;
  for (const Entry& entry : known) names.emplace_back(entry.name);
  const std::string hint = did_you_mean(name, names);
  console.err << "pactolus functions: there is no function `" << name << "`"
              << (hint.empty() ? "" : "; " + hint) << "\n";
  return kExitFindings;
}

int run(const Invocation& invocation, const Console& console) {
  const std::string format = invocation.option("format").value_or("text");
  if (format != "text" && format != "markdown") {
    console.err << "pactolus functions: --format is text or markdown, not `" << format << "`\n";
    return kExitUsage;
  }
  if (format == "markdown" && !invocation.operands.empty()) {
    console.err << "pactolus functions: --format markdown takes no NAME\n";
    return kExitUsage;
  }
  if (!invocation.operands.empty()) return explain_one(invocation.operands.front(), console);
  if (format == "markdown") {
    write_markdown(console.out);
  } else {
    write_list(console);
  }
  return kExitFine;
}

}  // namespace

const Command kFunctionsCommand{.name = "functions",
                                .summary = "lists functions and aggregates, or explains one",
                                .operands = "[NAME]",
                                .operands_min = 0,
                                .operands_max = 1,
                                .options = kOptions,
                                .help = kHelp,
                                .run = run};

}  // namespace pactolus
