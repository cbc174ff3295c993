#pragma once

#include <memory>
#include <string>

#include "state/disk_tier.h"

namespace pactolus::testing {

/// Where this process stops itself. Written to standard error, unbuffered, right before:
/// "victim: KILL at POINT" or "victim: STOP at POINT".
///
/// A point is "NAME:N:KILL" or "NAME:N:STOP": when the probe NAME is passed for the Nth time; with ":MICROS"
/// behind it so much later, if no other probe has been passed meanwhile (else at the next time): amid the
/// call that follows NAME. Threads: add() before the workers' start; the probe any.
void add_stop_point(const std::string& text);
/// For WorkerOptions::probe.
void pass_stop_point(const char* point);

/// Passes "amid checkpoint" when some of a checkpoint's entries have been written.
std::unique_ptr<DiskTier> with_stop_points(std::unique_ptr<DiskTier> disk);

}  // namespace pactolus::testing
