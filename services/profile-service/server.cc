#include "services/profile-service/server.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "common/crypto/cipher.h"
#include "common/crypto/signing.h"
#include "common/idempotency/ledger.h"
#include "common/inference/compute_threads.h"
#include "common/inference/model_handle.h"
#include "common/inference/text_encoder.h"
#include "common/postgres/connection_pool.h"
#include "common/postgres/migrator.h"
#include "common/rpc/server_flags.h"
#include "common/status/status_macros.h"
#include "common/telemetry/metric_names.h"
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

constexpr absl::Duration kReadinessInterval = absl::Seconds(1);
constexpr absl::Duration kPingTimeout = absl::Seconds(2);
constexpr absl::Duration kPruneInterval = absl::Minutes(10);

const Clock* ClockOf(const ServerOptions& options) {
  return options.host.clock != nullptr ? options.host.clock : SystemClock::Get();
}

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

absl::StatusOr<std::unique_ptr<postgres::ConnectionPool>> MakePool(
    const ServerOptions& options, telemetry::Logger* log, postgres::StatementObserver observer) {
  CLIENTELE_ASSIGN_OR_RETURN(std::string url,
                             rpc::ReadSecret("CLIENTELE_DATABASE_URL", options.database_url_file));
  return postgres::ConnectionPool::Create(
      {.conninfo = std::move(url),
       .application_name = options.host.service_name,
       .max_connections = options.database_connections,
       .observer = std::move(observer),
       .connection_error_log =
           [log](absl::string_view detail) {
             log->Warning("database_connection", {{"error", detail}});
           },
       .clock = ClockOf(options)});
}

absl::StatusOr<std::unique_ptr<inference::ModelHandle>> MakeHandle(const ServerOptions& options,
                                                                   const std::string& name,
                                                                   model::v1::Task task,
                                                                   const crypto::PublicKey& key,
                                                                   telemetry::Logger* log) {
  return inference::ModelHandle::Create(
      {.model_dir = options.model_dir,
       .name = name,
       .task = task,
       .public_key = key,
       .device = options.device,
       .refresh_interval = options.model_refresh_interval,
       .on_change = [log, name](const inference::VersionReport& report) {
         const bool rejected = report.state == inference::VersionState::kRejected;
         log->Log(rejected ? telemetry::Severity::kWarning : telemetry::Severity::kInfo,
                  rejected ? "model_rejected" : "model_version",
                  {{"model", name},
                   {"version", report.version},
                   {"serving", report.state == inference::VersionState::kServing},
                   {"reason", report.reason}});
       }});
}

absl::Status PrepareCompute(const ServerOptions& options, telemetry::Logger& log) {
  CLIENTELE_ASSIGN_OR_RETURN(
      const inference::BlasReport blas,
      inference::PrepareCompute({.intra_op_threads = options.compute_threads}));
  log.Info("blas",
           {{"config", blas.config}, {"threads", blas.threads}, {"gemm_gflops", blas.gemm_gflops}});
  if (!blas.warning.empty()) log.Warning("blas", {{"advice", blas.warning}});
  return absl::OkStatus();
}

}  // namespace

// Members are in the order of their needs; the last ones go first.
struct Server::Parts {
  Parts(const ServerOptions& options, std::unique_ptr<rpc::ServerHost> the_host,
        std::unique_ptr<postgres::ConnectionPool> the_pool, crypto::Cipher the_cipher,
        std::unique_ptr<inference::ModelHandle> text_handle,
        std::unique_ptr<inference::ModelHandle> fuser_handle,
        std::unique_ptr<inference::TextEncoder> text_encoder)
      : clock(ClockOf(options)),
        host(std::move(the_host)),
        pool(std::move(the_pool)),
        cipher(std::move(the_cipher)),
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
            &profiles, &changes) {
    host->AddService(&rpc);
  }
  ~Parts();

  // Follows what the service needs, and says so in its health.
  void WatchReadiness();
  absl::Status CheckReadiness();
  void PruneLedger();

  const Clock* const clock;
  const std::unique_ptr<rpc::ServerHost> host;
  const std::unique_ptr<postgres::ConnectionPool> pool;
  const crypto::Cipher cipher;
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

  bool schema_checked = false;  // of the watcher's thread
  std::mutex mutex;
  std::condition_variable stop_changed;
  bool stopping = false;
  std::thread watcher;
};

