#include "common/service/models.h"

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/crypto/signing.h"
#include "common/inference/compute_threads.h"
#include "common/status/status_macros.h"
#include "common/telemetry/metric_names.h"

namespace clientele::service {

absl::Status PrepareCompute(const ModelOptions& options, telemetry::Logger& log) {
  CLIENTELE_ASSIGN_OR_RETURN(
      const inference::BlasReport blas,
      inference::PrepareCompute({.intra_op_threads = options.compute_threads}));
  log.Info("blas",
           {{"config", blas.config}, {"threads", blas.threads}, {"gemm_gflops", blas.gemm_gflops}});
  if (!blas.warning.empty()) log.Warning("blas", {{"advice", blas.warning}});
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<inference::ModelHandle>> OpenModel(const ModelOptions& options,
                                                                  const std::string& name,
                                                                  model::v1::Task task,
                                                                  telemetry::Logger* log) {
  CLIENTELE_ASSIGN_OR_RETURN(const crypto::PublicKey key,
                             crypto::PublicKey::FromFile(options.public_key_file));
  return inference::ModelHandle::Create(
      {.model_dir = options.model_dir,
       .name = name,
       .task = task,
       .public_key = key,
       .device = options.device,
       .precision = inference::ParsePrecision(options.precision),
       .refresh_interval = options.refresh_interval,
       .on_change =
           [log, name](const inference::VersionReport& report) {
             const bool rejected = report.state == inference::VersionState::kRejected;
             log->Log(rejected ? telemetry::Severity::kWarning : telemetry::Severity::kInfo,
                      rejected ? "model_rejected" : "model_version",
                      {{"bundle", absl::StrCat(name, "/", report.version)},
                       {"model", name},
                       {"version", report.version},
                       {"label", report.label},
                       {"serving", report.state == inference::VersionState::kServing},
                       {"reason", report.reason}});
           },
       .on_labels =
           [log, name](const inference::LabelsReport& report) {
             const auto& [stable, canary] = report.labels;
             log->Log(report.problem.empty() ? telemetry::Severity::kInfo
                                             : telemetry::Severity::kWarning,
                      "model_labels",
                      {{"model", name},
                       {"stable", stable ? absl::StrCat(*stable) : "newest"},
                       {"canary", canary ? absl::StrCat(canary->version) : ""},
                       {"share", canary ? canary->share : 0.0},
                       {"problem", report.problem}});
           }});
}

std::vector<std::shared_ptr<void>> MeasureModel(
    telemetry::MetricsRegistry& metrics, const std::string& model,
    const std::function<batching::BatchStats()>& stats) {
  using Count = std::uint64_t batching::BatchStats::*;
  constexpr std::pair<const char*, Count> kOutcomes[] = {
      {"computed", &batching::BatchStats::computed},
      {"expired", &batching::BatchStats::expired},
      {"cancelled", &batching::BatchStats::cancelled},
      {"refused", &batching::BatchStats::refused},
  };
  std::vector<std::shared_ptr<void>> gauges;
  for (const auto& [outcome, count] : kOutcomes) {
    gauges.push_back(metrics.AddGaugeCallback(
        telemetry::kModelRows, {{"model", model}, {"outcome", outcome}},
        [stats, count = count] { return static_cast<double>(stats().*count); }));
  }
  return gauges;
}

}  // namespace clientele::service
