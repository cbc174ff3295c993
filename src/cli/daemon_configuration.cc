#include "cli/daemon_configuration.h"

#include <map>

#include "cli/topology_files.h"

namespace pactolus {
namespace {

KafkaSettings kafka_settings_of(const DaemonSettings& settings) {
  KafkaSettings kafka;
  for (const Setting& setting : settings.kafka)
    kafka.librdkafka.emplace_back(setting.name.text, setting.reveal());
  return kafka;
}

/// What librdkafka says of the settings that are handed to it, where they stand in the file.
void check_kafka(const DaemonSettings& settings, const Document& document, Diagnostics& diagnostics) {
  std::map<std::string, SourcePosition> positions;
  for (const Setting& setting : settings.kafka) positions[setting.name.text] = setting.name.position;
  for (const KafkaSettingProblem& problem : check_kafka_settings(kafka_settings_of(settings))) {
    auto found = positions.find(problem.property);
    bool stands_there = found != positions.end();
    std::string name = stands_there ? problem.property : "kafka";
    SourcePosition position = stands_there ? found->second : document.root().find("kafka")->key()->position();
    diagnostics.add(SourceText::verbatim(name, document.file(), position)
                        .diagnostic(0, name.size(), "bad-kafka-setting", problem.message));
  }
}

/// Reads files one after the other and shows what is wrong with each.
class ConfigurationReader {
 public:
  explicit ConfigurationReader(const Console& console) : console_(console) {}

  void read_settings(const std::string& file) {
    Diagnostics diagnostics;
    std::string text;
    std::optional<Document> document = load_document(file, text, diagnostics);
    if (document) settings_ = read_daemon_settings(*document, environment_, host_name(), diagnostics);
    if (settings_) check_kafka(*settings_, *document, diagnostics);
    show(diagnostics, text);
  }

  void read_topology(const std::string& file) {
    PlanOptions options{.environment = &environment_};
    if (settings_) {
      options.internal_prefix = settings_->internal_topics.prefix;
      options.dead_letter_topic = settings_->dead_letters.topic;
    }
    LoadedTopology topology = load_topology_file(file, options);
    if (topology.plan != nullptr) check_name(topology);
    show(topology.diagnostics, topology.text);
    if (topology.plan != nullptr) plans_.push_back(std::move(topology.plan));
  }

  std::optional<DaemonConfiguration> take() {
    if (counts_.errors > 0) {
      console_.err << summary_of(counts_) << "\n";
      return std::nullopt;
    }
    KafkaSettings kafka = kafka_settings_of(*settings_);
    return DaemonConfiguration{*std::move(settings_), std::move(kafka), std::move(plans_)};
  }

 private:
  void show(const Diagnostics& diagnostics, std::string_view text) {
    ++counts_.files;
    print_findings(diagnostics, text, console_, console_.err, counts_);
  }

  /// Group, transactional ids and topics are named after the topology: two of one name would fight over them.
  void check_name(LoadedTopology& topology) {
    auto [first, is_new] = names_.emplace(topology.plan->name, topology.file);
    if (is_new) return;
    Node name = *topology.document->root().find("topology");
    topology.diagnostics.add(
        name.diagnostic("duplicate-topology",
                        "the topology `" + topology.plan->name + "` stands in " + first->second + " already",
                        "give one of them another name"));
  }

  const Console& console_;
  Environment environment_ = process_environment();
  FindingCounts counts_;
  std::optional<DaemonSettings> settings_;
  std::map<std::string, std::string> names_;  // of topologies, and the file of each
  std::vector<std::unique_ptr<const Plan>> plans_;
};

}  // namespace

std::optional<DaemonConfiguration> load_daemon_configuration(const std::string& settings_file,
                                                             std::span<const std::string> topology_files,
                                                             const Console& console) {
  ConfigurationReader reader(console);
  reader.read_settings(settings_file);
  for (const std::string& file : topology_files) reader.read_topology(file);
  return reader.take();
}

}  // namespace pactolus
