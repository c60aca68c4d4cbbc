#include "services/recommend-service/store/training/pg_training_operations.h"

#include <string>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/store/training/training_codec.h"

namespace clientele::recommend {
namespace {

using operations::Operation;
using operations::State;
using postgres::Transaction;

absl::StatusOr<TrainingOperation> ToTrainingOperation(const Operation& stored) {
  TrainingOperation operation;
  operation.id = stored.id;
  CLIENTELE_ASSIGN_OR_RETURN(const TrainingMetadata metadata,
                             DecodeTrainingMetadata(stored.metadata));
  operation.epoch = metadata.epoch;
  operation.epochs = metadata.epochs;
  operation.start_time = metadata.start_time;
  operation.done = stored.done();
  if (stored.state == State::kFailed) operation.error = stored.error;
  if (stored.state == State::kSucceeded) {
    CLIENTELE_ASSIGN_OR_RETURN(operation.report, DecodeTrainingReport(stored.result));
  }
  return operation;
}

}  // namespace

absl::StatusOr<TrainingOperation> PgTrainingOperations::Queue(const RequestContext& context,
                                                              const MutationId& mutation,
                                                              const TrainingOptions& options) {
  if (!on_queued_) {
    return WithReason(
        absl::FailedPreconditionError(
            "training is off: start recommend-service with --signing_key_file and --model_dir"),
        "TRAINING_DISABLED");
  }
  TrainingOperation operation;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(
        const std::string id, ledger_->Once(t, mutation, "", [&]() -> absl::StatusOr<std::string> {
          CLIENTELE_ASSIGN_OR_RETURN(
              const Operation made,
              store_->Create(t, {.kind = kTrainModelKind,
                                 .subject = "",
                                 .request = EncodeTrainingOptions(options),
                                 .metadata = EncodeTrainingMetadata({0, options.epochs})}));
          return made.id;
        }));
    // Sent again: the operation as it is by now.
    CLIENTELE_ASSIGN_OR_RETURN(const Operation stored, store_->Get(t, id));
    CLIENTELE_ASSIGN_OR_RETURN(operation, ToTrainingOperation(stored));
    return absl::OkStatus();
  }));
  on_queued_();
  return operation;
}

absl::StatusOr<TrainingOperation> PgTrainingOperations::Get(const RequestContext& context,
                                                            absl::string_view id) {
  TrainingOperation operation;
  CLIENTELE_RETURN_IF_ERROR(
      pool_->Transact(context,
                      [&](Transaction& t) -> absl::Status {
                        CLIENTELE_ASSIGN_OR_RETURN(const Operation stored, store_->Get(t, id));
                        if (stored.kind != kTrainModelKind)
                          return NotFound(absl::StrCat("operations/", id));
                        CLIENTELE_ASSIGN_OR_RETURN(operation, ToTrainingOperation(stored));
                        return absl::OkStatus();
                      },
                      {.read_only = true}));
  return operation;
}

absl::StatusOr<TrainingOperationPage> PgTrainingOperations::List(const RequestContext& context,
                                                                 int page_size,
                                                                 absl::string_view page_token) {
  TrainingOperationPage page;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& t) -> absl::Status {
        page = {};
        CLIENTELE_ASSIGN_OR_RETURN(operations::OperationPage stored,
                                   store_->List(t, kTrainModelKind, page_size, page_token));
        for (const Operation& operation : stored.operations) {
          CLIENTELE_ASSIGN_OR_RETURN(TrainingOperation converted, ToTrainingOperation(operation));
          page.operations.push_back(std::move(converted));
        }
        page.next_page_token = std::move(stored.next_page_token);
        return absl::OkStatus();
      },
      {.read_only = true}));
  return page;
}

operations::OperationHandler TrainModelHandler(ModelTraining* training, const Clock* clock) {
  return [training, clock](const RequestContext& context,
                           operations::OperationRun& run) -> absl::StatusOr<std::string> {
    CLIENTELE_ASSIGN_OR_RETURN(const TrainingOptions options,
                               DecodeTrainingOptions(run.operation().request));
    TrainingMetadata metadata{0, options.epochs, clock->Now()};
    CLIENTELE_RETURN_IF_ERROR(run.Report(EncodeTrainingMetadata(metadata)));
    absl::StatusOr<TrainingReport> report =
        training->Run(context, options, [&](int epoch, int epochs) -> absl::Status {
          CLIENTELE_RETURN_IF_ERROR(context.Check(clock->Now()));
          metadata.epoch = epoch;
          metadata.epochs = epochs;
          return run.Report(EncodeTrainingMetadata(metadata));
        });
    if (report.ok()) return EncodeTrainingReport(*report);
    // Another replica published that version number first: the next turn takes a new one.
    if (absl::IsAlreadyExists(report.status())) {
      return absl::AbortedError("another training was published at the same time");
    }
    return report.status();
  };
}

}  // namespace clientele::recommend
