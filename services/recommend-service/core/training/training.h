#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_TRAINING_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_TRAINING_H_

// Making a new factorization: from the interactions stored to a bundle that
// serves. The ports are implemented by store/ and training/.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "services/recommend-service/core/ranking/collaborative_model.h"
#include "services/recommend-service/core/training/publication.h"
#include "services/recommend-service/core/training/training_set.h"

namespace clientele::recommend {

// INVALID_ARGUMENT with every violation at once.
absl::Status CheckTrainingOptions(const TrainingOptions& options);

// FAILED_PRECONDITION, reason TRAINING_DISABLED: what callers are told where no model can be
// published.
absl::Status TrainingDisabled();

// Told after each step; an error stops the training with it.
using TrainingProgress = std::function<absl::Status(int completed_steps, int total_steps)>;

// Port: the numerical work.
class Factorizer {
 public:
  virtual ~Factorizer() = default;
  // Deterministic: the same set and options give the same result on one machine.
  virtual absl::StatusOr<Factorization> Train(const TrainingSet& set,
                                              const TrainingOptions& options,
                                              const TrainingProgress& progress) const = 0;
};

// The right to train: one training at a time, among all replicas. Lives as long as the training;
// the destructor gives it back. Thread-safe.
class TrainingTurn {
 public:
  virtual ~TrainingTurn() = default;
  // 32 random hexadecimal digits, in the bundle and beside each customer's factors.
  virtual const std::string& training_id() const = 0;
  // ABORTED, reason TRAINING_TURN_LOST, once another training may have begun: this process was not
  // heard of for too long.
  virtual absl::Status Check() const = 0;
};

struct LastTraining {
  absl::Time start_time;
  bool is_running = false;

  friend bool operator==(const LastTraining&, const LastTraining&) = default;
};

// Port: where the data come from and the customers' factors go.
class TrainingStore {
 public:
  virtual ~TrainingStore() = default;
  // `name` is what other trainings are told of this one, such as its operation; one that begins
  // again under the same name (its process died) takes its own turn over. FAILED_PRECONDITION,
  // reason TRAINING_RUNNING, while another one runs.
  virtual absl::StatusOr<std::unique_ptr<TrainingTurn>> BeginTraining(const RequestContext& context,
                                                                      absl::string_view name) = 0;
  // The training that began last, in any replica; nullopt: there was none.
  virtual absl::StatusOr<std::optional<LastTraining>> GetLastTraining(
      const RequestContext& context) = 0;
  virtual absl::StatusOr<TrainingSet> LoadTrainingSet(const RequestContext& context) = 0;
  // In one transaction. Customers who were erased meanwhile are left out. The factors serve a
  // customer until their history has another revision than the set's. Factors of models other
  // than this and the one with the id `serving` are dropped. ABORTED, reason TRAINING_TURN_LOST,
  // unless the training holds the turn.
  virtual absl::Status SaveCustomerFactors(const RequestContext& context,
                                           const ModelIdentity& model, absl::string_view serving,
                                           const TrainingSet& set,
                                           const Factorization& factorization) = 0;
};

// What a training made.
struct TrainingReport {
  std::string training;  // its name, see TrainingStore::BeginTraining
  std::string model_id;  // published or kept aside
  std::int64_t interaction_count = 0;
  // Of the interactions held out, by name; "rmse" is on the scale of preference.h.
  std::map<std::string, double> metrics;
  std::vector<Publication> publications;  // of each model, in the order of their training
};

// Port: writes the signed bundle. It carries items only, nothing of a customer.
class ModelPublisher {
 public:
  virtual ~ModelPublisher() = default;
  // What the training of this name reported, where its bundle is written already, published or kept
  // aside: its process died before anybody was told.
  virtual std::optional<TrainingReport> FindReport(absl::string_view training) const = 0;
  // Reserves "name/version", newer than every version in the model folder: no other replica is
  // given it.
  virtual absl::StatusOr<std::string> NextModelId() const = 0;
  // The bundle and the report appear together. ALREADY_EXISTS when another replica published that
  // version first.
  virtual absl::Status Publish(const ModelIdentity& model, const TrainingSet& set,
                               const TrainingOptions& options, const Factorization& factorization,
                               const TrainingReport& report) const = 0;
  // Keeps the bundle, with the reason of the report's publication, where no service is given it;
  // the number of those kept is bounded. The same errors.
  virtual absl::Status KeepAside(const ModelIdentity& model, const TrainingSet& set,
                                 const TrainingOptions& options, const Factorization& factorization,
                                 const TrainingReport& report) const = 0;
};

// Port: what is known of a training's model before it is published.
class FactorizationJudge {
 public:
  virtual ~FactorizationJudge() = default;
  // What a training by these options is worth beside `serving`, which may be null. `check` is asked
  // from time to time, and its error ends it.
  virtual absl::StatusOr<Comparison> Compare(
      const RequestContext& context, const TrainingOptions& options,
      const std::shared_ptr<const CollaborativeModel>& serving,
      const std::function<absl::Status()>& check) const = 0;
};

// What a training that has to wait is told of the one that runs.
absl::Status TrainingRunning(absl::string_view name, absl::Time start_time);
absl::Status TrainingTurnLost();
absl::Status NothingToTrainOn();

// One training from start to end: turn, data, factors, judgment, bundle. The customers' factors
// are stored before the bundle appears, so that it serves them from its first
// request on; of a model that is kept aside none are. FAILED_PRECONDITION when there is nothing to
// train on (reason NO_INTERACTIONS) and while another training runs (TRAINING_RUNNING). `name` says
// which training this is, see TrainingStore::BeginTraining: begun again under the same name, one
// whose bundle is written gives its report and makes no second one. Borrows its ports; thread-safe.
class ModelTraining {
 public:
  ModelTraining(TrainingStore* store, const Factorizer* factorizer, const FactorizationJudge* judge,
                const ModelPublisher* publisher, CollaborativeModels* models)
      : store_(store),
        factorizer_(factorizer),
        judge_(judge),
        publisher_(publisher),
        models_(models) {}

  absl::StatusOr<TrainingReport> Run(const RequestContext& context, absl::string_view name,
                                     const TrainingOptions& options,
                                     const TrainingProgress& progress);

 private:
  TrainingStore* const store_;
  const Factorizer* const factorizer_;
  const FactorizationJudge* const judge_;
  const ModelPublisher* const publisher_;
  CollaborativeModels* const models_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_TRAINING_H_
