#include "config/daemon_settings.h"

#include <unistd.h>

#include <algorithm>

#include "config/kafka_settings.h"
#include "config/map_reader.h"
#include "config/quantities.h"

namespace pactolus {
namespace {

constexpr std::string_view kTopologyPlaceholder = "{topology}";
constexpr size_t kTopicCharactersMax = 249;
constexpr int64_t kMilliseconds = 1'000;
constexpr int64_t kMiB = 1 << 20;

/// What Kafka allows in the names of topics, groups and members.
bool is_kafka_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '-';
}
bool is_kafka_text(std::string_view text) { return std::ranges::all_of(text, is_kafka_character); }

bool is_topic_template(std::string text) {
  if (size_t begin = text.find(kTopologyPlaceholder); begin != std::string::npos) {
    text.replace(begin, kTopologyPlaceholder.size(), "t");
  }
  return !text.empty() && text.size() <= kTopicCharactersMax && is_kafka_text(text);
}

std::vector<FieldSpec> make_fields() {
  return {
      {.name = "kafka",
       .kind = FieldKind::kSettings,
       .required = true,
       .summary = "the cluster and how to reach it: settings of librdkafka, handed on as they stand"},
      {.name = "delivery",
       .kind = FieldKind::kChoice,
       .default_text = "exactly_once",
       .choices = {"exactly_once", "at_least_once"},
       .summary =
           "exactly_once: results come with the transaction; at_least_once: results come at once, and may "
           "come again after a crash"},
      {.name = "commit_interval",
       .kind = FieldKind::kDuration,
       .default_text = "100ms",
       .minimum = kMilliseconds,
       .maximum = 5'000 * kMilliseconds,
       .summary = "time from the begin of one commit to that of the next: most of the latency"},
      {.name = "workers",
       .kind = FieldKind::kInteger,
       .default_text = "1",
       .minimum = 1,
       .maximum = 256,
       .summary = "threads per topology, each with one consumer and one transactional producer"},
      {.name = "instance",
       .kind = FieldKind::kText,
       .summary = "name of this process among its peers, stable across restarts; by default the host's name"},
      {.name = "state",
       .kind = FieldKind::kMap,
       .summary = "state on this machine",
       .fields = {{.name = "folder",
                   .kind = FieldKind::kText,
                   .default_text = "state",
                   .summary = "where the local copy of the state is kept; it can be lost"},
                  {.name = "memory",
                   .kind = FieldKind::kSize,
                   .default_text = "1GiB",
                   .minimum = 16 * kMiB,
                   .summary = "memory for the state of all topologies together"}}},
      {.name = "internal_topics",
       .kind = FieldKind::kMap,
       .summary = "changelog and repartition topics",
       .fields = {{.name = "replication",
                   .kind = FieldKind::kInteger,
                   .default_text = "3",
                   .minimum = 1,
                   .maximum = 32767,
                   .summary = "their replication factor"},
                  {.name = "prefix",
                   .kind = FieldKind::kText,
                   .default_text = "",
                   .summary = "stands before their names, for clusters that grant rights by prefix"}}},
      {.name = "dead_letters",
       .kind = FieldKind::kMap,
       .summary = "records that could not be processed",
       .fields = {{.name = "topic",
                   .kind = FieldKind::kText,
                   .default_text = "{topology}-dead-letters",
                   .summary = "their topic; `{topology}` stands for the topology's name"}}},
      {.name = "http",
       .kind = FieldKind::kMap,
       .summary = "health, metrics and the dashboard",
       .fields = {{.name = "listen",
                   .kind = FieldKind::kText,
                   .default_text = "127.0.0.1:8085",
                   .summary = "address and port to listen on"}}},
      {.name = "log",
       .kind = FieldKind::kMap,
       .summary = "the log on standard error",
       .fields = {{.name = "level",
                   .kind = FieldKind::kChoice,
                   .default_text = "info",
                   .choices = {"trace", "debug", "info", "warn", "error"},
                   .summary = "the least severe lines to write"},
                  {.name = "format",
                   .kind = FieldKind::kChoice,
                   .default_text = "text",
                   .choices = {"text", "json"},
                   .summary = "lines for people or for machines"}}},
  };
}

/// Refuses the text of a setting that `is_good` does not accept.
template <class IsGood>
void check_text(const MapReader& reader, std::string_view name, IsGood is_good, const std::string& expected,
                Diagnostics& diagnostics) {
  auto node = reader.node(name);
  auto text = reader.text(name);
  if (!node || !text || is_good(*text)) return;
  diagnostics.add(node->diagnostic(
      "bad-value", "`" + std::string(name) + "` must be " + expected + ", not `" + *text + "`"));
}

void check_texts(const MapReader& reader, Diagnostics& diagnostics) {
  auto non_empty = [](const std::string& text) { return !text.empty(); };
  check_text(
      reader, "instance", [&](const std::string& t) { return non_empty(t) && is_kafka_text(t); },
      "letters, digits, `.`, `_` and `-`", diagnostics);
  check_text(reader.map("state"), "folder", non_empty, "the path of a folder", diagnostics);
  check_text(reader.map("internal_topics"), "prefix", is_kafka_text, "letters, digits, `.`, `_` and `-`",
             diagnostics);
  check_text(reader.map("dead_letters"), "topic", is_topic_template,
             "a topic's name, in which `{topology}` may stand once", diagnostics);
  check_text(
      reader.map("http"), "listen", [](const std::string& t) { return parse_listen_address(t).has_value(); },
      "an address and a port such as 127.0.0.1:8085", diagnostics);
}

DaemonSettings settings_from(const MapReader& reader, const std::string& host_name) {
  DaemonSettings settings;
  settings.kafka = *reader.settings("kafka");
  hide_passwords(settings.kafka);
  const bool at_least_once = *reader.text("delivery") == "at_least_once";
  settings.delivery = at_least_once ? Delivery::kAtLeastOnce : Delivery::kExactlyOnce;
  settings.commit_interval = *reader.duration("commit_interval");
  settings.workers = static_cast<int32_t>(*reader.integer("workers"));
  settings.instance = reader.text("instance").value_or(host_name);
  const MapReader& state = reader.map("state");
  settings.state = {*state.text("folder"), *state.integer("memory")};
  const MapReader& topics = reader.map("internal_topics");
  settings.internal_topics = {static_cast<int16_t>(*topics.integer("replication")), *topics.text("prefix")};
  settings.dead_letters = {*reader.map("dead_letters").text("topic")};
  settings.http = *parse_listen_address(*reader.map("http").text("listen"));
  const MapReader& log = reader.map("log");
  settings.log = {*log.text("level"), *log.text("format") == "json" ? LogFormat::kJson : LogFormat::kText};
  return settings;
}

}  // namespace

