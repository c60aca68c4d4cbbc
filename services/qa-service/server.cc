#include "services/qa-service/server.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/changefeed/change_follower.h"
#include "common/crypto/cipher.h"
#include "common/executor/periodic_task.h"
#include "common/idempotency/ledger.h"
#include "common/inference/model_handle.h"
#include "common/inference/text_encoder.h"
#include "common/postgres/connection_pool.h"
#include "common/service/database.h"
#include "common/service/model_metrics.h"
#include "common/service/models.h"
#include "common/service/profile_feed.h"
#include "common/service/readiness.h"
#include "common/status/status_macros.h"
#include "common/telemetry/metric_names.h"
#include "common/time/clock.h"
#include "services/qa-service/core/answerer.h"
#include "services/qa-service/core/articles.h"
#include "services/qa-service/core/index_refresher.h"
#include "services/qa-service/core/question_recorder.h"
#include "services/qa-service/model/encoder_embedder.h"
#include "services/qa-service/rpc/qa_rpc.h"
#include "services/qa-service/store/migrations.h"
#include "services/qa-service/store/pg_article_store.h"
#include "services/qa-service/store/pg_change_sink.h"
#include "services/qa-service/store/pg_embedding_cache.h"
#include "services/qa-service/store/pg_question_log.h"

namespace clientele::qa {
namespace {

using service::ClockOf;

constexpr absl::Duration kReadinessInterval = absl::Milliseconds(500);
constexpr absl::Duration kPruneInterval = absl::Minutes(10);
// For one turn of the refresher, and for one removal of old rows.
constexpr absl::Duration kTurnTimeout = absl::Seconds(30);
// More than RefresherOptions::max_gap.
constexpr absl::Duration kTombstoneRetention = absl::Hours(24 * 7);
// A model may be rolled back for this long without computing anything again.
constexpr absl::Duration kEmbeddingRetention = absl::Hours(24 * 30);

// Logs what a loop's turns end with, once for each change.
class TurnLog {
 public:
  TurnLog(telemetry::Logger* log, std::string event) : log_(log), event_(std::move(event)) {}

  void Note(const absl::Status& status) {
    if (status.code() == last_.code() && status.message() == last_.message()) return;
    last_ = status;
    if (status.ok()) {
      log_->Info(event_, {{"state", "ok"}});
    } else {
      log_->Warning(event_, {{"state", "waiting"}, {"error", status.message()}});
    }
  }

 private:
  telemetry::Logger* const log_;
  const std::string event_;
  absl::Status last_ = absl::UnknownError("starting");
};

}  // namespace

// Members are in the order of their needs; the last ones go first.
struct Server::Parts {
  Parts(const ServerOptions& the_options, std::unique_ptr<rpc::ServerHost> the_host,
        std::unique_ptr<postgres::ConnectionPool> the_pool, crypto::Cipher the_cipher,
        std::shared_ptr<inference::CoreBudget> the_cores,
        std::unique_ptr<inference::ModelHandle> the_model,
        std::unique_ptr<inference::TextEncoder> the_encoder,
        std::unique_ptr<changefeed::ChangeSource> the_feed)
      : options(the_options),
        clock(ClockOf(options.host)),
        host(std::move(the_host)),
        pool(std::move(the_pool)),
        cipher(std::move(the_cipher)),
        cores(std::move(the_cores)),
        model(std::move(the_model)),
        encoder(std::move(the_encoder)),
        ledger(kSchema, &cipher, clock),
        article_store(pool.get(), &ledger, clock),
        embedding_cache(pool.get(), clock),
        question_log(pool.get(), &cipher),
        change_sink(pool.get(), &ledger, &cipher, clock),
        embedder(encoder.get()),
        refresher(&article_store, &embedding_cache, &embedder, clock, {}),
        recorder(&question_log, clock, {}),
        articles(&article_store, clock,
                 [this](const RequestContext& context, std::int64_t revision) {
                   CatchUp(context, revision);
                 }),
        answerer([this] { return refresher.Snapshot(); }, &embedder, &recorder, clock,
                 MakeAnswererOptions(options, host->metrics())),
        rpc(&host->AddDispatcher(v1::QaService::service_full_name()), &articles, &answerer),
        refresh_log(&host->logger(), "index_refresh"),
        feed_log(&host->logger(), "change_feed"),
        feed(std::move(the_feed)),
        readiness([this] { return CheckReadiness(); },
                  [this](bool serving) { host->SetServing(serving); }, &host->logger()) {
    host->AddService(&rpc);
  }
  ~Parts();

