#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_SEQUENCE_TRAINING_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_SEQUENCE_TRAINING_H_

// Training what comes next in the order of customers' items: turn, data, model, judgment, bundle.

#include <memory>
#include <optional>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/executor/request_context.h"
#include "services/recommend-service/core/items/catalog.h"
#include "services/recommend-service/core/ranking/sequence_model.h"
#include "services/recommend-service/core/training/publication.h"
#include "services/recommend-service/core/training/ranking_past.h"
#include "services/recommend-service/core/training/training.h"

namespace clientele::recommend {

// Port: the numerical work, and the bundle, which holds items only.
class SequenceTrainer {
 public:
  virtual ~SequenceTrainer() = default;
  // A model without a bundle, of what the set's customers like, in the order of their first
  // touches. Of the options, the seed and the passes of a sequence count. Deterministic. Goes on
  // from where a training of the same set and options was cut. FAILED_PRECONDITION, reason
  // TOO_FEW_INTERACTIONS, where nobody has two items.
  virtual absl::StatusOr<std::shared_ptr<const SequenceModel>> Train(
      const TrainingSet& set, const TrainingOptions& options,
      const TrainingProgress& progress) const = 0;
  // The same, published where it is not worse than the one that serves (DecidePublication) by what
  // `compare` says, which is asked once the model is trained; the report, of the training `name`,
  // appears with the bundle. ALREADY_EXISTS when another replica published the version first.
  virtual absl::StatusOr<TrainingReport> TrainAndPublish(
      absl::string_view name, const TrainingSet& set, const TrainingOptions& options,
      const TrainingProgress& progress,
      absl::FunctionRef<absl::StatusOr<Comparison>()> compare) const = 0;
  // As ModelPublisher::FindReport.
  virtual std::optional<TrainingReport> FindReport(absl::string_view training) const = 0;
  // Forgets from where trainings that were cut would go on.
  virtual void DropCheckpoints() const = 0;
};

// Thread-safe. Borrows all.
class SequenceTraining {
 public:
  // The past is loaded by `past_options`, but for what a training's own options say.
  SequenceTraining(TrainingStore* store, PastInteractionStore* past, CatalogStore* catalog,
                   const SequenceTrainer* trainer, SequenceModels* models,
                   const RankingPastOptions& past_options)
      : store_(store),
        past_(past),
        catalog_(catalog),
        trainer_(trainer),
        models_(models),
        past_options_(past_options) {}

  // As ModelTraining::Run. FAILED_PRECONDITION, reason TOO_FEW_INTERACTIONS, too.
  absl::StatusOr<TrainingReport> Run(const RequestContext& context, absl::string_view name,
                                     const TrainingOptions& options,
                                     const TrainingProgress& progress);
  // A model like the one that serves, of a past, for a ranker that learns from it. Null where none
  // serves, where its bundle does not say how it was trained, and where the past is too short.
  absl::StatusOr<std::shared_ptr<const SequenceModel>> LikeServing(
      const TrainingSet& before, const TrainingProgress& progress);

 private:
  absl::StatusOr<TrainingReport> Train(const RequestContext& context, absl::string_view name,
                                       const TrainingOptions& options,
                                       const TrainingProgress& progress, const TrainingTurn& turn);

  TrainingStore* const store_;
  PastInteractionStore* const past_;
  CatalogStore* const catalog_;
  const SequenceTrainer* const trainer_;
  SequenceModels* const models_;
  const RankingPastOptions past_options_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_SEQUENCE_TRAINING_H_
