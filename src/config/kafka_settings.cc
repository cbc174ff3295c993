#include "config/kafka_settings.h"

#include <algorithm>
#include <iterator>

#include "base/nearest_name.h"

namespace pactolus {
namespace {

struct OwnedSetting {
  std::string_view name;
  std::string_view why;
};

constexpr OwnedSetting kOwnedSettings[] = {
    {"group.id", "the group is named after the topology"},
    {"group.instance.id", "members are named after `instance`"},
    {"client.id", "it tells the group which tasks a member runs"},
    {"transactional.id", "it is made of topology, instance and worker"},
    {"transaction.timeout.ms", "recovery relies on it"},
    {"session.timeout.ms", "recovery relies on it"},
    {"enable.idempotence", "transactions need it"},
    {"acks", "transactions need `all`"},
    {"request.required.acks", "transactions need `all`"},
    {"isolation.level", "only committed records are read"},
    {"partition.assignment.strategy", "tasks rely on the `range` assignor"},
    {"enable.auto.commit", "offsets are committed inside transactions"},
    {"auto.commit.enable", "offsets are committed inside transactions"},
    {"auto.commit.interval.ms", "offsets are committed inside transactions: `commit_interval`"},
    {"enable.auto.offset.store", "offsets are committed inside transactions"},
    {"auto.offset.reset", "a source's `start:` says where to begin"},
    {"enable.partition.eof", "restoring state relies on it"},
};

bool is_password(std::string_view setting) {
  return setting.ends_with("password") || setting.ends_with("secret") || setting == "ssl.key.pem";
}

void check_owned(const Node& key, Diagnostics& diagnostics) {
  std::string name = lower_case(key.text());
  auto owned = std::ranges::find(kOwnedSettings, name, &OwnedSetting::name);
  if (owned == std::end(kOwnedSettings)) return;
  diagnostics.add(key.diagnostic("owned-setting",
                                 "Pactolus sets `" + name + "` itself: " + std::string(owned->why),
                                 "delete this line"));
}

/// The finding has no position: it would print the line that holds the password.
void check_password(const Entry& entry, Diagnostics& diagnostics) {
  bool written_out = entry.value.tag().empty() && entry.value.text().find("${") == std::string::npos;
  if (!is_password(entry.key.text()) || !written_out) return;
  Diagnostic d;
  d.severity = Severity::kWarning;
  d.code = "plain-secret";
  d.message = "`" + entry.key.text() + "` in line " + std::to_string(entry.key.position().line) +
              " is readable in the file";
  d.hint = "keep it elsewhere: `!secret file:PATH` or `!secret env:NAME`";
  d.file = entry.key.file();
  diagnostics.add(std::move(d));
}

}  // namespace

void check_kafka_settings(const Node& node, Diagnostics& diagnostics) {
  for (const Entry& entry : node.entries()) {
    check_owned(entry.key, diagnostics);
    check_password(entry, diagnostics);
  }
  if (node.find("bootstrap.servers") || node.find("metadata.broker.list") || node.is_reported()) return;
  Node where = node.key().value_or(node);
  diagnostics.add(where.diagnostic("missing-key", "`kafka` needs the key `bootstrap.servers`",
                                   "the brokers to begin with: `bootstrap.servers: host:9092`"));
}

void hide_passwords(std::vector<Setting>& settings) {
  for (Setting& setting : settings) {
    if (is_password(setting.name.text)) setting.value = Secret(setting.reveal());
  }
}

}  // namespace pactolus
