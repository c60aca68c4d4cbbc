#include "services/profile-service/server.h"

#include <utility>
#include <vector>

#include "common/crypto/cipher.h"
#include "common/executor/periodic_task.h"
#include "common/idempotency/ledger.h"
#include "common/inference/model_handle.h"
#include "common/inference/text_encoder.h"
#include "common/postgres/connection_pool.h"
#include "common/postgres/migrator.h"
#include "common/service/database.h"
#include "common/service/model_metrics.h"
#include "common/service/models.h"
#include "common/service/readiness.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "services/profile-service/core/change_feed.h"
#include "services/profile-service/core/customers.h"
#include "services/profile-service/core/events.h"
#include "services/profile-service/core/profiles.h"
#include "services/profile-service/model/model_fuser.h"
#include "services/profile-service/model/text_embedder.h"
#include "services/profile-service/rpc/profile_rpc.h"
#include "services/profile-service/store/migrations.h"
#include "services/profile-service/store/pg_behaviour_store.h"
#include "services/profile-service/store/pg_change_store.h"
#include "services/profile-service/store/pg_customer_store.h"
#include "services/profile-service/store/pg_event_store.h"

namespace clientele::profile {
namespace {

using service::ClockOf;

constexpr absl::Duration kReadinessInterval = absl::Seconds(1);
constexpr absl::Duration kPingTimeout = absl::Seconds(2);
constexpr absl::Duration kPruneInterval = absl::Minutes(10);

absl::Status CheckOptions(const ServerOptions& options) {
  if (options.affinity_half_life <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError("--affinity_half_life must be above 0");
  }
  if (options.change_poll_interval <= absl::ZeroDuration() ||
      options.change_keep_alive <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError(
        "--change_poll_interval and --change_keep_alive must be above 0");
  }
  return absl::OkStatus();
}

}  // namespace

// Members are in the order of their needs; the last ones go first.
struct Server::Parts {
  Parts(const ServerOptions& options, std::unique_ptr<rpc::ServerHost> the_host,
        std::unique_ptr<postgres::ConnectionPool> the_pool, crypto::Cipher the_cipher,
        std::shared_ptr<inference::CoreBudget> the_cores,
        std::unique_ptr<inference::ModelHandle> text_handle,
        std::unique_ptr<inference::ModelHandle> fuser_handle,
        std::unique_ptr<inference::TextEncoder> text_encoder)
      : clock(ClockOf(options.host)),
        host(std::move(the_host)),
        pool(std::move(the_pool)),
        cipher(std::move(the_cipher)),
        cores(std::move(the_cores)),
        text_model(std::move(text_handle)),
        fuser_model(std::move(fuser_handle)),
        encoder(std::move(text_encoder)),
        ledger(kSchema, &cipher, clock),
        customer_store(pool.get(), &ledger, &cipher, clock),
        event_store(pool.get(), &ledger, &cipher, clock),
        change_store(pool.get(), &cipher),
        behaviour_store(pool.get(), &cipher),
        embedder(encoder.get()),
        fuser(fuser_model.get()),
        notifier(&change_store, clock),
        customers(&customer_store, &notifier, clock),
        events(&event_store, &notifier, clock),
        profiles(&behaviour_store, &embedder, &fuser, clock,
                 {.affinity = {.half_life = options.affinity_half_life},
                  .latest_texts = options.latest_texts}),
        changes(&change_store, &notifier, clock, {.keep_alive = options.change_keep_alive}),
        rpc(&host->AddDispatcher(v1::ProfileService::service_full_name()), &customers, &events,
            &profiles, &changes),
        readiness([this] { return CheckReadiness(); },
                  [this](bool serving) { host->SetServing(serving); }, &host->logger()) {
    host->AddService(&rpc);
  }
  ~Parts();

  void Start(const ServerOptions& options);
  absl::Status CheckReadiness();
  void PruneLedger();

  const Clock* const clock;
  const std::unique_ptr<rpc::ServerHost> host;
  const std::unique_ptr<postgres::ConnectionPool> pool;
  const crypto::Cipher cipher;
  const std::shared_ptr<inference::CoreBudget> cores;  // of all models
  const std::unique_ptr<inference::ModelHandle> text_model;
  const std::unique_ptr<inference::ModelHandle> fuser_model;
  const std::unique_ptr<inference::TextEncoder> encoder;
  const Ledger ledger;
  PgCustomerStore customer_store;
  PgEventStore event_store;
  PgChangeStore change_store;
  PgBehaviourStore behaviour_store;
  EncoderTextEmbedder embedder;
  ModelFuser fuser;
  ChangeNotifier notifier;
  Customers customers;
  Events events;
  Profiles profiles;
  ChangeFeed changes;
  ProfileRpc rpc;

