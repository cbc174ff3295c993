#include "operators/looking_back/look_back_reader.h"

#include "config/map_reader.h"
#include "config/names.h"
#include "config/quantities.h"

namespace pactolus {
namespace {

constexpr std::string_view kUnboundedText = "unbounded";
constexpr std::string_view kRowsText = " rows";
constexpr int64_t kRowsMax = 1000;

const std::vector<FieldSpec>& look_back_fields() {
  static const std::vector<FieldSpec> fields = {
      {.name = "last",
       .kind = FieldKind::kText,
       .required = true,
       .summary = "how far it reaches: a duration, a number of rows such as `10 rows`, or `unbounded`"},
      {.name = "exclude",
       .kind = FieldKind::kChoice,
       .choices = {"current"},
       .summary = "`current` leaves the row itself out"},
  };
  return fields;
}

std::optional<int64_t> parse_rows(std::string_view text) {
  if (text == "1 row") return 1;
  if (!text.ends_with(kRowsText)) return std::nullopt;
  text.remove_suffix(kRowsText.size());
  return parse_whole_number(text);
}

class LookBackReader {
 public:
  explicit LookBackReader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  std::optional<std::vector<LookBack>> run(const Node& windows) {
    if (!windows.is_map() || windows.entries().empty()) {
      refuse(windows, "wrong-kind", "`windows` is a map of names", "write `hour: 1h`");
      return std::nullopt;
    }
    std::vector<LookBack> look_backs;
    NameScope names;
    for (const Entry& entry : windows.entries()) {
      ok_ = names.declare(entry.key, diagnostics_) && ok_;
      look_backs.push_back(read(entry));
    }
    return ok_ ? std::optional(std::move(look_backs)) : std::nullopt;
  }

 private:
  void refuse(const Node& node, std::string code, std::string message, std::string hint) {
    ok_ = false;
    if (!node.is_reported())
      diagnostics_.add(node.diagnostic(std::move(code), std::move(message), std::move(hint)));
  }

  LookBack read(const Entry& entry) {
    LookBack look_back{.name = entry.key.text()};
    if (!entry.value.is_map()) {
      read_reach(entry.value, look_back);
      return look_back;
    }
    const MapReader reader(entry.value, look_back_fields(), diagnostics_);
    ok_ = ok_ && reader.ok();
    if (!reader.ok()) return look_back;
    look_back.with_current = !reader.has("exclude");
    read_reach(*reader.node("last"), look_back);
    return look_back;
  }

  void read_reach(const Node& node, LookBack& look_back) {
    const std::string& text = node.text();
    if (text == kUnboundedText) return;
    if (const auto length = parse_duration(text)) {
      look_back.reach = LookBack::kTime;
      look_back.length = *length;
      if (length->count() >= kWindowMicrosMin && length->count() <= kWindowMicrosMax) return;
      refuse(node, "out-of-range",
             "a look-back window is as long as " + to_string(Duration{kWindowMicrosMin}) + " to " +
                 to_string(Duration{kWindowMicrosMax}),
             "`unbounded` has no end");
    } else if (const auto rows = parse_rows(text)) {
      look_back.reach = LookBack::kRows;
      look_back.rows = static_cast<size_t>(*rows);
      if (*rows >= 1 && *rows <= kRowsMax) return;
      refuse(node, "out-of-range",
             "a look-back window has 1 to " + std::to_string(kRowsMax) + " rows: each row reads all of them",
             "write a duration");
    } else {
      refuse(node, "wrong-kind", "how far does it look back?",
             "write a duration such as 1h, a number of rows such as 10 rows, or unbounded");
    }
  }

  Diagnostics& diagnostics_;
  bool ok_ = true;
};

}  // namespace

std::optional<std::vector<LookBack>> read_look_backs(const Node& windows, Diagnostics& diagnostics) {
  return LookBackReader(diagnostics).run(windows);
}

std::string to_string(const LookBack& look_back) {
  std::string text(kUnboundedText);
  if (look_back.reach == LookBack::kTime) text = to_string(look_back.length);
  if (look_back.reach == LookBack::kRows) text = std::to_string(look_back.rows) + std::string(kRowsText);
  return text + (look_back.with_current ? "" : ", without the row itself");
}

}  // namespace pactolus