  static AnswererOptions MakeAnswererOptions(const ServerOptions& options,
                                             telemetry::MetricsRegistry& metrics) {
    AnswererOptions answerer;
    answerer.min_confidence = options.min_confidence;
    answerer.on_answer =
        [answered = metrics.GetCounter(telemetry::kQaAnswers, {{"state", "answered"}}),
         abstained = metrics.GetCounter(telemetry::kQaAnswers, {{"state", "abstained"}})](
            AnswerState state) mutable {
          (state == AnswerState::kAnswered ? answered : abstained).Increment();
        };
    return answerer;
  }

  absl::Status Start();
  void Measure();
  void CatchUp(const RequestContext& context, std::int64_t revision);
  void Refresh();
  absl::Status CheckReadiness();
  void Prune();

  RequestContext OwnContext() const {
    RequestContext context;
    context.caller = options.host.service_name;
    context.deadline = clock->Now() + kTurnTimeout;
    context.cancellation = stopping.token();
    return context;
  }

  const ServerOptions options;
  const Clock* const clock;
  const std::unique_ptr<rpc::ServerHost> host;
  const std::unique_ptr<postgres::ConnectionPool> pool;
  const crypto::Cipher cipher;
  const std::shared_ptr<inference::CoreBudget> cores;  // of all models
  const std::unique_ptr<inference::ModelHandle> model;
  const std::unique_ptr<inference::TextEncoder> encoder;
  const Ledger ledger;
  PgArticleStore article_store;
  PgEmbeddingCache embedding_cache;
  PgQuestionLog question_log;
  PgChangeSink change_sink;
  EncoderEmbedder embedder;
  IndexRefresher refresher;
  QuestionRecorder recorder;
  Articles articles;
  Answerer answerer;
  QaRpc rpc;
  TurnLog refresh_log;
  TurnLog feed_log;
  const std::unique_ptr<changefeed::ChangeSource> feed;  // null: none is followed