  bool schema_checked = false;  // of the readiness task
  service::Readiness readiness;
  std::unique_ptr<PeriodicTask> readiness_task;
  std::unique_ptr<PeriodicTask> prune_task;
  std::vector<service::MetricHandles> model_gauges;
};

Server::Parts::~Parts() {
  host->Stop();
  model_gauges.clear();
  prune_task.reset();
  readiness_task.reset();
  notifier.Stop();
}

void Server::Parts::Start(const ServerOptions& options) {
  notifier.Start(options.change_poll_interval);
  model_gauges.push_back(service::MeasureModel(host->metrics(), text_model->name(),
                                               [this] { return encoder->stats(); }));
  model_gauges.push_back(service::MeasureCores(host->metrics(), cores));
  readiness_task = std::make_unique<PeriodicTask>(kReadinessInterval, [this] { readiness.Turn(); });
  prune_task = std::make_unique<PeriodicTask>(kPruneInterval, [this] { PruneLedger(); });
}

absl::Status Server::Parts::CheckReadiness() {
  if (text_model->Current() == nullptr) return inference::ModelUnavailable(text_model->name());
  if (fuser_model->Current() == nullptr) return inference::ModelUnavailable(fuser_model->name());
  if (!schema_checked) {
    CLIENTELE_RETURN_IF_ERROR(
        postgres::CheckSchemaVersion(*pool, kSchema, Migrations(), MigrationModules()));
    schema_checked = true;
  }
  RequestContext context;
  context.deadline = clock->Now() + kPingTimeout;
  return pool->Ping(context);
}

void Server::Parts::PruneLedger() {
  if (!host->serving()) return;
  RequestContext context;
  context.deadline = clock->Now() + absl::Seconds(30);
  const absl::Status status = pool->Transact(context, [&](postgres::Transaction& transaction) {
    return ledger.Prune(transaction).status();
  });
  if (!status.ok()) host->logger().Warning("ledger_prune", {{"error", status.message()}});
}

absl::StatusOr<std::unique_ptr<Server>> Server::Create(ServerOptions options) {
  CLIENTELE_RETURN_IF_ERROR(CheckOptions(options));
  CLIENTELE_ASSIGN_OR_RETURN(auto host, rpc::ServerHost::Create(options.host));
  telemetry::Logger& log = host->logger();
  CLIENTELE_ASSIGN_OR_RETURN(
      auto pool, service::OpenDatabase(options.database, options.host, &log, &host->metrics()));
  CLIENTELE_ASSIGN_OR_RETURN(crypto::Cipher cipher,
                             crypto::Cipher::FromKeyFile(options.database.data_key_file));
  CLIENTELE_ASSIGN_OR_RETURN(service::Compute compute,
                             service::PrepareCompute(options.models, log));
  CLIENTELE_ASSIGN_OR_RETURN(
      auto text_model,
      service::OpenModel(options.models, compute, options.text_encoder,
                         model::v1::TASK_TEXT_ENCODER, &log, options.text_encoder_share));
  CLIENTELE_ASSIGN_OR_RETURN(
      auto fuser_model,
      service::OpenModel(options.models, compute, options.profile_fuser,
                         model::v1::TASK_PROFILE_FUSER, &log, {.single_thread = true}));
  CLIENTELE_ASSIGN_OR_RETURN(auto encoder, inference::TextEncoder::Create(
                                               {.handle = text_model.get(),
                                                .clock = ClockOf(options.host),
                                                .workers = options.text_encoder_share.instances}));
  auto parts = std::make_unique<Parts>(options, std::move(host), std::move(pool), std::move(cipher),
                                       std::move(compute.cores), std::move(text_model),
                                       std::move(fuser_model), std::move(encoder));
  CLIENTELE_RETURN_IF_ERROR(parts->host->Start());
  parts->Start(options);
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
  return postgres::Migrate(*pool, kSchema, Migrations(), {.modules = MigrationModules()});
}

}  // namespace clientele::profile
