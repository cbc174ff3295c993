// What the differential test asks of Pactolus:
//   evaluate signatures   every function and operator: "function | name | result | parameters", the types
//   with
//                         commas between them
//   evaluate              reads columns and expressions, as tests/expr/cases.txt has them, from standard
//   input;
//                         writes for each expression its type and its values, errors with messages, or why it
//                         is refused
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

#include "expr/expression_answer.h"
#include "expr/operators.h"
#include "expr/registry.h"

namespace pactolus::testing {
namespace {

constexpr std::string_view kOperators[] = {"+",  "-",  "*",  "/",   "%",  "^",   "&",  "|",  "#",
                                           "~",  "<<", ">>", "@",   "|/", "||/", "^@", "||", "@>",
                                           "<@", "&&", "->", "->>", "#>", "#>>", "?",  "?|", "?&"};

std::string name_of(TypeKind kind) { return kind == kAnyElement ? "anyelement" : to_string(Type{kind}); }

void write_signature(std::string_view what, std::string_view name, const Overload& overload) {
  std::cout << what << " | " << name << " | " << name_of(overload.result) << " | ";
  for (size_t i = 0; i < overload.count; ++i)
    std::cout << (i > 0 ? "," : "") << name_of(overload.parameters()[i]);
  std::cout << '\n';
}

void write_signatures() {
  for (const FunctionSpec* function : registered(static_cast<const FunctionSpec*>(nullptr))) {
    for (const Overload& overload : function->overloads)
      write_signature("function", function->name, overload);
    if (!function->variadic) continue;
    std::cout << "variadic | " << function->name << " | text | ";
    for (size_t i = 0; i < function->variadic->leading_texts; ++i) std::cout << (i > 0 ? ",text" : "text");
    std::cout << '\n';
  }
  for (std::string_view name : kOperators) {
    for (size_t operands : {1, 2}) {
      for (const Overload* overload : operators_named(name, operands))
        write_signature("operator", name, *overload);
    }
  }
}

/// On one line.
std::string one_line(const std::string& text) {
  std::string line;
  for (char c : text) line += c == '\n' ? std::string{"\\n"} : std::string{c};
  return line;
}

void write_answers() {
  const std::string kColumn = "column ";
  std::vector<TextColumn> columns;
  std::optional<TestBatch> rows;
  for (std::string line; std::getline(std::cin, line);) {
    if (line.starts_with(kColumn)) {
      columns.push_back(text_column(split_cells(line.substr(kColumn.size()))));
      continue;
    }
    if (!rows) rows = batch_of(columns);
    const std::vector<std::string> cells = answer(line, *rows, true);
    for (size_t i = 0; i < cells.size(); ++i) std::cout << (i > 0 ? " | " : "") << one_line(cells[i]);
    std::cout << '\n';
  }
}

}  // namespace
}  // namespace pactolus::testing

int main(int count, char** arguments) {
  if (count == 2 && std::string_view{arguments[1]} == "signatures") {
    pactolus::testing::write_signatures();
  } else {
    pactolus::testing::write_answers();
  }
  return std::cout.flush() ? 0 : 1;
}
