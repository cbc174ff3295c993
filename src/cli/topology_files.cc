#include "cli/topology_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <ostream>

namespace pactolus {
namespace {

namespace fs = std::filesystem;

bool is_topology_file(const fs::directory_entry& entry) {
  std::error_code error;
  std::string extension = entry.path().extension().string();
  bool is_yaml = extension == ".yaml" || extension == ".yml";
  return is_yaml && entry.path().filename().string().front() != '.' && entry.is_regular_file(error);
}

Result<std::vector<std::string>> files_in(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (is_topology_file(*entry)) files.push_back(entry->path().string());
  }
  if (error) return Error{"cannot read the folder: " + error.message() + ": " + folder};
  if (files.empty()) return Error{"no topology (*.yaml, *.yml) in the folder: " + folder};
  std::ranges::sort(files);
  return files;
}

/// The file as far as it can be read: it is only shown.
std::string text_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text(Document::kBytesMax, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(std::max<std::streamsize>(0, in.gcount())));
  return text;
}

}  // namespace

Result<std::vector<std::string>> topology_files(std::span<const std::string> paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) return Error{"no such file or folder: " + path};
    if (!fs::is_directory(status)) {
      files.push_back(path);
      continue;
    }
    for (std::string& file : PACTOLUS_TRY(files_in(path))) files.push_back(std::move(file));
  }
  return files;
}

std::optional<Document> load_document(const std::string& file, std::string& text, Diagnostics& diagnostics) {
  std::optional<Document> document = Document::load(file, diagnostics);
  text = document ? document->text() : text_of(file);
  return document;
}

LoadedTopology load_topology_file(const std::string& file, const PlanOptions& options) {
  LoadedTopology loaded{.file = file, .text = {}, .document = {}, .plan = nullptr, .diagnostics = {}};
  loaded.document = load_document(file, loaded.text, loaded.diagnostics);
  if (loaded.document) loaded.plan = load_topology(*loaded.document, options, loaded.diagnostics);
  if (loaded.diagnostics.has_errors()) loaded.plan = nullptr;
  return loaded;
}

std::string count_of(size_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string summary_of(const FindingCounts& counts) {
  if (counts.errors + counts.warnings == 0) {
    return count_of(counts.files, "file") + (counts.files == 1 ? " is fine" : " are fine");
  }
  std::string text;
  if (counts.errors > 0) text = count_of(counts.errors, "error");
  if (counts.warnings > 0) text += (text.empty() ? "" : ", ") + count_of(counts.warnings, "warning");
  return text + " in " + count_of(counts.files, "file");
}

void print_findings(const Diagnostics& diagnostics, std::string_view text, const Console& console,
                    std::ostream& to, FindingCounts& counts) {
  bool may_paint = &to == &console.out;
  for (const Diagnostic& diagnostic : diagnostics.sorted()) {
    bool is_error = diagnostic.severity == Severity::kError;
    ++(is_error ? counts.errors : counts.warnings);
    std::string finding = render(diagnostic, text);
    size_t line_end = finding.find('\n');
    std::string headline = finding.substr(0, line_end);
    if (may_paint) headline = console.paint(is_error ? Colour::kRed : Colour::kYellow, headline);
    to << headline << finding.substr(line_end);
  }
}

}  // namespace pactolus
