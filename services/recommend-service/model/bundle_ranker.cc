#include "services/recommend-service/model/bundle_ranker.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/status/status_macros.h"
#include "services/recommend-service/core/ranking/ranking_features.h"
#include "services/recommend-service/model/bundle_histograms.h"
#include "services/recommend-service/model/bundle_settings.h"

namespace clientele::recommend {

std::optional<RankerRecipe> BundleRankerVersion::recipe() const {
  const model::v1::Bundle& manifest = model_->loaded().manifest();
  RankerRecipe recipe;
  const bool complete = ReadNumber(manifest, "max_rounds", recipe.max_rounds) &&
                        ReadNumber(manifest, "patience", recipe.patience) &&
                        ReadNumber(manifest, "max_depth", recipe.max_depth) &&
                        ReadNumber(manifest, "learning_rate", recipe.learning_rate) &&
                        ReadNumber(manifest, "min_child_weight", recipe.min_child_weight) &&
                        ReadNumber(manifest, "seed", recipe.seed) &&
                        ReadTrainedUntil(manifest, recipe.trained_until);
  if (!complete) return std::nullopt;
  return recipe;
}

std::shared_ptr<const frame::FeatureHistograms> BundleRankerVersion::histograms() const {
  absl::StatusOr<std::shared_ptr<const frame::FeatureHistograms>> read =
      ReadHistograms(model_->loaded(), RankingFeatureNames());
  return read.ok() ? *std::move(read) : nullptr;
}

absl::StatusOr<std::vector<float>> BundleRankerVersion::Score(
    const std::vector<std::vector<float>>& rows) const {
  std::vector<const inference::FeatureRow*> pointers;
  pointers.reserve(rows.size());
  for (const std::vector<float>& row : rows) {
    if (row.size() != model_->width()) {
      return absl::InvalidArgumentError(
          absl::StrCat("a row has ", row.size(), " features, ", model_->width(), " are read"));
    }
    pointers.push_back(&row);
  }
  return model_->Compute(pointers);
}

std::shared_ptr<const RankerVersion> BundleRanker::Current() {
  std::shared_ptr<const inference::TabularModel> model = handle_->Current();
  if (model == nullptr) return nullptr;
  return std::make_shared<BundleRankerVersion>(std::move(model));
}

bool BundleRanker::ReadsSource(absl::string_view source, absl::string_view customer_id) {
  const std::shared_ptr<const inference::TabularModel> model = handle_->Choose(customer_id);
  if (model == nullptr) return false;
  const auto& settings = model->loaded().manifest().settings();
  const auto named = settings.find("features");
  if (named == settings.end()) return false;
  const std::string wanted = absl::StrCat(source, "_score");
  for (const absl::string_view feature : absl::StrSplit(named->second, ',')) {
    if (feature == wanted) return true;
  }
  return false;
}

absl::StatusOr<RankerScores> BundleRanker::Score(const RequestContext& /*context*/,
                                                 const std::vector<std::vector<float>>& rows,
                                                 absl::string_view customer_id) {
  std::shared_ptr<const inference::TabularModel> model = handle_->Choose(customer_id);
  if (model == nullptr) return absl::UnavailableError("no ranker serves");
  const BundleRankerVersion version(std::move(model));
  RankerScores scores{.model_id = version.id(), .scores = {}};
  CLIENTELE_ASSIGN_OR_RETURN(scores.scores, version.Score(rows));
  return scores;
}

}  // namespace clientele::recommend
