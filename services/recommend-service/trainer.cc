#include "services/recommend-service/trainer.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/crypto/signing.h"
#include "common/database/database.h"
#include "common/inference/serving/models.h"
#include "common/inference/versions/kept_aside.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/core/ranking/ranking_features.h"
#include "services/recommend-service/core/training/factorization_judge.h"
#include "services/recommend-service/model/bundle_archive.h"
#include "services/recommend-service/model/bundle_collaborative_models.h"
#include "services/recommend-service/model/bundle_ranker.h"
#include "services/recommend-service/model/bundle_sequence_models.h"
#include "services/recommend-service/rpc/train_model_operation.h"
#include "services/recommend-service/store/items/pg_item_store.h"
#include "services/recommend-service/store/migrations.h"
#include "services/recommend-service/store/training/pg_training_store.h"
#include "services/recommend-service/training/als_factorizer.h"
#include "services/recommend-service/training/factorization_publisher.h"
#include "services/recommend-service/training/hybrid/ranker_publisher.h"
#include "services/recommend-service/training/sequence/sequence_publisher.h"

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

absl::StatusOr<std::unique_ptr<SequenceModelHandle>> OpenSequence(const ServerOptions& options,
                                                                  const inference::Compute& compute,
                                                                  telemetry::Logger* log) {
  if (options.models.public_key_file.empty()) return nullptr;
  return inference::OpenModel<SequenceModel>(options.models, compute, kSequenceName,
                                             model::v1::TASK_SEQUENCE_RECOMMENDER, log,
                                             {.single_thread = true}, OpenSequenceModel);
}

absl::StatusOr<std::unique_ptr<RankerHandle>> OpenRanker(const ServerOptions& options,
                                                         const inference::Compute& compute,
                                                         telemetry::Logger* log) {
  if (options.models.public_key_file.empty()) return nullptr;
  return inference::OpenModel<inference::TabularModel>(
      options.models, compute, kRankerName, model::v1::TASK_RANKER, log, {.single_thread = true},
      inference::TabularModel::Reads(RankingFeatureNames()));
}

// What signs the bundles of a training.
struct Publishers {
  std::unique_ptr<FactorizationPublisher> factorization;
  std::unique_ptr<SequencePublisher> sequence;
  std::unique_ptr<RankerPublisher> ranker;
};

// Nothing where no key is given.
absl::StatusOr<Publishers> OpenPublishers(const ServerOptions& options,
                                          const inference::Compute& compute, const Clock* clock) {
  if (options.signing_key_file.empty()) return Publishers();
  const auto key = [&] { return crypto::SigningKey::FromFile(options.signing_key_file); };
  Publishers publishers;
  CLIENTELE_ASSIGN_OR_RETURN(crypto::SigningKey factorization_key, key());
  publishers.factorization = std::make_unique<FactorizationPublisher>(
      options.models.model_dir, std::move(factorization_key), clock,
      options.retention.model_versions);
  CLIENTELE_ASSIGN_OR_RETURN(crypto::SigningKey sequence_key, key());
  publishers.sequence = std::make_unique<SequencePublisher>(
      options.models.model_dir, std::move(sequence_key), clock, options.retention.model_versions);
  CLIENTELE_ASSIGN_OR_RETURN(crypto::SigningKey ranker_key, key());
  publishers.ranker = std::make_unique<RankerPublisher>(
      options.models.model_dir, std::move(ranker_key), clock, options.retention.model_versions,
      RankerPublisherOptions{.links = {.threads = compute.threads},
                             .ranker = {.table = {.per_source = options.hybrid.per_source},
                                        .threads = compute.threads}});
  return publishers;
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
class NoSequences final : public SequenceModels {
 public:
  std::shared_ptr<const SequenceModel> Current() override { return nullptr; }
  void Refresh() override {}
};

}  // namespace

struct Trainer::Impl {
  Impl(inference::Compute prepared, std::unique_ptr<CollaborativeModelHandle> opened,
       std::unique_ptr<SequenceModelHandle> opened_sequence,
       std::unique_ptr<RankerHandle> opened_ranker, Publishers signing,
       postgres::ConnectionPool* database, const Clock* time, const ServerOptions& options,
       const consent::Policy& policy)
      : pool(database),
        clock(time),
        model_dir(options.models.model_dir),
        compute(std::move(prepared)),
        handle(std::move(opened)),
        sequence_handle(std::move(opened_sequence)),
        ranker_handle(std::move(opened_ranker)),
        publishers(std::move(signing)),
        served(handle == nullptr ? nullptr
                                 : std::make_unique<BundleCollaborativeModels>(handle.get())),
        models(served == nullptr ? static_cast<CollaborativeModels*>(&none) : served.get()),
        served_sequences(sequence_handle == nullptr
                             ? nullptr
                             : std::make_unique<BundleSequenceModels>(sequence_handle.get())),
        sequences(served_sequences == nullptr ? static_cast<SequenceModels*>(&no_sequences)
                                              : served_sequences.get()),
        archive(handle.get(), ranker_handle.get(), sequence_handle.get()),
        consent(policy),
        ranker(ranker_handle == nullptr ? nullptr
                                        : std::make_unique<BundleRanker>(ranker_handle.get())),
        store(pool, std::max(options.training_lease, absl::Seconds(1)), kTrainingPageRows,
              options.dismissals, consent, clock),
        items(pool, nullptr, clock),
        factorizer(
            {.threads = compute.threads, .links = ItemLinkOptions{.threads = compute.threads}}),
        plain_factorizer({.evaluate = false, .threads = compute.threads}),
        judge(&store, &items, &plain_factorizer,
              {.dismissals = options.dismissals, .consent = consent}),
        factorization(&store, &factorizer, &judge, publishers.factorization.get(), models),
        sequence(&store, &store, &items, publishers.sequence.get(), sequences,
                 {.dismissals = options.dismissals, .consent = consent}),
        training(&factorization, &sequence, &store, &store, &items, publishers.ranker.get(),
                 ranker.get(), {.dismissals = options.dismissals, .consent = consent}) {}

