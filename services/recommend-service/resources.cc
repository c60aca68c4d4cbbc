#include "services/recommend-service/resources.h"

#include "common/rpc/profile_feed.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/core/training/training.h"

namespace clientele::recommend {
namespace {

absl::Status CheckSchedule(const ServerOptions& options) {
  if (options.train_every == absl::ZeroDuration()) return absl::OkStatus();
  if (options.train_every < kShortestScheduleInterval) {
    return absl::InvalidArgumentError("--train_every must be at least 1s, or 0 for never");
  }
  if (options.signing_key_file.empty()) {
    return absl::InvalidArgumentError("--train_every needs --signing_key_file");
  }
  return CheckTrainingOptions(options.scheduled_training);
}

}  // namespace

absl::StatusOr<Resources> Resources::Open(const ServerOptions& options) {
  CLIENTELE_RETURN_IF_ERROR(CheckSchedule(options));
  Resources opened;
  CLIENTELE_ASSIGN_OR_RETURN(opened.process,
                             process::ServiceProcess::Create(options.host, options.database));
  if (!options.database.data_key_file.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(opened.cipher,
                               crypto::Cipher::FromKeyFile(options.database.data_key_file));
  }
  CLIENTELE_ASSIGN_OR_RETURN(opened.repeats, RepeatPurchases::Parse(options.repeat_purchases));
  CLIENTELE_ASSIGN_OR_RETURN(opened.feed, rpc::OpenProfileFeed(options.profile_feed));
  CLIENTELE_ASSIGN_OR_RETURN(
      opened.trainer, Trainer::Create(options, &opened.process->database(), opened.process->clock(),
                                      &opened.process->log()));
  return opened;
}

}  // namespace clientele::recommend
