#include "services/qa-service/server.h"

#include <algorithm>
#include <utility>

#include "common/rpc/models_rpc.h"
#include "common/status/status_macros.h"
#include "services/qa-service/answering.h"
#include "services/qa-service/core/articles/articles.h"
#include "services/qa-service/core/feedback/feedback.h"
#include "services/qa-service/core/gaps/knowledge_gaps.h"
#include "services/qa-service/core/golden_questions/golden_questions.h"
#include "services/qa-service/core/handovers/handover_feed.h"
#include "services/qa-service/core/handovers/handovers.h"
#include "services/qa-service/core/retrieval/index_refresher.h"
#include "services/qa-service/core/upgrades/upgrades.h"
#include "services/qa-service/metrics.h"
#include "services/qa-service/model/encoder_embedder.h"
#include "services/qa-service/model/served_encoder_versions.h"
#include "services/qa-service/resources.h"
#include "services/qa-service/rpc/qa_rpc.h"
#include "services/qa-service/store/migrations.h"
#include "services/qa-service/stores.h"

namespace clientele::qa {

// Members are in the order of their dependencies.
struct Server::Impl {
  Impl(const ServerOptions& server_options, Resources opened)
      : options(server_options),
        resources(std::move(opened)),
        process(*resources.process),
        clock(process.clock()),
        stores(&process.database(), &resources.cipher, clock, options),
        embedder(resources.text.encoder.get()),
        refresher(&stores.articles, &stores.embeddings, &embedder, clock,
                  {.serve_incomplete = options.serve_incomplete_index,
                   .on_failure = LogIndexFailures(process.log())}),
        articles(&stores.articles, clock,
                 [this](const RequestContext& c, const RevisionRange& r) { CatchUp(c, r); }),
        answering(options, resources, &stores, &embedder, &refresher,
                  [this] { return upgrades.min_confidence(); }),
        handovers(&stores.handovers, clock),
        handover_feed(&stores.handovers, clock, {.poll_interval = options.handover_poll_interval}),
        feedbacks(&stores.feedback, clock, CountFeedback(process.metrics())),
        gaps(&stores.questions),
        golden_questions(&stores.golden_questions, clock),
        encoder_versions(resources.text.handle.get()),
        upgrades(&stores.upgrades, &stores.golden_questions, &encoder_versions, &refresher,
                 [this](std::shared_ptr<const KnowledgeIndex> index, std::optional<double> least) {
                   return answering.models.Trial(std::move(index), least);
                 },
                 clock,
                 {.min_confidence = options.min_confidence,
                  .margin = options.upgrade_margin,
                  .on_verdict = LogUpgrades(process.log())}),
        qa_rpc(&process.host().AddDispatcher(v1::QaService::service_full_name()),
               {&articles, &answering.answerer, &answering.dialogue, &handovers, &handover_feed,
                &feedbacks, &gaps, &golden_questions, &upgrades, &answering.replays}),
        models_rpc(process.host(), "qa", [this](std::vector<rpc::ListedVersion>& list) {
          resources.ListVersions(list);
        }) {
    process.host().AddService(&qa_rpc);
    Repeat("index_refresh", refresher, refresh_task);
    Repeat("upgrades", upgrades, upgrade_task);
    process.ReadyWhen({.interval = absl::Milliseconds(500),
                       .check_schema = CheckSchema,
                       .check = [this](const RequestContext&) { return CheckReadiness(); }});
    process.Repeat("prune", absl::Minutes(10), [this](const RequestContext& c) {
      return refresher.ready() ? stores.retention.Prune(c, embedder.model_id()) : absl::OkStatus();
    });
    process.Follow(std::move(resources.feed), &stores.change_sink);
    process.Keep(MeasureIndex(process.metrics(), &refresher, &answering.recorder));
    process.Keep(resources.Measure(options.generator));
  }
  ~Impl() { process.Stop(); }

  // Again at once where the worker has more to do.
  template <typename Worker>
  void Repeat(const char* name, Worker& worker, process::RepeatedTask*& task) {
    task = process.Repeat(name, options.index_refresh_interval, [&](const RequestContext& c) {
      absl::Status status = worker.RunOnce(c);
      if (worker.has_more()) task->Wake();
      return status;
    });
  }
  // A change shows in this replica's own index when it is answered, or after --index_wait.
  void CatchUp(const RequestContext& context, const RevisionRange& revisions) {
    refresh_task->Wake();
    if (!refresher.ready()) return;
    refresher.WaitUntilApplied(revisions,
                               std::min(options.index_wait, context.deadline - clock->Now()));
  }
  absl::Status CheckReadiness() {
    if (encoder_versions.serving().empty() && !encoder_versions.candidate().empty()) {
      return absl::UnavailableError("the text encoder waits for the database to say what serves");
    }
    CLIENTELE_RETURN_IF_ERROR(resources.text.handle->CheckServing());
    if (!refresher.ready()) return absl::UnavailableError("the articles are being indexed");
    return absl::OkStatus();
  }

  const ServerOptions options;
  Resources resources;
  process::ServiceProcess& process;
  const Clock* const clock;
  Stores stores;
  EncoderEmbedder embedder;
  IndexRefresher refresher;
  process::RepeatedTask* refresh_task = nullptr;
  Articles articles;
  Answering answering;
  Handovers handovers;
  HandoverFeed handover_feed;
  Feedbacks feedbacks;
  KnowledgeGaps gaps;
  GoldenQuestions golden_questions;
  ServedEncoderVersions encoder_versions;
  Upgrades upgrades;
  process::RepeatedTask* upgrade_task = nullptr;
  QaRpc qa_rpc;
  rpc::ModelsRpc models_rpc;
};

absl::StatusOr<std::unique_ptr<Server>> Server::Create(ServerOptions options) {
  CLIENTELE_ASSIGN_OR_RETURN(Resources resources, Resources::Open(options));
  auto impl = std::make_unique<Impl>(options, std::move(resources));
  CLIENTELE_RETURN_IF_ERROR(impl->process.Start());
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)), process_(&impl_->process) {}
Server::~Server() = default;

}  // namespace clientele::qa
