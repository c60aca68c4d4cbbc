#include "services/recommend-service/rpc/train_model_operation.h"

#include <string>

#include "absl/strings/string_view.h"
#include "clientele/recommend/v1/recommend_service.grpc.pb.h"

#include "common/rpc/mutation.h"
#include "common/rpc/operation_conversion.h"
#include "common/rpc/time_conversion.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/rpc/recommend_conversion.h"

namespace clientele::recommend {

operations::NewOperation NewTrainModel(const v1::TrainModelRequest& request) {
  v1::TrainModelMetadata metadata;
  metadata.set_total_steps(TotalSteps(FromProto(request)));
  return {.kind = kTrainModelKind,
          .request = rpc::PackMessage(request),
          .metadata = rpc::PackMessage(metadata)};
}

TrainingSchedule::Start StartScheduledTraining(const TrainingOptions& options,
                                               operations::Operations* operations) {
  return [request = ToProto(options), operations](const RequestContext& context,
                                                  absl::string_view turn) -> absl::Status {
    v1::TrainModelRequest of_turn = request;
    of_turn.set_request_id(std::string(turn));
    CLIENTELE_ASSIGN_OR_RETURN(const MutationId mutation, rpc::MakeMutationId<v1::RecommendService>(
                                                              context, "TrainModel", of_turn));
    const absl::Status started =
        operations->Start(context, mutation, NewTrainModel(of_turn)).status();
    // Another replica, which has other flags, was first.
    return GetReason(started) == reason::kRequestIdReused ? absl::OkStatus() : started;
  };
}

operations::OperationHandler TrainModelHandler(HybridTraining* training, const Clock* clock) {
  return [training, clock](const RequestContext& context,
                           operations::OperationRun& run) -> absl::StatusOr<std::string> {
    CLIENTELE_ASSIGN_OR_RETURN(const auto request,
                               rpc::UnpackMessage<v1::TrainModelRequest>(run.operation().request));
    const TrainingOptions options = FromProto(request);
    const std::string name = rpc::OperationName(kOperationsService, run.operation().id);
    v1::TrainModelMetadata metadata;
    metadata.set_total_steps(TotalSteps(options));
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
