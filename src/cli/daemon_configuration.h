#pragma once

#include <memory>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "cli/console.h"
#include "config/daemon_settings.h"
#include "kafka/kafka_client.h"
#include "topology/plan.h"

namespace pactolus {

/// All that a daemon runs with, checked. A value.
struct DaemonConfiguration {
  DaemonSettings settings;
  KafkaSettings kafka;
  std::vector<std::unique_ptr<const Plan>> plans;
};

/// Reads the settings and every topology. None: everything that is wrong in any of the files was written to
/// `console.err`.
std::optional<DaemonConfiguration> load_daemon_configuration(const std::string& settings_file,
                                                             std::span<const std::string> topology_files,
                                                             const Console& console);

}  // namespace pactolus
