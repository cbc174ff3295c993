#include <algorithm>
#include <array>
#include <set>

#include "base/nearest_name.h"
#include "kafka/kafka_client.h"
#include "kafka/properties.h"
#include "kafka/rdkafka_ptr.h"

namespace pactolus {

namespace {

using Problems = std::vector<KafkaSettingProblem>;

std::string unknown(const std::string& name) {
  std::vector<std::string> known;
  for (const auto& [property, scope] : librdkafka_properties()) {
    if (owned_property(property).empty()) known.push_back(property);
  }
  const std::string hint = did_you_mean(name, known);
  return "librdkafka has no property `" + name + '`' + (hint.empty() ? "" : "; " + hint);
}

/// Tries the value on a configuration that is thrown away. librdkafka's reason may quote the value.
std::string invalid(rd_kafka_conf_t* scratch, const std::string& name, const std::string& value) {
  char reason[512] = "";
  if (rd_kafka_conf_set(scratch, name.c_str(), value.c_str(), reason, sizeof reason) == RD_KAFKA_CONF_OK)
    return {};
  return "`" + name + "` can't be set" + (is_secret_property(name) ? "" : std::string{": "} + reason);
}

std::string problem(rd_kafka_conf_t* scratch, const std::string& name, const std::string& value) {
  if (const std::string_view reason = owned_property(name); !reason.empty()) {
    return "`" + name + "` is set by Pactolus: " + std::string{reason};
  }
  if (!librdkafka_properties().contains(name)) return unknown(name);
  return invalid(scratch, name, value);
}

/// What is wrong with properties together.
void check_whole(const KafkaSettings& settings, Problems& problems) {
  const auto value_of = [&](std::string_view name) -> std::string {
    const auto found =
        std::ranges::find(settings.librdkafka, name, &std::pair<std::string, std::string>::first);
    return found == settings.librdkafka.end() ? "" : found->second;
  };
  if (value_of("bootstrap.servers").empty() && value_of("metadata.broker.list").empty())
    problems.push_back(
        {"bootstrap.servers", "`bootstrap.servers` is missing: the cluster's addresses, host:port,…"});
  const bool oauth =
      value_of("sasl.mechanisms") == "OAUTHBEARER" || value_of("sasl.mechanism") == "OAUTHBEARER";
  if (oauth && value_of("enable.sasl.oauthbearer.unsecure.jwt") != "true")
    problems.push_back(
        {"sasl.mechanisms",
         "OAUTHBEARER works only with `enable.sasl.oauthbearer.unsecure.jwt`: this librdkafka is built "
         "without OIDC; use PLAIN, SCRAM or GSSAPI"});
}

}  // namespace

std::vector<KafkaSettingProblem> check_kafka_settings(const KafkaSettings& settings) {
  Problems problems;
  RdConf scratch{rd_kafka_conf_new()};
  std::set<std::string_view> seen;
  for (const auto& [name, value] : settings.librdkafka) {
    std::string message = problem(scratch.get(), name, value);
    if (message.empty() && !seen.insert(name).second) message = "`" + name + "` is set twice";
    if (!message.empty()) problems.push_back({name, std::move(message)});
  }
  check_whole(settings, problems);
  return problems;
}

}  // namespace pactolus
