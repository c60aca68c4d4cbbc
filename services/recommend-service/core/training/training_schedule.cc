#include "services/recommend-service/core/training/training_schedule.h"

#include <cstdint>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"

namespace clientele::recommend {

absl::Status TrainingSchedule::Run(const RequestContext& context) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::optional<LastTraining> last,
                             trainings_->GetLastTraining(context));
  if (last.has_value() && last->is_running) return absl::OkStatus();
  const absl::Time since = last.has_value() ? last->start_time : absl::UnixEpoch();
  absl::Duration rest;
  const std::int64_t turns = absl::IDivDuration(clock_->Now() - since, every_, &rest);
  if (turns < 1) return absl::OkStatus();
  CLIENTELE_ASSIGN_OR_RETURN(const std::optional<absl::Time> newest,
                             interactions_->NewestInteraction(context));
  if (!newest.has_value()) return absl::OkStatus();
  return start_(context, absl::StrCat("scheduled-", absl::ToUnixMicros(since), "-", turns));
}

}  // namespace clientele::recommend
