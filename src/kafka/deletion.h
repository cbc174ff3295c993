#pragma once

#include <memory>
#include <optional>
#include <span>

#include "kafka/admin_request.h"
#include "kafka/handle.h"
#include "log/ports.h"

namespace pactolus {

/// A DeleteRecords request. Threads: those of the admin.
class KafkaDeletion final : public Deletion {
 public:
  /// Sends it.
  KafkaDeletion(std::shared_ptr<KafkaHandle> handle, std::span<const PartitionPosition> before,
                Duration timeout);
  std::optional<LogResult<void>> outcome() override;

 private:
  LogResult<void> outcome_in(const RdEvent& event) const;

  const std::shared_ptr<KafkaHandle> handle_;
  AdminRequest request_;
};

}  // namespace pactolus
