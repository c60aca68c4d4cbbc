#include "services/recommend-service/training/sequence/sequence_publisher.h"

#include <algorithm>
#include <cstddef>
#include <exception>
#include <map>
#include <system_error>
#include <vector>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "common/inference/bundle/manifest.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/training/sequence/plain_sequence.h"
#include "services/recommend-service/training/training_note.h"

namespace clientele::recommend {
namespace {

constexpr char kRecommenderSource[] = R"(
def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
    lengths = mask.sum(1).clamp(min=1)
    return self.sequence.forward((ids - 1).clamp(min=0), lengths)

def item_vectors(self) -> Tensor:
    return self.sequence.table
)";

// How often a training notes where it would go on: some seconds of work.
constexpr std::int64_t kStepsOfCheckpoint = 200;

model::v1::Bundle SequenceManifest(const TrainingSet& set, const TrainingOptions& options,
                                   const SequenceTrainingOptions& shape,
                                   const std::map<std::string, double>& metrics) {
  model::v1::Bundle manifest;
  manifest.set_task(model::v1::TASK_SEQUENCE_RECOMMENDER);
  manifest.set_architecture("self-attentive-sequence");
  manifest.set_description(
      "what comes next after a customer's latest items, trained by recommend-service on this "
      "deployment's own interactions; holds items only");
  manifest.set_source("recommend-service");
  inference::AddSpec(*manifest.mutable_inputs(), "ids", model::v1::DATA_TYPE_INT64, {-1, -1});
  inference::AddSpec(*manifest.mutable_inputs(), "mask", model::v1::DATA_TYPE_INT64, {-1, -1});
  inference::AddSpec(*manifest.mutable_outputs(), "states", model::v1::DATA_TYPE_FLOAT32,
                     {-1, shape.width});
  manifest.mutable_limits()->set_max_tokens(static_cast<std::int32_t>(shape.positions));
  manifest.mutable_limits()->set_vocabulary(static_cast<std::int64_t>(set.item_ids.size()) + 1);
  auto& settings = *manifest.mutable_settings();
  settings["epochs"] = absl::StrCat(options.sequence_epochs);
  settings["seed"] = absl::StrCat(options.seed);
  settings["trained_until"] = absl::FormatTime(absl::RFC3339_full, set.newest, absl::UTCTimeZone());
  manifest.mutable_metrics()->insert(metrics.begin(), metrics.end());
  return manifest;
}

// Two sequences of different lengths; any do.
std::vector<at::Tensor> GoldenInputs(std::int64_t items, std::int64_t positions) {
  const std::int64_t length = std::min<std::int64_t>({5, items, positions});
  const at::Tensor ids = at::arange(1, length + 1, at::kLong).repeat({2, 1});
  const at::Tensor mask = at::ones({2, length}, at::kLong);
  mask[1].slice(0, (length + 1) / 2).fill_(0);
  return {ids, mask};
}

std::map<std::string, double> MetricsOf(const TrainedSequence& trained) {
  std::map<std::string, double> metrics;
  metrics["epochs"] = static_cast<double>(trained.loop.epochs.size());
  metrics["held_out_customers"] = static_cast<double>(trained.held_out);
  // Of the next items of the customers held out, among all others; not only of the first ten.
  if (trained.loop.best.has_value()) metrics["ndcg"] = trained.loop.best->value;
  return metrics;
}

}  // namespace

torch::jit::Module MakeSequenceRecommender(const torch::jit::Module& trained) {
  torch::jit::Module module("SequenceRecommender");
  module.register_module("sequence", trained);
  module.define(kRecommenderSource);
  module.eval();
  return module;
}

absl::StatusOr<TrainedSequence> SequencePublisher::Fit(const TrainingSet& set,
                                                       const TrainingOptions& options,
                                                       const TrainingProgress& progress) const {
  SequenceTrainingOptions training = options_;
  training.epochs = options.sequence_epochs;
  training.seed = static_cast<std::uint64_t>(options.seed);
  const ItemSequences sequences = SequencesOf(set);
  const auto items = static_cast<std::int64_t>(set.item_ids.size());
  training.checkpoints =
      checkpoints_ /
      absl::StrCat(SequenceFingerprint(sequences, items, training), "-", options.sequence_epochs);
  if (training.checkpoint_every == 0) training.checkpoint_every = kStepsOfCheckpoint;
  training.progress = [&](const training::LoopProgress& at) {
    return progress(static_cast<int>(at.epoch), options.sequence_epochs);
  };
  CLIENTELE_RETURN_IF_ERROR(progress(0, options.sequence_epochs));
  absl::StatusOr<TrainedSequence> trained = TrainItemSequence(sequences, items, training);
  if (!absl::IsDataLoss(trained.status())) return trained;
  // A checkpoint that is damaged is worth less than one that there is not.
  DropCheckpoints();
  return TrainItemSequence(sequences, items, training);
}

absl::StatusOr<std::shared_ptr<const SequenceModel>> SequencePublisher::Train(
    const TrainingSet& set, const TrainingOptions& options,
    const TrainingProgress& progress) const {
  CLIENTELE_ASSIGN_OR_RETURN(TrainedSequence trained, Fit(set, options, progress));
  return PlainSequence(set.item_ids, trained.module, options_.positions);
}

std::optional<TrainingReport> SequencePublisher::FindReport(absl::string_view training) const {
  return FindNote(model_dir_, kSequenceBundleName, training);
}

absl::StatusOr<TrainingReport> SequencePublisher::TrainAndPublish(
    absl::string_view name, const TrainingSet& set, const TrainingOptions& options,
    const TrainingProgress& progress, absl::FunctionRef<absl::StatusOr<Comparison>()> compare) const
    try {
  CLIENTELE_ASSIGN_OR_RETURN(const TrainedSequence trained, Fit(set, options, progress));
  CLIENTELE_ASSIGN_OR_RETURN(Comparison comparison, compare());
  CLIENTELE_ASSIGN_OR_RETURN(const std::string id, bundles_.ReserveVersion(kSequenceBundleName));
  const Publication publication =
      DecidePublication(id, std::move(comparison), options.publish_anyway);
  const TrainingReport report{.training = std::string(name),
                              .model_id = id,
                              .interaction_count = set.interaction_count,
                              .metrics = MetricsOf(trained),
                              .publications = {publication}};
  const torch::jit::Module module = MakeSequenceRecommender(trained.module);
  const model::v1::Bundle manifest = SequenceManifest(set, options, options_, report.metrics);
  const std::vector<inference::BundleFile> files = {
      {"items.json", nlohmann::json(set.item_ids).dump()}, NoteOf(report)};
  const std::vector<at::Tensor> golden =
      GoldenInputs(static_cast<std::int64_t>(set.item_ids.size()), options_.positions);
  CLIENTELE_RETURN_IF_ERROR(
      IsPublished(publication.outcome)
          ? bundles_.Publish(id, module, manifest, files, golden)
          : bundles_.KeepAside(id, publication.reason, module, manifest, files, golden));
  return report;
} catch (const std::exception&) {
  return absl::InternalError("the sequence model's TorchScript module cannot be made");
}

void SequencePublisher::DropCheckpoints() const {
  std::error_code ignored;
  std::filesystem::remove_all(checkpoints_, ignored);
}

}  // namespace clientele::recommend
