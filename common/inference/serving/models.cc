#include "common/inference/serving/models.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/crypto/signing.h"
#include "common/inference/bundle/manifest.h"
#include "common/inference/bundle/precision.h"
#include "common/inference/compute/compute_threads.h"
#include "common/inference/compute/usable_cores.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "common/status/status_macros.h"

namespace clientele::inference {

absl::StatusOr<Compute> PrepareCompute(const ModelOptions& options, telemetry::Logger& log) {
  const int cores = options.cores > 0 ? options.cores : UsableCores();
  const int threads = options.compute_threads > 0 ? options.compute_threads : cores;
  if (threads > cores) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--compute_threads is ", threads, ", and models have ", cores,
        options.cores > 0 ? " cores by --model_cores" : " cores: all that this process may use"));
  }
  CLIENTELE_ASSIGN_OR_RETURN(const BlasReport blas,
                             PrepareCompute(ComputeThreadOptions{.intra_op_threads = threads}));
  log.Info("blas", {{"config", blas.config},
                    {"threads", blas.threads},
                    {"cores", cores},
                    {"gemm_gflops", blas.gemm_gflops}});
  if (!blas.warning.empty()) log.Warning("blas", {{"advice", blas.warning}});
  return Compute{std::make_shared<CoreBudget>(cores), threads};
}

bool ComputesExactly(const ModelOptions& options, const model::v1::Bundle& manifest) {
  return ParsePrecision(options.precision).value_or(WantedPrecision(manifest)) ==
         Precision::kFloat32;
}

absl::StatusOr<ModelHandleOptions> PrepareHandle(const ModelOptions& options,
                                                 const Compute& compute, const std::string& name,
                                                 model::v1::Task task, telemetry::Logger* log,
                                                 const ModelShare& share) {
  const int threads = share.single_thread ? 1 : compute.threads;
  // A GPU's batches take no cores.
  const bool fits = options.device != "cpu" ||
                    share.instances <= static_cast<std::size_t>(compute.cores->cores() / threads);
  if (share.instances < 1 || !fits) {
    return absl::InvalidArgumentError(
        absl::StrCat("model ", name, ": ", share.instances, " instances with ", threads,
                     " threads each do not fit into the ", compute.cores->cores(),
                     " cores of models (--model_cores, --compute_threads)"));
  }
  CLIENTELE_ASSIGN_OR_RETURN(const crypto::PublicKey key,
                             crypto::PublicKey::FromFile(options.public_key_file));
  return ModelHandleOptions{
      .model_dir = options.model_dir,
      .name = name,
      .task = task,
      .public_key = key,
      .runners = TorchScriptRunner::Load,
      .device = options.device,
      .precision = ParsePrecision(options.precision),
      .threads = threads,
      .cores = compute.cores,
      .refresh_interval = options.refresh_interval,
      .on_change =
          [log, name](const VersionReport& report) {
            const bool rejected = report.state == VersionState::kRejected;
            log->Log(rejected ? telemetry::Severity::kWarning : telemetry::Severity::kInfo,
                     rejected ? "model_rejected" : "model_version",
                     {{"bundle", absl::StrCat(name, "/", report.version)},
                      {"model", name},
                      {"version", report.version},
                      {"label", report.label},
                      {"serving", report.state == VersionState::kServing},
                      {"reason", report.reason}});
          },
      .on_labels =
          [log, name](const LabelsReport& report) {
            const auto& [stable, canary] = report.labels;
            log->Log(
                report.problem.empty() ? telemetry::Severity::kInfo : telemetry::Severity::kWarning,
                "model_labels",
                {{"model", name},
                 {"stable", stable ? absl::StrCat(*stable) : "newest"},
                 {"canary", canary ? absl::StrCat(canary->version) : ""},
                 {"share", canary ? canary->share : 0.0},
                 {"problem", report.problem}});
          }};
}

absl::StatusOr<ServedTextEncoder> OpenTextEncoder(const ModelOptions& options,
                                                  const Compute& compute, const std::string& name,
                                                  const ModelShare& share, const Clock* clock,
                                                  telemetry::Logger* log, bool hold) {
  ServedTextEncoder served;
  CLIENTELE_ASSIGN_OR_RETURN(
      ModelHandleOptions prepared,
      PrepareHandle(options, compute, name, TextEncoderModel::kTask, log, share));
  prepared.hold = hold;
  CLIENTELE_ASSIGN_OR_RETURN(served.handle,
                             ModelHandle<TextEncoderModel>::Create(std::move(prepared)));
  CLIENTELE_ASSIGN_OR_RETURN(served.encoder, TextEncoder::Create({.handle = served.handle.get(),
                                                                  .clock = clock,
                                                                  .workers = share.instances}));
  return served;
}

}  // namespace clientele::inference