  postgres::ConnectionPool* const pool;
  const Clock* const clock;
  const std::filesystem::path model_dir;
  const inference::Compute compute;
  const std::unique_ptr<CollaborativeModelHandle> handle;
  const std::unique_ptr<SequenceModelHandle> sequence_handle;
  const std::unique_ptr<RankerHandle> ranker_handle;
  const Publishers publishers;
  NoModels none;
  const std::unique_ptr<BundleCollaborativeModels> served;
  CollaborativeModels* const models;
  NoSequences no_sequences;
  const std::unique_ptr<BundleSequenceModels> served_sequences;
  SequenceModels* const sequences;
  BundleArchive archive;
  const consent::Policy consent;
  const std::unique_ptr<BundleRanker> ranker;
  PgTrainingStore store;
  PgItemStore items;  // read alone
  const AlsFactorizer factorizer;
  const AlsFactorizer plain_factorizer;  // of what is compared
  const HeldOutFactorizationJudge judge;
  ModelTraining factorization;
  SequenceTraining sequence;
  HybridTraining training;
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
  CLIENTELE_ASSIGN_OR_RETURN(auto sequence, OpenSequence(options, compute, log));
  CLIENTELE_ASSIGN_OR_RETURN(auto ranker, OpenRanker(options, compute, log));
  CLIENTELE_ASSIGN_OR_RETURN(Publishers publishers, OpenPublishers(options, compute, clock));
  return std::unique_ptr<Trainer>(new Trainer(std::make_unique<Impl>(
      std::move(compute), std::move(handle), std::move(sequence), std::move(ranker),
      std::move(publishers), pool, clock, options, consent)));
}

Trainer::Trainer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Trainer::~Trainer() = default;

const consent::Policy& Trainer::consent() const { return impl_->consent; }
CollaborativeModels* Trainer::models() { return impl_->models; }
void Trainer::ListVersions(std::vector<rpc::ListedVersion>& list) const {
  const auto add = [&](const auto& handle) {
    if (handle == nullptr) return;
    rpc::ListVersions(*handle, list);
    rpc::ListKeptAside(handle->name(), inference::ListKeptAside(impl_->model_dir, handle->name()),
                       list);
  };
  add(impl_->handle);
  add(impl_->sequence_handle);
  add(impl_->ranker_handle);
}
ModelArchive* Trainer::archive() { return &impl_->archive; }
SequenceModels* Trainer::sequences() { return impl_->sequences; }
Ranker* Trainer::ranker() { return impl_->ranker.get(); }
HybridTraining* Trainer::training() {
  return impl_->publishers.factorization == nullptr ? nullptr : &impl_->training;
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
std::unique_ptr<TrainingSchedule> Trainer::NewSchedule(absl::Duration every,
                                                       TrainingSchedule::Start start) {
  return std::make_unique<TrainingSchedule>(&impl_->store, &impl_->store, impl_->clock, every,
                                            std::move(start));
}
std::shared_ptr<const inference::CoreBudget> Trainer::cores() const { return impl_->compute.cores; }

absl::StatusOr<std::string> TrainOnce(const ServerOptions& options, TrainingOptions training) {
  if (training.factors == 0) training.factors = kDefaultFactors;
  if (training.epochs == 0) training.epochs = kDefaultEpochs;
  if (training.sequence_epochs == 0) training.sequence_epochs = kDefaultSequenceEpochs;
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
                             trainer->training()->Run(RequestContext(), RunName(), training,
                                                      [](int, int) { return absl::OkStatus(); }));
  std::string line = absl::StrCat(
      "trained ", report.model_id, " on ", report.interaction_count, " interactions in ",
      absl::FormatDuration(absl::Trunc(clock->Now() - start, absl::Milliseconds(1))));
  for (const auto& [name, value] : report.metrics) absl::StrAppend(&line, " ", name, "=", value);
  for (const Publication& one : report.publications) {
    absl::StrAppend(&line, "\n", one.model_id, " ", one.reason);
  }
  return line;
}

}  // namespace clientele::recommend
