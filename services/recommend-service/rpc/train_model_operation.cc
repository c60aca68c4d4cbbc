#include "services/recommend-service/rpc/train_model_operation.h"

#include <string>

#include "common/rpc/operation_conversion.h"
#include "common/rpc/time_conversion.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/rpc/recommend_conversion.h"

namespace clientele::recommend {

operations::NewOperation NewTrainModel(const v1::TrainModelRequest& request) {
  v1::TrainModelMetadata metadata;
  metadata.set_total_steps(FromProto(request).epochs);
  return {.kind = kTrainModelKind,
          .request = rpc::PackMessage(request),
          .metadata = rpc::PackMessage(metadata)};
}

operations::OperationHandler TrainModelHandler(HybridTraining* training, const Clock* clock) {
  return [training, clock](const RequestContext& context,
                           operations::OperationRun& run) -> absl::StatusOr<std::string> {
    CLIENTELE_ASSIGN_OR_RETURN(const auto request,
                               rpc::UnpackMessage<v1::TrainModelRequest>(run.operation().request));
    const TrainingOptions options = FromProto(request);
    const std::string name = rpc::OperationName(kOperationsService, run.operation().id);
    v1::TrainModelMetadata metadata;
    metadata.set_total_steps(options.hybrid ? 2 * options.epochs : options.epochs);
    *metadata.mutable_start_time() = rpc::ToTimestamp(clock->Now());
    CLIENTELE_RETURN_IF_ERROR(run.Report(rpc::PackMessage(metadata)));
    const absl::StatusOr<TrainingReport> report = training->Run(
        context, name, options, [&](int completed_steps, int total_steps) -> absl::Status {
          CLIENTELE_RETURN_IF_ERROR(context.Check(clock->Now()));
          metadata.set_completed_steps(completed_steps);
          metadata.set_total_steps(total_steps);
          return run.Report(rpc::PackMessage(metadata));
        });
    // Another replica published that version number first: the next turn takes a new one.
    if (absl::IsAlreadyExists(report.status())) {
      return absl::AbortedError("another training was published at the same time");
    }
    CLIENTELE_RETURN_IF_ERROR(report.status());
    return rpc::PackMessage(ToProto(*report));
  };
}

}  // namespace clientele::recommend
