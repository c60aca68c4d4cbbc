#include "services/recommend-service/server.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/crypto/cipher.h"
#include "common/idempotency/ledger.h"
#include "common/idempotency/ledger_retention.h"
#include "common/inference/serving/model_metrics.h"
#include "common/operations/operation_store.h"
#include "common/operations/operation_worker.h"
#include "common/operations/pg_operations.h"
#include "common/rpc/models_rpc.h"
#include "common/rpc/operations_rpc.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/core/training/training.h"
#include "services/recommend-service/core/training/training_schedule.h"
#include "services/recommend-service/domain.h"
#include "services/recommend-service/drift_metrics.h"
#include "services/recommend-service/prediction_metrics.h"
#include "services/recommend-service/resources.h"
#include "services/recommend-service/rpc/recommend_rpc.h"
#include "services/recommend-service/rpc/train_model_operation.h"
#include "services/recommend-service/store/migrations.h"

namespace clientele::recommend {
namespace {

constexpr absl::Duration kPruneInterval = absl::Minutes(10);
// How often the schedule is looked at.
constexpr absl::Duration kLongestScheduleInterval = absl::Seconds(10);

operations::PgOperations::Options OperationOptions(operations::OperationWorker* worker) {
  if (worker != nullptr) return {.on_started = [worker] { worker->Wake(); }};
  return {.refused = {{kTrainModelKind, TrainingDisabled()}}};
}

}  // namespace

// Members are in the order of their dependencies.
struct Server::Impl {
  Impl(const ServerOptions& options, Resources opened)
      : resources(std::move(opened)),
        process(*resources.process),
        pool(&process.database()),
        clock(process.clock()),
        cipher(resources.cipher.has_value() ? &*resources.cipher : nullptr),
        ledger(kSchema, cipher, clock, KeptFor(options.retention.requests)),
        operation_store(kSchema, cipher, clock),
        stores(pool, &ledger, cipher, clock),
        retention({pool, &ledger, &operation_store, &stores.items}, clock, options.retention),
        worker(resources.trainer->NewWorker(&operation_store, options.training_lease)),
        operations(pool, &operation_store, &ledger, OperationOptions(worker.get())),
        drift(clock, options.drift, resources.trainer->ranker()),
        domain(&stores, resources.trainer->models(), resources.trainer->archive(), clock,
               options.dismissals, resources.trainer->consent(), resources.feed != nullptr,
               {drift.ranker(), resources.trainer->sequences(), options.hybrid, resources.repeats,
                drift.histories()},
               {options.recorded_share, CountPredictions(process.metrics())}),
        recommend_rpc(&process.host().AddDispatcher(v1::RecommendService::service_full_name()),
                      domain.core(), &operations),
        operations_rpc(
            &process.host().AddDispatcher(google::longrunning::Operations::service_full_name()),
            kOperationsService, &operations, clock),
        models_rpc(process.host(), "recommend", [this](std::vector<rpc::ListedVersion>& list) {
          resources.trainer->ListVersions(list);
        }) {
    process.host().AddService(&recommend_rpc);
    process.host().AddService(&operations_rpc);
    // Serving begins with a catalog: an empty answer would be a wrong one.
    const absl::Duration refresh =
        std::max(options.catalog_refresh_interval, absl::Milliseconds(10));
    process.ReadyWhen({.interval = refresh,
                       .check_schema = CheckSchema,
                       .check = [this](const RequestContext& context) {
                         domain.DropIdle();
                         return domain.catalog.Refresh(context);
                       }});
    process.Repeat("content", refresh, [this](const RequestContext& c) {
      domain.recommender.RefreshContent(c);
      return absl::OkStatus();
    });
    process.Repeat("prune", kPruneInterval, [this](const RequestContext& c) {
      return process.serving() ? retention.Prune(c) : absl::OkStatus();
    });
    if (options.train_every > absl::ZeroDuration()) {
      schedule = resources.trainer->NewSchedule(
          options.train_every, StartScheduledTraining(options.scheduled_training, &operations));
      const absl::Duration interval =
          std::clamp(options.train_every / 60, kShortestScheduleInterval, kLongestScheduleInterval);
      process.Repeat("training_schedule", interval, [this](const RequestContext& c) {
        return process.serving() ? schedule->Run(c) : absl::OkStatus();
      });
    }
    process.Follow(std::move(resources.feed), &stores.changes);
    if (options.drift.interval > absl::ZeroDuration()) {
      const absl::Duration pause =
          std::clamp(options.drift.interval / 60, kShortestScheduleInterval, kPruneInterval);
      process.Repeat("drift", pause, [this](const RequestContext&) {
        drift.Refresh();
        return absl::OkStatus();
      });
    }
    process.Keep(drift.Measure(process.metrics()));
    process.Keep(inference::MeasureCores(process.metrics(), resources.trainer->cores()));
    if (worker != nullptr) process.OnStop([this] { worker->Stop(); });
  }
  ~Impl() { process.Stop(); }

  Resources resources;
  process::ServiceProcess& process;
  postgres::ConnectionPool* const pool;
  const Clock* const clock;
  const crypto::Cipher* const cipher;  // null: nothing is encrypted
  const Ledger ledger;
  const operations::OperationStore operation_store;
  Stores stores;
  Retention retention;
  const std::unique_ptr<operations::OperationWorker> worker;  // null: this process does not train
  operations::PgOperations operations;
  std::unique_ptr<TrainingSchedule> schedule;  // null: none
  DriftMetrics drift;
  Domain domain;
  RecommendRpc recommend_rpc;
  rpc::OperationsRpc operations_rpc;
  rpc::ModelsRpc models_rpc;
};

absl::StatusOr<std::unique_ptr<Server>> Server::Create(ServerOptions options) {
  CLIENTELE_ASSIGN_OR_RETURN(Resources resources, Resources::Open(options));
  auto impl = std::make_unique<Impl>(options, std::move(resources));
  CLIENTELE_RETURN_IF_ERROR(impl->process.Start());
  if (impl->worker != nullptr) impl->worker->Start();
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)), process_(&impl_->process) {}
Server::~Server() = default;

}  // namespace clientele::recommend
