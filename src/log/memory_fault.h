#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace pactolus {

/// The requests of a client that a test may disturb.
enum class LogRequest : uint8_t {
  kInit,
  kProduce,
  kSendOffsets,
  kCommit,
  kAbort,
  kPoll,
  kCommitted,
  kFetch,
  kAdmin,
  kProduceAtOnce,  // an idempotent producer's
};

/// What happens to one request. The client sees kDoubt from init, send_offsets, commit and abort, kAbort from
/// produce (as after a failed delivery; of an idempotent producer not before its next call), kRetry from
/// everything else.
enum class LogFault : uint8_t {
  kNone,
  kLostRequest,  // never arrives
  kLostAnswer,   // takes effect, but the client does not hear of it; for poll and fetch as kLostRequest
  kLate,  // commit and abort: arrives when MemoryLog::deliver_late() is called, judged by what holds then;
          // for all others as kLostRequest
};

/// Asked once before each request. `client`: the transactional id, the group's instance id, or the client id.
/// Called without the log's lock, on the thread of the request.
using LogFaultHook = std::function<LogFault(LogRequest request, std::string_view client)>;

}  // namespace pactolus
