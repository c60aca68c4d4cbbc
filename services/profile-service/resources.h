#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_RESOURCES_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_RESOURCES_H_

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/consent/consent.h"
#include "common/crypto/cipher.h"
#include "common/inference/serving/model_metrics.h"
#include "common/inference/serving/models.h"
#include "common/process/service_process.h"
#include "common/rpc/models_rpc.h"
#include "services/profile-service/core/events/event_retention.h"
#include "services/profile-service/model/model_fuser.h"
#include "services/profile-service/picture_resources.h"
#include "services/profile-service/server.h"

namespace clientele::profile {

// What the server is built of and may fail to open, in the order of the dependencies.
struct Resources {
  consent::Policy consent;
  EventRetention event_retention;
  std::unique_ptr<process::ServiceProcess> process;
  crypto::Cipher cipher;
  inference::Compute compute;
  inference::ServedTextEncoder text;
  std::unique_ptr<FuserHandle> fuser_model;
  PictureResources pictures;

  // The versions of all models, behind those that are there.
  void ListVersions(std::vector<rpc::ListedVersion>& list) const;

  // OK while the models serve without which there is no profile.
  absl::Status CheckServing() const;

  // Of all models, and the cores they share.
  inference::MetricHandles Measure(telemetry::MetricsRegistry& metrics) const;

  // Errors are those of Server::Create.
  static absl::StatusOr<Resources> Open(const ServerOptions& options);
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_RESOURCES_H_
