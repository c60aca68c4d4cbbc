#include "services/recommend-service/server.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/changefeed/change_follower.h"
#include "common/crypto/cipher.h"
#include "common/crypto/signing.h"
#include "common/executor/periodic_task.h"
#include "common/idempotency/ledger.h"
#include "common/inference/model_handle.h"
#include "common/operations/operation_store.h"
#include "common/operations/operation_worker.h"
#include "common/postgres/connection_pool.h"
#include "common/service/database.h"
#include "common/service/model_metrics.h"
#include "common/service/models.h"
#include "common/service/profile_feed.h"
#include "common/service/readiness.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/telemetry/metric_names.h"
#include "common/time/clock.h"
#include "services/recommend-service/core/catalogue.h"
#include "services/recommend-service/core/interactions.h"
#include "services/recommend-service/core/items.h"
#include "services/recommend-service/core/recommender.h"
#include "services/recommend-service/core/training.h"
#include "services/recommend-service/model/bundle_collaborative_models.h"
#include "services/recommend-service/rpc/operations_rpc.h"
#include "services/recommend-service/rpc/recommend_rpc.h"
#include "services/recommend-service/store/migrations.h"
#include "services/recommend-service/store/pg_change_sink.h"
#include "services/recommend-service/store/pg_interaction_store.h"
#include "services/recommend-service/store/pg_item_store.h"
#include "services/recommend-service/store/pg_training_operations.h"
#include "services/recommend-service/store/pg_training_store.h"
#include "services/recommend-service/training/als_factoriser.h"
#include "services/recommend-service/training/factorisation_publisher.h"

namespace clientele::recommend {
namespace {

using service::ClockOf;

constexpr absl::Duration kPruneInterval = absl::Minutes(10);
constexpr absl::Duration kKeepOperations = absl::Hours(24 * 30);

absl::StatusOr<std::unique_ptr<inference::ModelHandle>> OpenFactorisation(
    const ServerOptions& options, const service::Compute& compute, telemetry::Logger* log) {
  if (options.models.public_key_file.empty()) return nullptr;
  // One customer's scores are too small a product for several threads.
  return service::OpenModel(options.models, compute, kModelName,
                            model::v1::TASK_COLLABORATIVE_FILTER, log, {.single_thread = true});
}

absl::StatusOr<std::optional<crypto::Cipher>> MakeCipher(const ServerOptions& options) {
  if (options.database.data_key_file.empty()) return std::optional<crypto::Cipher>();
  CLIENTELE_ASSIGN_OR_RETURN(crypto::Cipher cipher,
                             crypto::Cipher::FromKeyFile(options.database.data_key_file));
  return std::optional<crypto::Cipher>(std::move(cipher));
}

absl::StatusOr<std::unique_ptr<FactorisationPublisher>> MakePublisher(
    const ServerOptions& options) {
  if (options.signing_key_file.empty()) return nullptr;
  CLIENTELE_ASSIGN_OR_RETURN(crypto::SigningKey key,
                             crypto::SigningKey::FromFile(options.signing_key_file));
  return std::make_unique<FactorisationPublisher>(options.models.model_dir, std::move(key),
                                                  ClockOf(options.host));
}

// Where no key is given: nothing may be loaded.
class NoModels final : public CollaborativeModels {
 public:
  std::shared_ptr<const CollaborativeModel> Current() override { return nullptr; }
  void Refresh() override {}
};

}  // namespace

// Members are in the order of their needs; the last ones go first.
struct Server::Parts {
  Parts(const ServerOptions& options, std::unique_ptr<rpc::ServerHost> the_host,
        std::unique_ptr<postgres::ConnectionPool> the_pool,
        std::optional<crypto::Cipher> the_cipher, service::Compute the_compute,
        std::unique_ptr<inference::ModelHandle> handle,
        std::unique_ptr<FactorisationPublisher> the_publisher,
        std::unique_ptr<changefeed::ChangeSource> the_feed)
      : clock(ClockOf(options.host)),
        refresh_interval(std::max(options.catalogue_refresh_interval, absl::Milliseconds(10))),
        host(std::move(the_host)),
        pool(std::move(the_pool)),
        cipher(std::move(the_cipher)),
        compute(std::move(the_compute)),
        model_handle(std::move(handle)),
        bundle_models(model_handle == nullptr
                          ? nullptr
                          : std::make_unique<BundleCollaborativeModels>(model_handle.get())),
        models(bundle_models == nullptr ? static_cast<CollaborativeModels*>(&no_models)
                                        : bundle_models.get()),
        ledger(kSchema, cipher.has_value() ? &*cipher : nullptr, clock),
        operation_store(kSchema, cipher.has_value() ? &*cipher : nullptr, clock),
        item_store(pool.get(), &ledger, clock),
        interaction_store(pool.get()),
        training_store(pool.get()),
        factoriser({.threads = compute.threads}),
        publisher(std::move(the_publisher)),
        training(&training_store, &factoriser, publisher.get(), models),
        worker(publisher == nullptr
                   ? nullptr
                   : std::make_unique<operations::OperationWorker>(
                         pool.get(), &operation_store,
                         std::map<std::string, operations::OperationHandler>{
                             {kTrainModelKind, TrainModelHandler(&training, clock)}},
                         operations::OperationWorkerOptions{
                             .lease = std::max(options.training_lease, absl::Seconds(1))})),
        training_operations(
            pool.get(), &operation_store, &ledger,
            worker == nullptr ? std::function<void()>() : [raw = worker.get()] { raw->Wake(); }),
        catalogue(&item_store),
        items(&item_store, &catalogue),
        interactions(&interaction_store, &item_store, clock),
        recommender(&catalogue, models, &interaction_store, clock),
        rpc(&host->AddDispatcher(v1::RecommendService::service_full_name()), &items, &interactions,
            &recommender, &training_operations),
        operations_rpc(&host->AddDispatcher(google::longrunning::Operations::service_full_name()),
                       &training_operations),
        change_sink(pool.get(), &ledger),
        feed(std::move(the_feed)),
        readiness([this] { return CheckReadiness(); },
                  [this](bool serving) { host->SetServing(serving); }, &host->logger()) {
    host->AddService(&rpc);
    host->AddService(&operations_rpc);
    if (feed != nullptr) {
      follower = std::make_unique<changefeed::ChangeFollower>(
          feed.get(), &change_sink,
          changefeed::ChangeFollowerOptions{
              .name = options.host.service_name,
              .backoff = {},
              .clock = clock,
              .on_progress = [this](const changefeed::FollowerProgress& p) { Observe(p); }});
    }
  }
  ~Parts();