std::string DaemonSettings::DeadLetters::topic_of(std::string_view topology) const {
  std::string result = topic;
  if (size_t begin = result.find(kTopologyPlaceholder); begin != std::string::npos) {
    result.replace(begin, kTopologyPlaceholder.size(), topology);
  }
  return result;
}

std::optional<ListenAddress> parse_listen_address(std::string_view text) {
  size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (host.empty() || bracketed != (host.find(':') != std::string_view::npos)) return std::nullopt;
  std::optional<int64_t> port = parse_whole_number(text.substr(colon + 1));
  if (!port || *port < 0 || *port > 65535) return std::nullopt;
  return ListenAddress{std::string(host), static_cast<uint16_t>(*port)};
}

std::span<const FieldSpec> daemon_settings_fields() {
  static const std::vector<FieldSpec> kFields = make_fields();
  return kFields;
}

std::optional<DaemonSettings> read_daemon_settings(const Document& document, const Environment& environment,
                                                   const std::string& host_name, Diagnostics& diagnostics) {
  Diagnostics found;
  MapReader reader(document.root(), daemon_settings_fields(), found, &environment);
  if (auto kafka = reader.node("kafka"); kafka && kafka->is_map()) check_kafka_settings(*kafka, found);
  check_texts(reader, found);
  for (Diagnostic& d : found.sorted()) diagnostics.add(std::move(d));
  if (found.has_errors() || !reader.ok()) return std::nullopt;
  return settings_from(reader, host_name);
}

std::string host_name() {
  char buffer[256] = {};
  if (gethostname(buffer, sizeof buffer - 1) != 0 || buffer[0] == '\0') return "pactolus";
  std::string name = buffer;
  std::erase_if(name, [](char c) { return !is_kafka_character(c); });
  return name.empty() ? "pactolus" : name;
}

}  // namespace pactolus
