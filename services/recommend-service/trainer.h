#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINER_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINER_H_

// The models that serve and what trains the next one, put together: once for the server
// and its worker, and the same way for --train_and_exit.
//
//   CLIENTELE_ASSIGN_OR_RETURN(auto trainer, Trainer::Create(options, &pool, clock, &log));
//   recommender uses trainer->models(); the server runs trainer->NewWorker().

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/consent/consent.h"
#include "common/inference/compute/core_budget.h"
#include "common/operations/operation_store.h"
#include "common/operations/operation_worker.h"
#include "common/postgres/connection_pool.h"
#include "common/rpc/models_rpc.h"
#include "common/telemetry/log.h"
#include "common/time/clock.h"
#include "services/recommend-service/core/predictions/model_archive.h"
#include "services/recommend-service/core/ranking/collaborative_model.h"
#include "services/recommend-service/core/ranking/ranker.h"
#include "services/recommend-service/core/ranking/sequence_model.h"
#include "services/recommend-service/core/training/hybrid_training.h"
#include "services/recommend-service/core/training/training_schedule.h"
#include "services/recommend-service/server.h"

namespace clientele::recommend {

class Trainer {
 public:
  // Borrows pool, clock and log. Errors are those of missing keys, impossible options and an
  // unusable BLAS.
  static absl::StatusOr<std::unique_ptr<Trainer>> Create(const ServerOptions& options,
                                                         postgres::ConnectionPool* pool,
                                                         const Clock* clock,
                                                         telemetry::Logger* log);
  ~Trainer();

  // Whose history may be used.
  const consent::Policy& consent() const;
  // Nothing, where no public key is given.
  CollaborativeModels* models();
  // Nothing, where no public key is given.
  SequenceModels* sequences();
  // Null, where no public key is given.
  Ranker* ranker();
  // Versions that served once, for replays.
  ModelArchive* archive();
  // Adds the versions of the factorization, the sequence and the ranker; none, where no public key
  // is given.
  void ListVersions(std::vector<rpc::ListedVersion>& list) const;
  // Null where no signing key is given: this process does not train.
  HybridTraining* training();
  // What trains when a client asks for it; null as training(). Borrows the store; goes before the
  // trainer. A replica that died loses its training after `lease`, at least a second.
  std::unique_ptr<operations::OperationWorker> NewWorker(const operations::OperationStore* store,
                                                         absl::Duration lease);
  // What begins a training by itself. Goes before the trainer.
  std::unique_ptr<TrainingSchedule> NewSchedule(absl::Duration every,
                                                TrainingSchedule::Start start);
  std::shared_ptr<const inference::CoreBudget> cores() const;

 private:
  struct Impl;
  explicit Trainer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINER_H_
