#include "services/recommend-service/trainer.h"

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/crypto/signing.h"
#include "common/database/database.h"
#include "common/inference/serving/models.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/model/bundle_collaborative_models.h"
#include "services/recommend-service/rpc/train_model_operation.h"
#include "services/recommend-service/store/migrations.h"
#include "services/recommend-service/store/training/pg_training_store.h"
#include "services/recommend-service/training/als_factorizer.h"
#include "services/recommend-service/training/factorization_publisher.h"

namespace clientele::recommend {
namespace {

absl::StatusOr<std::unique_ptr<CollaborativeModelHandle>> OpenFactorization(
    const ServerOptions& options, const inference::Compute& compute, telemetry::Logger* log) {
  if (options.models.public_key_file.empty()) return nullptr;
  // One customer's scores are too small a product for several threads.
  return inference::OpenModel<CollaborativeModel>(options.models, compute, kModelName,
                                                  model::v1::TASK_COLLABORATIVE_FILTER, log,
                                                  {.single_thread = true}, OpenCollaborativeModel);
}

absl::StatusOr<std::unique_ptr<FactorizationPublisher>> OpenPublisher(const ServerOptions& options,
                                                                      const Clock* clock) {
  if (options.signing_key_file.empty()) return nullptr;
  CLIENTELE_ASSIGN_OR_RETURN(crypto::SigningKey key,
                             crypto::SigningKey::FromFile(options.signing_key_file));
  return std::make_unique<FactorizationPublisher>(options.models.model_dir, std::move(key), clock,
                                                  options.retention.model_versions);
}

// What another training is told of this one; no other run has the same name.
std::string RunName() {
  return absl::StrCat("recommend-service --train_and_exit, run ",
                      absl::Hex(std::random_device()(), absl::kZeroPad8));
}

// Where no key is given: nothing may be loaded.
class NoModels final : public CollaborativeModels {
 public:
  std::shared_ptr<const CollaborativeModel> Current() override { return nullptr; }
  void Refresh() override {}
};

}  // namespace

struct Trainer::Impl {
  Impl(inference::Compute prepared, std::unique_ptr<CollaborativeModelHandle> opened,
       std::unique_ptr<FactorizationPublisher> signing, postgres::ConnectionPool* database,
       const Clock* time, absl::Duration lease, const Dismissals& dismissals,
       const consent::Policy& policy)
      : pool(database),
        clock(time),
        compute(std::move(prepared)),
        handle(std::move(opened)),
        publisher(std::move(signing)),
        served(handle == nullptr ? nullptr
                                 : std::make_unique<BundleCollaborativeModels>(handle.get())),
        models(served == nullptr ? static_cast<CollaborativeModels*>(&none) : served.get()),
        consent(policy),
        store(pool, lease, kTrainingPageRows, dismissals, consent, clock),
        factorizer({.threads = compute.threads}),
        training(&store, &factorizer, publisher.get(), models) {}

  postgres::ConnectionPool* const pool;
  const Clock* const clock;
  const inference::Compute compute;
  const std::unique_ptr<CollaborativeModelHandle> handle;
  const std::unique_ptr<FactorizationPublisher> publisher;
  NoModels none;
  const std::unique_ptr<BundleCollaborativeModels> served;
  CollaborativeModels* const models;
  const consent::Policy consent;
  PgTrainingStore store;
  const AlsFactorizer factorizer;
  ModelTraining training;
};

absl::StatusOr<std::unique_ptr<Trainer>> Trainer::Create(const ServerOptions& options,
                                                         postgres::ConnectionPool* pool,
                                                         const Clock* clock,
                                                         telemetry::Logger* log) {
  CLIENTELE_ASSIGN_OR_RETURN(const consent::Policy consent,
                             consent::Policy::Parse(options.purposes_needing_consent));
  CLIENTELE_ASSIGN_OR_RETURN(inference::Compute compute,
                             inference::PrepareCompute(options.models, *log));
  CLIENTELE_ASSIGN_OR_RETURN(auto handle, OpenFactorization(options, compute, log));
  CLIENTELE_ASSIGN_OR_RETURN(auto publisher, OpenPublisher(options, clock));
  return std::unique_ptr<Trainer>(new Trainer(std::make_unique<Impl>(
      std::move(compute), std::move(handle), std::move(publisher), pool, clock,
      std::max(options.training_lease, absl::Seconds(1)), options.dismissals, consent)));
}

Trainer::Trainer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Trainer::~Trainer() = default;

const consent::Policy& Trainer::consent() const { return impl_->consent; }
CollaborativeModels* Trainer::models() { return impl_->models; }
void Trainer::ListVersions(std::vector<rpc::ListedVersion>& list) const {
  if (impl_->handle != nullptr) rpc::ListVersions(*impl_->handle, list);
}
ModelTraining* Trainer::training() {
  return impl_->publisher == nullptr ? nullptr : &impl_->training;
}
std::unique_ptr<operations::OperationWorker> Trainer::NewWorker(
    const operations::OperationStore* store, absl::Duration lease) {
  if (training() == nullptr) return nullptr;
  return std::make_unique<operations::OperationWorker>(
      impl_->pool, store,
      std::map<std::string, operations::OperationHandler>{
          {kTrainModelKind, TrainModelHandler(training(), impl_->clock)}},
      operations::OperationWorkerOptions{.lease = std::max(lease, absl::Seconds(1))});
}
std::shared_ptr<const inference::CoreBudget> Trainer::cores() const { return impl_->compute.cores; }

absl::StatusOr<std::string> TrainOnce(const ServerOptions& options, int factors, int epochs,
                                      std::int64_t seed) {
  if (options.signing_key_file.empty()) {
    return absl::InvalidArgumentError("--train_and_exit needs --signing_key_file");
  }
  const Clock* const clock =
      options.host.clock != nullptr ? options.host.clock : SystemClock::Get();
  telemetry::Logger& log = telemetry::Logger::Process();
  CLIENTELE_ASSIGN_OR_RETURN(
      const auto pool,
      database::OpenDatabase(options.database,
                             {.application_name = options.host.service_name, .log = &log}));
  CLIENTELE_RETURN_IF_ERROR(CheckSchema(*pool));
  CLIENTELE_ASSIGN_OR_RETURN(const auto trainer, Trainer::Create(options, pool.get(), clock, &log));
  const absl::Time start = clock->Now();
  CLIENTELE_ASSIGN_OR_RETURN(const TrainingReport report,
                             trainer->training()->Run(RequestContext(), RunName(),
                                                      {factors == 0 ? kDefaultFactors : factors,
                                                       epochs == 0 ? kDefaultEpochs : epochs, seed},
                                                      [](int, int) { return absl::OkStatus(); }));
  std::string line = absl::StrCat(
      "trained ", report.model_id, " on ", report.interaction_count, " interactions in ",
      absl::FormatDuration(absl::Trunc(clock->Now() - start, absl::Milliseconds(1))));
  for (const auto& [name, value] : report.metrics) absl::StrAppend(&line, " ", name, "=", value);
  return line;
}

}  // namespace clientele::recommend
