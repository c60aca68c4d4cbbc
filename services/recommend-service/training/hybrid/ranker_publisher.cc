#include "services/recommend-service/training/hybrid/ranker_publisher.h"

#include <cstdint>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>
#include <torch/csrc/jit/api/module.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"

#include "common/frame/histogram.h"
#include "common/inference/bundle/manifest.h"
#include "common/modeling/trees/tree_module.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/core/ranking/ranking_features.h"
#include "services/recommend-service/core/training/plain_model.h"
#include "services/recommend-service/training/als_factorizer.h"
#include "services/recommend-service/training/factorization_publisher.h"
#include "services/recommend-service/training/hybrid/past_view.h"
#include "services/recommend-service/training/hybrid/ranker_judge.h"
#include "services/recommend-service/training/hybrid/ranking_table.h"
#include "services/recommend-service/training/hybrid/source_choice.h"
#include "services/recommend-service/training/training_note.h"

namespace clientele::recommend {
namespace {

// The log-odds that the customer chooses the item.
constexpr char kRankerSource[] = R"(
def forward(self, features: Tensor) -> Tensor:
    return self.trees.forward(features)[1].squeeze(1)
)";

// So that it is read back as it was.
std::string Exactly(double value) { return absl::StrFormat("%.17g", value); }

model::v1::Bundle RankerManifest(const TrainedRanker& ranker, const TrainingOptions& options,
                                 const RankerRecipe& recipe,
                                 const std::vector<std::string>& features) {
  model::v1::Bundle manifest;
  manifest.set_task(model::v1::TASK_RANKER);
  manifest.set_architecture("boosted-trees");
  manifest.set_description(
      "orders candidates of several sources by the log-odds that the customer chooses them; "
      "trained "
      "by recommend-service on this deployment's own interactions");
  manifest.set_source("recommend-service");
  const auto width = static_cast<std::int64_t>(features.size());
  inference::AddSpec(*manifest.mutable_inputs(), "features", model::v1::DATA_TYPE_FLOAT32,
                     {-1, width});
  inference::AddSpec(*manifest.mutable_outputs(), "scores", model::v1::DATA_TYPE_FLOAT32, {-1});
  auto& settings = *manifest.mutable_settings();
  settings["features"] = absl::StrJoin(features, ",");
  settings["held_out_days"] = absl::StrCat(options.held_out_days);
  settings["seed"] = absl::StrCat(recipe.seed);
  settings["max_rounds"] = absl::StrCat(recipe.max_rounds);
  settings["patience"] = absl::StrCat(recipe.patience);
  settings["max_depth"] = absl::StrCat(recipe.max_depth);
  settings["learning_rate"] = Exactly(recipe.learning_rate);
  settings["min_child_weight"] = Exactly(recipe.min_child_weight);
  settings["trained_until"] =
      absl::FormatTime(absl::RFC3339_full, recipe.trained_until, absl::UTCTimeZone());
  manifest.mutable_metrics()->insert(ranker.metrics.begin(), ranker.metrics.end());
  return manifest;
}

}  // namespace

std::optional<TrainingReport> RankerPublisher::FindReport(absl::string_view training) const {
  return FindNote(model_dir_, kRankerBundleName, training);
}

absl::StatusOr<TrainingReport> RankerPublisher::TrainAndPublish(
    absl::string_view name, RankingPast past, const TrainingOptions& options,
    std::shared_ptr<const SequenceModel> sequence, std::shared_ptr<const RankerVersion> serving,
    const std::function<absl::Status()>& check) const try {
  const std::int64_t interaction_count = past.before.interaction_count;
  const AlsFactorizer factorizer(
      {.evaluate = false, .threads = options_.links.threads, .links = options_.links});
  CLIENTELE_ASSIGN_OR_RETURN(
      Factorization factorization,
      factorizer.Train(past.before, options, [&](int, int) { return check(); }));
  std::vector<ItemLinks> links = std::move(factorization.links);
  const PastView view(
      {.items = std::move(past.items),
       .popularity = std::move(past.popularity),
       .model = PlainModel(std::move(past.before.item_ids), factorization, std::move(links)),
       .sequence = std::move(sequence)});
  RankerTrainingOptions ranker_options = options_.ranker;
  ranker_options.seed = ranker_options.table.seed = static_cast<std::uint64_t>(options.seed);
  ranker_options.progress = check;
  CLIENTELE_ASSIGN_OR_RETURN(const SourceChoice choice,
                             ChooseSources(view.view(), past.customers, past.cut, ranker_options));
  CLIENTELE_ASSIGN_OR_RETURN(
      const RankingTable table,
      MakeRankingTable(*choice.view, past.customers, past.cut, ranker_options.table));
  CLIENTELE_ASSIGN_OR_RETURN(TrainedRanker ranker, TrainRanker(table, past.cut, ranker_options));
  CLIENTELE_ASSIGN_OR_RETURN(ranker.metrics[kPublicationMetric],
                             RankedNdcg(table, ranker.held_out_margins));
  if (choice.customers > 0) {
    ranker.metrics["ndcg_with_sequence"] = choice.ndcg_with;
    ranker.metrics["ndcg_without_sequence"] = choice.ndcg_without;
  }
  CLIENTELE_ASSIGN_OR_RETURN(Comparison comparison,
                             CompareRankers(table, ranker, ranker_options, past.cut, serving));
  CLIENTELE_RETURN_IF_ERROR(check());

  torch::jit::Module module("Ranker");
  module.register_module("trees", modeling::MakeTreeModule(ranker.ensemble));
  module.define(kRankerSource);
  module.eval();
  std::vector<std::string> features;
  for (const frame::MatrixField& field : table.rows.fields) features.push_back(field.name);
  const auto width = static_cast<std::int64_t>(features.size());
  const std::vector<at::Tensor> golden = {at::linspace(-1, 10, 4 * width).view({4, width})};
  const model::v1::Bundle manifest =
      RankerManifest(ranker, options, RecipeOf(ranker_options, past.newest), features);
  CLIENTELE_ASSIGN_OR_RETURN(const std::string id, bundles_.ReserveVersion(kRankerBundleName));
  const Publication publication =
      DecidePublication(id, std::move(comparison), options.publish_anyway);
  const TrainingReport report{.training = std::string(name),
                              .model_id = id,
                              .interaction_count = interaction_count,
                              .metrics = ranker.metrics,
                              .publications = {publication}};
  const std::vector<inference::BundleFile> files = {
      {kHistogramsFile,
       frame::FeatureHistograms::Learn(RankingFeatureNames(), table.pool_sample).ToJson().dump()},
      NoteOf(report)};
  CLIENTELE_RETURN_IF_ERROR(
      IsPublished(publication.outcome)
          ? bundles_.Publish(id, module, manifest, files, golden)
          : bundles_.KeepAside(id, publication.reason, module, manifest, files, golden));
  return report;
} catch (const std::exception&) {
  return absl::InternalError("the ranker's TorchScript module cannot be made");
}

}  // namespace clientele::recommend
