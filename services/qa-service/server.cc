#include "services/qa-service/server.h"

#include <algorithm>
#include <utility>

#include "common/crypto/cipher.h"
#include "common/idempotency/ledger_retention.h"
#include "common/inference/serving/model_metrics.h"
#include "common/inference/serving/models.h"
#include "common/rpc/models_rpc.h"
#include "common/status/status_macros.h"
#include "services/qa-service/core/answering/answerer.h"
#include "services/qa-service/core/answering/question_recorder.h"
#include "services/qa-service/core/articles/articles.h"
#include "services/qa-service/core/retrieval/index_refresher.h"
#include "services/qa-service/metrics.h"
#include "services/qa-service/model/encoder_embedder.h"
#include "services/qa-service/rpc/qa_rpc.h"
#include "services/qa-service/store/migrations.h"
#include "services/qa-service/store/pg_change_sink.h"
#include "services/qa-service/store/retention.h"

namespace clientele::qa {
namespace {

// What may fail to open, in the order of the dependencies.
struct Resources {
  std::unique_ptr<process::ServiceProcess> process;
  crypto::Cipher cipher;
  std::unique_ptr<changefeed::ChangeSource> feed;  // null: none is followed
  inference::Compute compute;
  inference::ServedTextEncoder text;
};

absl::StatusOr<Resources> Open(const ServerOptions& options) {
  CLIENTELE_ASSIGN_OR_RETURN(auto process,
                             process::ServiceProcess::Create(options.host, options.database));
  CLIENTELE_ASSIGN_OR_RETURN(crypto::Cipher cipher,
                             crypto::Cipher::FromKeyFile(options.database.data_key_file));
  CLIENTELE_ASSIGN_OR_RETURN(auto feed, rpc::OpenProfileFeed(options.profile_feed));
  CLIENTELE_ASSIGN_OR_RETURN(inference::Compute compute,
                             inference::PrepareCompute(options.models, process->log()));
  CLIENTELE_ASSIGN_OR_RETURN(
      auto text,
      inference::OpenTextEncoder(options.models, compute, options.text_encoder,
                                 options.text_encoder_share, process->clock(), &process->log()));
  return Resources{std::move(process), std::move(cipher), std::move(feed), std::move(compute),
                   std::move(text)};
}

}  // namespace

// Members are in the order of their dependencies.
struct Server::Impl {
  Impl(const ServerOptions& server_options, Resources opened)
      : options(server_options),
        resources(std::move(opened)),
        process(*resources.process),
        pool(&process.database()),
        clock(process.clock()),
        ledger(kSchema, &resources.cipher, clock, KeptFor(options.request_retention)),
        article_store(pool, &ledger, clock),
        embedding_cache(pool, clock),
        question_log(pool, &resources.cipher),
        change_sink(pool, &ledger, &resources.cipher, clock),
        retention({pool, &ledger, &article_store, &embedding_cache, &question_log}, clock,
                  {.questions = options.question_retention}),
        embedder(resources.text.encoder.get()),
        refresher(&article_store, &embedding_cache, &embedder, clock,
                  {.serve_incomplete = options.serve_incomplete_index,
                   .on_failure = LogIndexFailures(process.log())}),
        recorder(&question_log, clock, {}),
        articles(&article_store, clock,
                 [this](const RequestContext& c, const RevisionRange& r) { CatchUp(c, r); }),
        answerer([this] { return refresher.Snapshot(); }, &embedder, &recorder, clock,
                 {.min_confidence = options.min_confidence,
                  .on_answer = CountAnswers(process.metrics())}),
        qa_rpc(&process.host().AddDispatcher(v1::QaService::service_full_name()), &articles,
               &answerer),
        models_rpc(process.host(), "qa", rpc::VersionsOf(*resources.text.handle)) {
    process.host().AddService(&qa_rpc);
    refresh_task = process.Repeat("index_refresh", options.index_refresh_interval,
                                  [this](const RequestContext& c) {
                                    absl::Status status = refresher.RunOnce(c);
                                    if (refresher.has_more()) refresh_task->Wake();
                                    return status;
                                  });
    process.ReadyWhen({.interval = absl::Milliseconds(500),
                       .check_schema = CheckSchema,
                       .check = [this](const RequestContext&) { return CheckReadiness(); }});
    process.Repeat("prune", absl::Minutes(10), [this](const RequestContext& c) {
      return refresher.ready() ? retention.Prune(c, embedder.model_id()) : absl::OkStatus();
    });
    process.Follow(std::move(resources.feed), &change_sink);
    process.Keep(MeasureIndex(process.metrics(), &refresher, &recorder));
    process.Keep(inference::MeasureModel(process.metrics(), resources.text));
    process.Keep(inference::MeasureCores(process.metrics(), resources.compute.cores));
  }
  ~Impl() { process.Stop(); }

  // A change shows in this replica's own index when it is answered, or after --index_wait.
  void CatchUp(const RequestContext& context, const RevisionRange& revisions) {
    refresh_task->Wake();
    if (!refresher.ready()) return;
    refresher.WaitUntilApplied(revisions,
                               std::min(options.index_wait, context.deadline - clock->Now()));
  }
  absl::Status CheckReadiness() {
    CLIENTELE_RETURN_IF_ERROR(resources.text.handle->CheckServing());
    if (!refresher.ready()) return absl::UnavailableError("the articles are being indexed");
    return absl::OkStatus();
  }

  const ServerOptions options;
  Resources resources;
  process::ServiceProcess& process;
  postgres::ConnectionPool* const pool;
  const Clock* const clock;
  const Ledger ledger;
  PgArticleStore article_store;
  PgEmbeddingCache embedding_cache;
  PgQuestionLog question_log;
  PgChangeSink change_sink;
  Retention retention;
  EncoderEmbedder embedder;
  IndexRefresher refresher;
  process::RepeatedTask* refresh_task = nullptr;
  QuestionRecorder recorder;
  Articles articles;
  Answerer answerer;
  QaRpc qa_rpc;
  rpc::ModelsRpc models_rpc;
};

absl::StatusOr<std::unique_ptr<Server>> Server::Create(ServerOptions options) {
  if (options.question_retention <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError("--question_retention must be positive");
  }
  CLIENTELE_ASSIGN_OR_RETURN(Resources resources, Open(options));
  auto impl = std::make_unique<Impl>(options, std::move(resources));
  CLIENTELE_RETURN_IF_ERROR(impl->process.Start());
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)), process_(&impl_->process) {}
Server::~Server() = default;

}  // namespace clientele::qa