Server::Parts::~Parts() {
  host->Stop();
  {
    std::lock_guard lock(mutex);
    stopping = true;
  }
  stop_changed.notify_all();
  if (watcher.joinable()) watcher.join();
  notifier.Stop();
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
  RequestContext context;
  context.deadline = clock->Now() + absl::Seconds(30);
  const absl::Status status = pool->Transact(context, [&](postgres::Transaction& transaction) {
    return ledger.Prune(transaction).status();
  });
  if (!status.ok()) host->logger().Warning("ledger_prune", {{"error", status.message()}});
}

void Server::Parts::WatchReadiness() {
  absl::Status last = absl::UnknownError("starting");
  absl::Time pruned = clock->Now();
  std::unique_lock lock(mutex);
  while (!stopping) {
    lock.unlock();
    absl::Status status = CheckReadiness();
    // Busy is not away: a full pool says nothing about the database.
    const bool busy = absl::IsResourceExhausted(status) || absl::IsDeadlineExceeded(status);
    if (busy && last.ok()) status = absl::OkStatus();
    host->SetServing(status.ok());
    if (status != last) {
      if (status.ok()) {
        host->logger().Info("ready");
      } else {
        host->logger().Warning("not_ready", {{"error", status.message()}});
      }
      last = status;
    }
    if (status.ok() && clock->Now() - pruned >= kPruneInterval) {
      PruneLedger();
      pruned = clock->Now();
    }
    lock.lock();
    stop_changed.wait_for(lock, absl::ToChronoNanoseconds(kReadinessInterval),
                          [this] { return stopping; });
  }
}

absl::StatusOr<std::unique_ptr<Server>> Server::Create(ServerOptions options) {
  CLIENTELE_RETURN_IF_ERROR(CheckOptions(options));
  CLIENTELE_ASSIGN_OR_RETURN(auto host, rpc::ServerHost::Create(options.host));
  telemetry::Logger& log = host->logger();
  telemetry::MetricsRegistry& metrics = host->metrics();
  CLIENTELE_ASSIGN_OR_RETURN(
      auto pool,
      MakePool(options, &log, [&metrics](const postgres::StatementObservation& statement) {
        metrics.GetHistogram(telemetry::kDatabaseStatementSeconds, {{"statement", statement.name}})
            .Observe(absl::ToDoubleSeconds(statement.elapsed));
      }));
  CLIENTELE_ASSIGN_OR_RETURN(crypto::Cipher cipher,
                             crypto::Cipher::FromKeyFile(options.data_key_file));
  CLIENTELE_ASSIGN_OR_RETURN(const crypto::PublicKey key,
                             crypto::PublicKey::FromFile(options.model_public_key_file));
  CLIENTELE_RETURN_IF_ERROR(PrepareCompute(options, log));
  CLIENTELE_ASSIGN_OR_RETURN(auto text_model, MakeHandle(options, options.text_encoder,
                                                         model::v1::TASK_TEXT_ENCODER, key, &log));
  CLIENTELE_ASSIGN_OR_RETURN(
      auto fuser_model,
      MakeHandle(options, options.profile_fuser, model::v1::TASK_PROFILE_FUSER, key, &log));
  CLIENTELE_ASSIGN_OR_RETURN(
      auto encoder,
      inference::TextEncoder::Create({.handle = text_model.get(), .clock = ClockOf(options)}));
  auto parts =
      std::make_unique<Parts>(options, std::move(host), std::move(pool), std::move(cipher),
                              std::move(text_model), std::move(fuser_model), std::move(encoder));
  CLIENTELE_RETURN_IF_ERROR(parts->host->Start());
  parts->notifier.Start(options.change_poll_interval);
  parts->watcher = std::thread([raw = parts.get()] { raw->WatchReadiness(); });
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Server::~Server() = default;

void Server::Run() { parts_->host->WaitForTermination(); }
int Server::port() const { return parts_->host->port(); }
std::string Server::target() const { return parts_->host->target(); }
bool Server::serving() const { return parts_->host->serving(); }

absl::Status MigrateSchema(const ServerOptions& options) {
  CLIENTELE_ASSIGN_OR_RETURN(auto pool, MakePool(options, &telemetry::Logger::Process(), nullptr));
  return postgres::Migrate(*pool, kSchema, Migrations(), {.modules = MigrationModules()});
}

}  // namespace clientele::profile
