#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_RESOURCES_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_RESOURCES_H_

#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/changefeed/change_source.h"
#include "common/crypto/cipher.h"
#include "common/process/service_process.h"
#include "services/recommend-service/core/ranking/repeat_purchases.h"
#include "services/recommend-service/server.h"
#include "services/recommend-service/trainer.h"

namespace clientele::recommend {

// How often the schedule of trainings is looked at, at the most.
inline constexpr absl::Duration kShortestScheduleInterval = absl::Seconds(1);

// What the server is built of and may fail to open, in the order of the dependencies.
struct Resources {
  std::unique_ptr<process::ServiceProcess> process;
  std::optional<crypto::Cipher> cipher;
  std::unique_ptr<changefeed::ChangeSource> feed;  // null: none is followed
  std::unique_ptr<Trainer> trainer;
  RepeatPurchases repeats;

  // Errors are those of Server::Create.
  static absl::StatusOr<Resources> Open(const ServerOptions& options);
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_RESOURCES_H_