  void Start();
  void Observe(const changefeed::FollowerProgress& progress);
  // Refreshes the catalogue too.
  absl::Status CheckReadiness();
  void Prune();

  const Clock* const clock;
  const absl::Duration refresh_interval;
  const std::unique_ptr<rpc::ServerHost> host;
  const std::unique_ptr<postgres::ConnectionPool> pool;
  const std::optional<crypto::Cipher> cipher;
  const service::Compute compute;
  const std::unique_ptr<inference::ModelHandle> model_handle;
  NoModels no_models;
  const std::unique_ptr<BundleCollaborativeModels> bundle_models;
  CollaborativeModels* const models;
  const Ledger ledger;
  const operations::OperationStore operation_store;
  PgItemStore item_store;
  PgInteractionStore interaction_store;
  PgTrainingStore training_store;
  const AlsFactoriser factoriser;
  const std::unique_ptr<FactorisationPublisher> publisher;
  ModelTraining training;
  const std::unique_ptr<operations::OperationWorker> worker;
  PgTrainingOperations training_operations;
  Catalogue catalogue;
  Items items;
  Interactions interactions;
  Recommender recommender;
  RecommendRpc rpc;
  OperationsRpc operations_rpc;
  PgChangeSink change_sink;
  const std::unique_ptr<changefeed::ChangeSource> feed;  // null: none is followed
  std::unique_ptr<changefeed::ChangeFollower> follower;

