#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "log/ports.h"
#include "options.h"

namespace pactolus::demo {

// What topologies/trade-monitor.yaml reads and writes.
inline const std::string kTradesTopic = "trades";
inline const std::string kMinutesTopic = "trade.minutes";
inline const std::string kDaysTopic = "trade.days";
inline const std::string kDeadLetterTopic = "trade-monitor-dead-letters";

std::vector<std::string> demo_topics();

/// Makes the topics that don't exist. Refuses a topic of trades with records that are not the demo's: it
/// would mix made-up trades with somebody's.
Result<void> make_demo_topics(LogClient& client, const Options& options);

}  // namespace pactolus::demo
