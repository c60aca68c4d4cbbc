#include "common/rpc/status_bridge.h"

#include <limits>
#include <string>

#include "google/protobuf/duration.pb.h"
#include "google/rpc/error_details.pb.h"

#include "common/rpc/time_conversion.h"
#include "common/status/error_details.h"

namespace clientele::rpc {

void ToProto(const absl::Status& status, google::rpc::Status* proto) {
  proto->Clear();
  if (status.ok()) return;
  proto->set_code(static_cast<int>(status.code()));
  proto->set_message(std::string(status.message()));

  google::rpc::ErrorInfo info;
  info.set_reason(GetReason(status));
  info.set_domain(kErrorDomain);
  proto->add_details()->PackFrom(info);

  if (const std::vector<FieldViolation> violations = GetFieldViolations(status);
      !violations.empty()) {
    google::rpc::BadRequest bad_request;
    for (const FieldViolation& violation : violations) {
      auto* field = bad_request.add_field_violations();
      field->set_field(violation.field);
      field->set_description(violation.description);
    }
    proto->add_details()->PackFrom(bad_request);
  }

  if (const std::optional<absl::Duration> delay = GetRetryDelay(status)) {
    google::rpc::RetryInfo retry;
    *retry.mutable_retry_delay() = ToProtoDuration(*delay);
    proto->add_details()->PackFrom(retry);
  }
}

absl::Status FromProto(const google::rpc::Status& proto) {
  if (proto.code() == 0) return absl::OkStatus();
  // The field violations first: their status brings code and payload along.
  absl::Status status(static_cast<absl::StatusCode>(proto.code()), proto.message());
  for (const google::protobuf::Any& detail : proto.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::BadRequest bad_request;
    google::rpc::RetryInfo retry;
    if (detail.Is<google::rpc::ErrorInfo>() && detail.UnpackTo(&info)) {
      if (info.domain() == kErrorDomain) status = WithReason(std::move(status), info.reason());
    } else if (detail.Is<google::rpc::BadRequest>() && detail.UnpackTo(&bad_request)) {
      FieldViolations violations;
      for (const auto& field : bad_request.field_violations()) {
        violations.Add(field.field(), field.description());
      }
      violations.ToStatus().ForEachPayload(
          [&status](absl::string_view url, const absl::Cord& payload) {
            if (!status.GetPayload(url)) status.SetPayload(url, payload);
          });
    } else if (detail.Is<google::rpc::RetryInfo>() && detail.UnpackTo(&retry)) {
      const auto delay = ToDuration(retry.retry_delay(), "retry_delay");
      if (delay.ok()) status = WithRetryDelay(std::move(status), *delay);
    }
  }
  return status;
}

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  google::rpc::Status proto;
  ToProto(status, &proto);
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), proto.message(),
                      proto.SerializeAsString());
}

absl::Status FromGrpcStatus(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  google::rpc::Status proto;
  if (!status.error_details().empty() && proto.ParseFromString(status.error_details()) &&
      proto.code() == static_cast<int>(status.error_code())) {
    return FromProto(proto);
  }
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE) {
    return UnavailableError(reason::kBackendUnavailable,
                            "a backend service cannot be reached: try again", absl::Seconds(1));
  }
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

}  // namespace clientele::rpc
