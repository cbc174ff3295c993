#include "config/document.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/check.h"
#include "config/characters.h"
#include "config/tree.h"

namespace pactolus {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

Diagnostic about_file(const std::string& file, std::string code, std::string message) {
  Diagnostic d;
  d.code = std::move(code);
  d.message = std::move(message);
  d.file = file;
  return d;
}

Diagnostic too_large(const std::string& file) {
  return about_file(file, "file-too-large",
                    "the file is larger than " + std::to_string(Document::kBytesMax >> 20) + " MiB");
}

Diagnostic about_character(const Tree& tree, const BadCharacter& bad) {
  if (bad.kind == BadCharacter::Kind::kNotUtf8) {
    return tree.diagnostic(bad.offset, 1, "invalid-utf8", "the file is not UTF-8 from here on",
                           "save it as UTF-8");
  }
  return tree.diagnostic(bad.offset, 1, "control-character", "an invisible control character stands here",
                         "delete it; text in double quotes can hold one as \"\\x1b\"");
}

}  // namespace

std::string_view describe(NodeKind kind) {
  switch (kind) {
    case NodeKind::kNull:
      return "null";
    case NodeKind::kScalar:
      return "text";
    case NodeKind::kSequence:
      return "a list";
    case NodeKind::kMap:
      return "a map";
  }
  PACTOLUS_CHECK(false, "unknown kind of node");
}

Diagnostic Tree::diagnostic(size_t offset, size_t bytes, std::string code, std::string message,
                            std::string hint) const {
  Diagnostic d;
  d.code = std::move(code);
  d.message = std::move(message);
  d.hint = std::move(hint);
  d.file = file;
  d.position = lines.position(offset);
  size_t in_line = offset - lines.line_begin(offset);
  std::string_view line = lines.line_at(offset);
  if (in_line < line.size()) d.length = count_characters(line.substr(in_line, bytes));
  return d;
}

NodeKind Node::kind() const { return data_->kind; }
const std::string& Node::text() const { return data_->text; }
ScalarStyle Node::style() const { return data_->style; }
const std::string& Node::tag() const { return data_->tag; }
bool Node::in_flow() const { return data_->in_flow; }
bool Node::is_reported() const { return data_->reported; }
const std::string& Node::file() const { return tree_->file; }
SourcePosition Node::position() const { return tree_->lines.position(data_->offset); }
SourcePosition Node::position_of(size_t byte_in_value) const {
  return source_text().position_of(byte_in_value);
}

std::vector<Node> Node::items() const {
  std::vector<Node> result;
  for (const NodeData* item : data_->items) result.emplace_back(*tree_, *item);
  return result;
}

std::vector<Entry> Node::entries() const {
  std::vector<Entry> result;
  for (const auto& [key, value] : data_->entries)
    result.push_back({Node(*tree_, *key), Node(*tree_, *value)});
  return result;
}

std::optional<Node> Node::find(std::string_view key) const {
  for (const auto& [name, value] : data_->entries) {
    if (name->text == key) return Node(*tree_, *value);
  }
  return std::nullopt;
}

std::optional<Node> Node::key() const {
  if (data_->key == nullptr) return std::nullopt;
  return Node(*tree_, *data_->key);
}

SourceText Node::source_text() const {
  ScalarTrace trace = trace_scalar(*tree_, *data_);
  return {data_->text, tree_->file, std::move(trace.runs), trace.traced_bytes};
}

SourceText Node::comment_behind() const {
  SourceText result = SourceText::verbatim("", tree_->file, position());
  if (!is_scalar() || style() != ScalarStyle::kPlain) return result;
  size_t end = trace_scalar(*tree_, *data_).end;
  std::string_view line = tree_->lines.line_at(end);
  size_t in_line = line.find_first_not_of(" \t", end - tree_->lines.line_begin(end));
  if (in_line == std::string_view::npos || line[in_line] != '#') return result;
  return SourceText::verbatim(std::string(line.substr(in_line)), tree_->file,
                              tree_->lines.position(tree_->lines.line_begin(end) + in_line));
}

Diagnostic Node::diagnostic(std::string code, std::string message, std::string hint) const {
  size_t bytes = 1;
  bool block = style() == ScalarStyle::kLiteral || style() == ScalarStyle::kFolded;
  if (is_scalar() && !block) bytes = trace_scalar(*tree_, *data_).end - data_->offset;
  if (is_null() && !text().empty()) bytes = text().size();
  return tree_->diagnostic(data_->offset, bytes, std::move(code), std::move(message), std::move(hint));
}

Document::Document(std::unique_ptr<const Tree> tree) : tree_(std::move(tree)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

const std::string& Document::file() const { return tree_->file; }
const std::string& Document::text() const { return tree_->text; }
Node Document::root() const { return {*tree_, *tree_->root}; }

std::optional<Document> Document::parse(std::string file, std::string text, Diagnostics& diagnostics) {
  if (text.size() > kBytesMax) {
    diagnostics.add(too_large(file));
    return std::nullopt;
  }
  if (text.starts_with(kByteOrderMark)) text.erase(0, kByteOrderMark.size());
  auto tree = std::make_unique<Tree>(std::move(file), std::move(text));
  if (auto bad = find_bad_character(tree->text)) {
    diagnostics.add(about_character(*tree, *bad));
    return std::nullopt;
  }
  if (!read_yaml(*tree, diagnostics)) return std::nullopt;
  return Document(std::move(tree));
}

std::optional<Document> Document::load(const std::string& path, Diagnostics& diagnostics) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  std::string text(kBytesMax + 1, '\0');  // one more than is allowed: parse() says so
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in.is_open() || in.bad()) {
    diagnostics.add(
        about_file(path, "file-unreadable", std::string("cannot read the file: ") + std::strerror(errno)));
    return std::nullopt;
  }
  text.resize(static_cast<size_t>(in.gcount()));
  return parse(path, std::move(text), diagnostics);
}

}  // namespace pactolus
