#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/program.h"
#include "log/owned_record.h"
#include "log/ports.h"
#include "temp_folder.h"

namespace pactolus::testing {

/// What an operator has at hand: a cluster, the daemon's settings and a topology of a name that is unique in
/// the cluster, in files of its own. Threads: one.
///
/// The topology `name` reads `payments` and gives out those above 0 (`valid`) and totals per card, which
/// change with every payment (`totals`). Topics are called NAME.payments, NAME.valid and NAME.totals.
class Operator {
 public:
  /// `kafka`: further lines of the daemon's `kafka:` settings; `daemon_bootstrap`: another address for it;
  /// `settings`: further settings.
  explicit Operator(const std::string& bootstrap, const std::string& kafka = "",
                    const std::string& daemon_bootstrap = "",
                    const std::string& settings = "commit_interval: 20ms\n");
  ~Operator();

  const std::string& name() const { return name_; }
  std::string topic(const std::string& what) const { return name_ + "." + what; }
  std::string changelog() const { return name_ + "-" + topic("payments") + "-changelog"; }
  LogClient& client() { return *client_; }

  void create_topic(const std::string& topic, int32_t partitions = 1,
                    std::map<std::string, std::string> config = {});
  /// Returns when the cluster knows it.
  void grow_topic(const std::string& topic, int32_t partitions);
  /// All three.
  void create_topics(int32_t partitions = 1);
  /// Commits payments of 1.00 each, numbered from `first`, by turns for ten cards; to partitions that are
  /// `astray` off the right ones.
  void pay(int first, int count, int32_t astray = 0);
  /// Commits records of these keys and values.
  void send(const std::string& topic, const std::vector<std::pair<std::string, std::string>>& records,
            int32_t astray = 0);
  /// Another one than above, in which NAME stands for its name.
  void set_topology(const std::string& text);
  /// Everything committed to a topic so far, partition by partition.
  std::vector<OwnedRecord> read(const std::string& topic);
  /// As soon as `holds` of what read() gives, or after kPatience.
  std::vector<OwnedRecord> read_until(const std::string& topic,
                                      std::function<bool(const std::vector<OwnedRecord>&)> holds);

  /// `pactolus run` of the topology.
  std::unique_ptr<Program> start() const;
  /// `pactolus why` of a step.
  ProgramResult why(const std::string& step) const;
  /// `pactolus state` of a step.
  ProgramResult state(const std::string& step, const std::vector<std::string>& options = {}) const;
  /// Where the daemon keeps its tasks' state.
  std::string state_folder() const { return folder_.path() + "/state"; }
  /// The same as start(), until it ends by itself.
  ProgramResult run() const { return start()->wait(); }

 private:
  int32_t partitions_of(const std::string& topic);
  std::unique_ptr<TransactionalProducer> customers();
  std::vector<PartitionPosition> ends(const std::string& topic);

  const std::string bootstrap_;
  TempFolder folder_;
  std::string name_;
  std::unique_ptr<LogClient> client_;
  std::unique_ptr<Admin> admin_;
};

}  // namespace pactolus::testing