  CancellationSource stopping;  // of the service's own work
  bool schema_checked = false;  // of the readiness task
  service::Readiness readiness;
  std::unique_ptr<changefeed::ChangeFollower> follower;
  std::unique_ptr<PeriodicTask> refresh_task;
  std::unique_ptr<PeriodicTask> readiness_task;
  std::unique_ptr<PeriodicTask> prune_task;
  std::vector<service::MetricHandles> gauges;
};

Server::Parts::~Parts() {
  host->Stop();
  stopping.Cancel();
  if (follower != nullptr) follower->Stop();
  gauges.clear();
  prune_task.reset();
  readiness_task.reset();
  refresh_task.reset();
}

void Server::Parts::Measure() {
  telemetry::MetricsRegistry& metrics = host->metrics();
  gauges.push_back({metrics.AddGaugeCallback(telemetry::kQaIndexArticles, {}, [this] {
    const auto index = refresher.Snapshot();
    return index == nullptr ? 0.0 : static_cast<double>(index->article_count());
  })});
  gauges.push_back({metrics.AddGaugeCallback(telemetry::kQaIndexPending, {}, [this] {
    return static_cast<double>(refresher.pending());
  })});
  gauges.push_back({metrics.AddGaugeCallback(telemetry::kQaQuestionsDropped, {}, [this] {
    return static_cast<double>(recorder.dropped());
  })});
  gauges.push_back(
      service::MeasureModel(metrics, model->name(), [this] { return encoder->stats(); }));
  gauges.push_back(service::MeasureCores(metrics, cores));
}

absl::Status Server::Parts::Start() {
  Measure();
  refresh_task =
      std::make_unique<PeriodicTask>(options.index_refresh_interval, [this] { Refresh(); });
  CLIENTELE_RETURN_IF_ERROR(host->Start());
  readiness_task = std::make_unique<PeriodicTask>(kReadinessInterval, [this] { readiness.Turn(); });
  prune_task = std::make_unique<PeriodicTask>(kPruneInterval, [this] { Prune(); });
  if (feed != nullptr) {
    changefeed::ChangeFollowerOptions following;
    following.name = options.host.service_name;
    following.clock = clock;
    following.on_progress = [this, lag = host->metrics().GetGauge(telemetry::kChangeFeedLagSeconds),
                             applied = host->metrics().GetGauge(telemetry::kChangeFeedApplied)](
                                const changefeed::FollowerProgress& progress) mutable {
      lag.Set(absl::ToDoubleSeconds(progress.lag));
      applied.Set(static_cast<double>(progress.applied_changes));
      // ABORTED: another replica applied the batch.
      feed_log.Note(absl::IsAborted(progress.last_status) ? absl::OkStatus()
                                                          : progress.last_status);
    };
    follower = std::make_unique<changefeed::ChangeFollower>(feed.get(), &change_sink, following);
    follower->Start();
  }
  return absl::OkStatus();
}

void Server::Parts::CatchUp(const RequestContext& context, std::int64_t revision) {
  refresh_task->Wake();
  if (!refresher.ready()) return;
  const absl::Duration left = context.deadline - clock->Now();
  const absl::Duration wait = std::min(options.index_wait, left);
  if (wait > absl::ZeroDuration()) refresher.WaitUntilApplied(revision, wait);
}

void Server::Parts::Refresh() { refresh_log.Note(refresher.RunOnce(OwnContext())); }

absl::Status Server::Parts::CheckReadiness() {
  if (!schema_checked) {
    CLIENTELE_RETURN_IF_ERROR(CheckSchema(*pool));
    schema_checked = true;
  }
  if (model->Current() == nullptr) return inference::ModelUnavailable(model->name());
  if (!refresher.ready()) return absl::UnavailableError("the articles are being indexed");
  return absl::OkStatus();
}

void Server::Parts::Prune() {
  if (!refresher.ready()) return;
  const absl::Time now = clock->Now();
  const RequestContext context = OwnContext();
  absl::Status status = pool->Transact(context, [&](postgres::Transaction& transaction) {
    return ledger.Prune(transaction).status();
  });
  if (status.ok()) {
    // A deletion is noted for as long as a question could be on its way.
    status =
        question_log.Prune(context, now - options.question_retention, now - kTombstoneRetention)
            .status();
  }
  if (status.ok()) {
    status = article_store.PruneTombstones(context, now - kTombstoneRetention).status();
  }
  const std::string encoder_id = embedder.model_id();
  if (status.ok() && !encoder_id.empty()) {
    status = embedding_cache.Prune(context, EmbeddingKey(encoder_id), now - kEmbeddingRetention)
                 .status();
  }
  if (!status.ok()) host->logger().Warning("prune", {{"error", status.message()}});
}

absl::StatusOr<std::unique_ptr<Server>> Server::Create(ServerOptions options) {
  if (options.question_retention <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError("--question_retention must be positive");
  }
  CLIENTELE_ASSIGN_OR_RETURN(auto host, rpc::ServerHost::Create(options.host));
  telemetry::Logger& log = host->logger();
  CLIENTELE_ASSIGN_OR_RETURN(
      auto pool, service::OpenDatabase(options.database, options.host, &log, &host->metrics()));
  CLIENTELE_ASSIGN_OR_RETURN(crypto::Cipher cipher,
                             crypto::Cipher::FromKeyFile(options.database.data_key_file));
  CLIENTELE_ASSIGN_OR_RETURN(auto feed, service::OpenProfileFeed(options.profile_feed));
  CLIENTELE_ASSIGN_OR_RETURN(service::Compute compute,
                             service::PrepareCompute(options.models, log));
  CLIENTELE_ASSIGN_OR_RETURN(
      auto model,
      service::OpenModel(options.models, compute, options.text_encoder,
                         model::v1::TASK_TEXT_ENCODER, &log, options.text_encoder_share));
  CLIENTELE_ASSIGN_OR_RETURN(auto encoder, inference::TextEncoder::Create(
                                               {.handle = model.get(),
                                                .clock = ClockOf(options.host),
                                                .workers = options.text_encoder_share.instances}));
  auto parts = std::make_unique<Parts>(options, std::move(host), std::move(pool), std::move(cipher),
                                       std::move(compute.cores), std::move(model),
                                       std::move(encoder), std::move(feed));
  CLIENTELE_RETURN_IF_ERROR(parts->Start());
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

}  // namespace clientele::qa
