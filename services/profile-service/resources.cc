#include "services/profile-service/resources.h"

#include <algorithm>
#include <utility>

#include "common/status/status_macros.h"

namespace clientele::profile {
namespace {

absl::Status CheckOptions(const ServerOptions& options) {
  const absl::Duration shortest =
      std::min({options.affinity_half_life, options.derive_interval, options.change_poll_interval,
                options.change_keep_alive, options.change_retention});
  if (shortest > absl::ZeroDuration() && options.match_interval >= absl::ZeroDuration() &&
      options.pictures.retention >= absl::ZeroDuration() &&
      options.quarantine_retention >= absl::ZeroDuration()) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      "every interval, half-life and retention must be above 0; match_interval, media_retention "
      "and "
      "quarantine_retention may be 0");
}

}  // namespace

void Resources::ListVersions(std::vector<rpc::ListedVersion>& list) const {
  rpc::ListVersions(*text.handle, list);
  rpc::ListVersions(*fuser_model, list);
  if (pictures.encoder != nullptr) rpc::ListVersions(*pictures.served_encoder.handle, list);
  if (pictures.detector != nullptr) rpc::ListVersions(*pictures.served_detector.handle, list);
}

absl::Status Resources::CheckServing() const {
  CLIENTELE_RETURN_IF_ERROR(text.handle->CheckServing());
  return fuser_model->CheckServing();
}

inference::MetricHandles Resources::Measure(telemetry::MetricsRegistry& metrics) const {
  inference::MetricHandles handles = inference::MeasureModel(metrics, text);
  for (auto& more : {inference::MeasureCores(metrics, compute.cores), pictures.Measure(metrics)}) {
    handles.insert(handles.end(), more.begin(), more.end());
  }
  return handles;
}

absl::StatusOr<Resources> Resources::Open(const ServerOptions& options) {
  CLIENTELE_RETURN_IF_ERROR(CheckOptions(options));
  CLIENTELE_ASSIGN_OR_RETURN(const consent::Policy consent,
                             consent::Policy::Parse(options.purposes_needing_consent));
  CLIENTELE_ASSIGN_OR_RETURN(const EventRetention event_retention,
                             EventRetention::Parse(options.event_retention));
  CLIENTELE_ASSIGN_OR_RETURN(auto process,
                             process::ServiceProcess::Create(options.host, options.database));
  CLIENTELE_ASSIGN_OR_RETURN(crypto::Cipher cipher,
                             crypto::Cipher::FromKeyFile(options.database.data_key_file));
  CLIENTELE_ASSIGN_OR_RETURN(auto compute,
                             inference::PrepareCompute(options.models, process->log()));
  CLIENTELE_ASSIGN_OR_RETURN(
      auto text,
      inference::OpenTextEncoder(options.models, compute, options.text_encoder,
                                 options.text_encoder_share, process->clock(), &process->log()));
  CLIENTELE_ASSIGN_OR_RETURN(
      auto fuser, inference::OpenModel<FuserModel>(options.models, compute, options.profile_fuser,
                                                   &process->log(), {.single_thread = true}));
  CLIENTELE_ASSIGN_OR_RETURN(auto pictures,
                             PictureResources::Open(options.pictures, options.models, compute,
                                                    process->clock(), &process->log()));
  return Resources{consent,           event_retention,    std::move(process),
                   std::move(cipher), std::move(compute), std::move(text),
                   std::move(fuser),  std::move(pictures)};
}

}  // namespace clientele::profile
