#pragma once

namespace pactolus {

/// Called at named moments of a worker's life, none of them per record: tests end or stop the process there
/// (docs/reliability.md lists the names). Production passes none. Threads: the worker's; several workers call
/// the same one.
using Probe = void (*)(const char* point);

inline void pass(Probe probe, const char* point) {
  if (probe != nullptr) probe(point);
}

}  // namespace pactolus
