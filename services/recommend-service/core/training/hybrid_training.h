#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_HYBRID_TRAINING_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_HYBRID_TRAINING_H_

// Training the hybrid recommender: the factorization with its links between items, what comes next
// where that is wanted, and then the ranker that orders the candidates of all sources.

#include <functional>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/executor/request_context.h"
#include "services/recommend-service/core/ranking/ranker.h"
#include "services/recommend-service/core/training/publication.h"
#include "services/recommend-service/core/training/ranking_past.h"
#include "services/recommend-service/core/training/sequence_training.h"
#include "services/recommend-service/core/training/training.h"

namespace clientele::recommend {

// Of the progress of a training by these options.
int TotalSteps(const TrainingOptions& options);

// Port: trains a ranker on the past, and publishes its bundle where it is not worse than the one
// that serves (DecidePublication).
class RankerTrainer {
 public:
  virtual ~RankerTrainer() = default;
  // `sequence`, of what is before the cut, brings candidates too where they are found to help; it
  // may be null. So may `serving`. `check` is asked from time to time, and its error ends the
  // training; its report, of the training `name`, appears with the bundle. FAILED_PRECONDITION,
  // reason TOO_FEW_INTERACTIONS, where the past says too little; ALREADY_EXISTS when another
  // replica published the version first.
  virtual absl::StatusOr<TrainingReport> TrainAndPublish(
      absl::string_view name, RankingPast past, const TrainingOptions& options,
      std::shared_ptr<const SequenceModel> sequence, std::shared_ptr<const RankerVersion> serving,
      const std::function<absl::Status()>& check) const = 0;
  // As ModelPublisher::FindReport.
  virtual std::optional<TrainingReport> FindReport(absl::string_view training) const = 0;
};

// Thread-safe. Borrows all.
class HybridTraining {
 public:
  // The past is loaded by `past_options`, but for what a training's own options say. `serving` may
  // be null.
  HybridTraining(ModelTraining* factorization, SequenceTraining* sequence, TrainingStore* turns,
                 PastInteractionStore* store, CatalogStore* catalog, const RankerTrainer* trainer,
                 Ranker* serving, const RankingPastOptions& past_options)
      : factorization_(factorization),
        sequence_(sequence),
        turns_(turns),
        store_(store),
        catalog_(catalog),
        trainer_(trainer),
        serving_(serving),
        past_options_(past_options) {}

  // The factorization or the sequence alone, or all where options.hybrid says so; the report is
  // then the ranker's, with the others' metrics behind "factorization_" and "sequence_". Errors are
  // ModelTraining's, SequenceTraining's, LoadRankingPast's and the trainer's. Begun again after its
  // process died, it goes on after the bundles that are written.
  absl::StatusOr<TrainingReport> Run(const RequestContext& context, absl::string_view name,
                                     const TrainingOptions& options,
                                     const TrainingProgress& progress);

 private:
  absl::StatusOr<TrainingReport> TrainRanker(const RequestContext& context, absl::string_view name,
                                             const TrainingOptions& options,
                                             const std::function<absl::Status()>& check);
  // The first steps of a training; adds to `report`.
  absl::Status TrainPart(const RequestContext& context, absl::string_view name,
                         const TrainingOptions& options, const TrainingProgress& progress,
                         absl::string_view prefix, TrainingReport& report);

  ModelTraining* const factorization_;
  SequenceTraining* const sequence_;
  TrainingStore* const turns_;
  PastInteractionStore* const store_;
  CatalogStore* const catalog_;
  const RankerTrainer* const trainer_;
  Ranker* const serving_;
  const RankingPastOptions past_options_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_HYBRID_TRAINING_H_