  bool feed_was_ok = false;     // of the follower's thread
  bool schema_checked = false;  // of the readiness task
  service::Readiness readiness;
  std::unique_ptr<PeriodicTask> readiness_task;
  std::unique_ptr<PeriodicTask> prune_task;
  service::MetricHandles core_gauges;
};

Server::Parts::~Parts() {
  host->Stop();
  if (follower != nullptr) follower->Stop();
  if (worker != nullptr) worker->Stop();
  prune_task.reset();
  readiness_task.reset();
}

void Server::Parts::Start() {
  core_gauges = service::MeasureCores(host->metrics(), compute.cores);
  if (follower != nullptr) follower->Start();
  if (worker != nullptr) worker->Start();
  readiness_task = std::make_unique<PeriodicTask>(refresh_interval, [this] { readiness.Turn(); });
  prune_task = std::make_unique<PeriodicTask>(kPruneInterval, [this] { Prune(); });
}

void Server::Parts::Observe(const changefeed::FollowerProgress& progress) {
  telemetry::MetricsRegistry& metrics = host->metrics();
  metrics.GetGauge(telemetry::kChangeFeedLagSeconds).Set(absl::ToDoubleSeconds(progress.lag));
  metrics.GetGauge(telemetry::kChangeFeedApplied)
      .Set(static_cast<double>(progress.applied_changes));
  // Lost races and a drain are no trouble.
  const bool ok = progress.last_status.ok() || absl::IsAborted(progress.last_status) ||
                  absl::IsCancelled(progress.last_status);
  if (ok != feed_was_ok) {
    if (ok) {
      host->logger().Info("change_feed_follows");
    } else {
      host->logger().Warning("change_feed_away", {{"error", progress.last_status.message()}});
    }
    feed_was_ok = ok;
  }
}

absl::Status Server::Parts::CheckReadiness() {
  if (!schema_checked) {
    CLIENTELE_RETURN_IF_ERROR(CheckSchema(*pool));
    schema_checked = true;
  }
  RequestContext context;
  context.caller = "catalogue";
  context.deadline = clock->Now() + absl::Seconds(10);
  // Serving begins with a catalogue: an empty answer would be a wrong one.
  return catalogue.Refresh(context);
}

void Server::Parts::Prune() {
  if (!host->serving()) return;
  RequestContext context;
  context.deadline = clock->Now() + absl::Seconds(30);
  const absl::Status status = pool->Transact(context, [&](postgres::Transaction& t) {
    CLIENTELE_RETURN_IF_ERROR(ledger.Prune(t).status());
    return operation_store.Prune(t, kKeepOperations).status();
  });
  if (!status.ok()) host->logger().Warning("prune", {{"error", status.message()}});
}

absl::StatusOr<std::unique_ptr<Server>> Server::Create(ServerOptions options) {
  CLIENTELE_ASSIGN_OR_RETURN(auto host, rpc::ServerHost::Create(options.host));
  telemetry::Logger& log = host->logger();
  CLIENTELE_ASSIGN_OR_RETURN(
      auto pool, service::OpenDatabase(options.database, options.host, &log, &host->metrics()));
  CLIENTELE_ASSIGN_OR_RETURN(auto cipher, MakeCipher(options));
  CLIENTELE_ASSIGN_OR_RETURN(service::Compute compute,
                             service::PrepareCompute(options.models, log));
  CLIENTELE_ASSIGN_OR_RETURN(auto handle, OpenFactorisation(options, compute, &log));
  CLIENTELE_ASSIGN_OR_RETURN(auto publisher, MakePublisher(options));
  CLIENTELE_ASSIGN_OR_RETURN(auto feed, service::OpenProfileFeed(options.profile_feed));
  auto parts = std::make_unique<Parts>(options, std::move(host), std::move(pool), std::move(cipher),
                                       std::move(compute), std::move(handle), std::move(publisher),
                                       std::move(feed));
  CLIENTELE_RETURN_IF_ERROR(parts->host->Start());
  parts->Start();
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Server::~Server() = default;

void Server::Run() { parts_->host->WaitForTermination(); }
int Server::port() const { return parts_->host->port(); }
std::string Server::target() const { return parts_->host->target(); }
bool Server::serving() const { return parts_->host->serving(); }

absl::Status MigrateSchema(const ServerOptions& options) {
  CLIENTELE_ASSIGN_OR_RETURN(auto pool,
                             service::OpenDatabase(options.database, options.host,
                                                   &telemetry::Logger::Process(), nullptr));
  return MigrateSchema(*pool);
}

absl::StatusOr<std::string> TrainOnce(const ServerOptions& options, int factors, int epochs,
                                      std::int64_t seed) {
  CLIENTELE_ASSIGN_OR_RETURN(auto publisher, MakePublisher(options));
  if (publisher == nullptr) {
    return absl::InvalidArgumentError("--train_and_exit needs --signing_key_file");
  }
  CLIENTELE_ASSIGN_OR_RETURN(auto pool,
                             service::OpenDatabase(options.database, options.host,
                                                   &telemetry::Logger::Process(), nullptr));
  CLIENTELE_RETURN_IF_ERROR(CheckSchema(*pool));
  CLIENTELE_ASSIGN_OR_RETURN(const service::Compute compute,
                             service::PrepareCompute(options.models, telemetry::Logger::Process()));
  PgTrainingStore store(pool.get());
  const AlsFactoriser factoriser({.threads = compute.threads});
  // The model that serves elsewhere keeps its factors.
  CLIENTELE_ASSIGN_OR_RETURN(const auto handle,
                             OpenFactorisation(options, compute, &telemetry::Logger::Process()));
  NoModels none;
  std::unique_ptr<BundleCollaborativeModels> served;
  if (handle != nullptr) served = std::make_unique<BundleCollaborativeModels>(handle.get());
  CollaborativeModels* const models =
      served == nullptr ? static_cast<CollaborativeModels*>(&none) : served.get();
  ModelTraining training(&store, &factoriser, publisher.get(), models);
  const absl::Time start = ClockOf(options.host)->Now();
  CLIENTELE_ASSIGN_OR_RETURN(const TrainingReport report,
                             training.Run(RequestContext(),
                                          {factors == 0 ? kDefaultFactors : factors,
                                           epochs == 0 ? kDefaultEpochs : epochs, seed},
                                          [](int, int) { return absl::OkStatus(); }));
  std::string line = absl::StrCat(
      "trained ", report.model_id, " on ", report.interaction_count, " interactions in ",
      absl::FormatDuration(
          absl::Trunc(ClockOf(options.host)->Now() - start, absl::Milliseconds(1))));
  for (const auto& [name, value] : report.metrics) absl::StrAppend(&line, " ", name, "=", value);
  return line;
}

}  // namespace clientele::recommend
