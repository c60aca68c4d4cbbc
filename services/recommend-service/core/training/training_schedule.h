#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_TRAINING_SCHEDULE_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_TRAINING_SCHEDULE_H_

// Starts a training when the last one, whoever asked for it, began long enough ago. When that was
// is known to the store, so that neither a restart nor another replica trains sooner.
//
//   TrainingSchedule schedule(&store, &store, clock, absl::Hours(24), start);
//   process.Repeat("training_schedule", absl::Minutes(1),
//                  [&](const RequestContext& context) { return schedule.Run(context); });

#include <functional>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/time/clock.h"
#include "services/recommend-service/core/training/ranking_past.h"
#include "services/recommend-service/core/training/training.h"

namespace clientele::recommend {

// Thread-safe. Borrows its ports and the clock.
class TrainingSchedule {
 public:
  // Starts a training and returns at once. Called again with the same turn, by any replica, it
  // starts no second one. At most 64 bytes of letters, digits and '-'.
  using Start = std::function<absl::Status(const RequestContext& context, absl::string_view turn)>;

  // `every` is positive.
  TrainingSchedule(TrainingStore* trainings, PastInteractionStore* interactions, const Clock* clock,
                   absl::Duration every, Start start)
      : trainings_(trainings),
        interactions_(interactions),
        clock_(clock),
        every_(every),
        start_(std::move(start)) {}

  // Starts a training if one is due: `every` after the last one began, or at once where there was
  // none; but not while one runs, and not before there is an interaction to learn from. A training
  // that was started and has not begun is started again `every` later.
  absl::Status Run(const RequestContext& context);

 private:
  TrainingStore* const trainings_;
  PastInteractionStore* const interactions_;
  const Clock* const clock_;
  const absl::Duration every_;
  const Start start_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_TRAINING_SCHEDULE_H_
