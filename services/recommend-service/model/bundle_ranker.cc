#include "services/recommend-service/model/bundle_ranker.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"

#include "common/status/status_macros.h"
#include "services/recommend-service/core/ranking/ranking_features.h"
#include "services/recommend-service/model/bundle_histograms.h"

namespace clientele::recommend {
namespace {

// Whether the settings have the number `name`.
template <typename Number>
bool ReadNumber(const model::v1::Bundle& manifest, const char* name, Number& value) {
  const auto found = manifest.settings().find(name);
  if (found == manifest.settings().end()) return false;
  if constexpr (std::is_floating_point_v<Number>) {
    return absl::SimpleAtod(found->second, &value) && std::isfinite(value);
  } else {
    return absl::SimpleAtoi(found->second, &value);
  }
}

}  // namespace

std::optional<RankerRecipe> BundleRankerVersion::recipe() const {
  const model::v1::Bundle& manifest = model_->loaded().manifest();
  RankerRecipe recipe;
  const auto until = manifest.settings().find("trained_until");
  std::string ignored;
  const bool complete =
      ReadNumber(manifest, "max_rounds", recipe.max_rounds) &&
      ReadNumber(manifest, "patience", recipe.patience) &&
      ReadNumber(manifest, "max_depth", recipe.max_depth) &&
      ReadNumber(manifest, "learning_rate", recipe.learning_rate) &&
      ReadNumber(manifest, "min_child_weight", recipe.min_child_weight) &&
      ReadNumber(manifest, "seed", recipe.seed) && until != manifest.settings().end() &&
      absl::ParseTime(absl::RFC3339_full, until->second, &recipe.trained_until, &ignored);
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
  const std::vector<std::string> features = absl::StrSplit(named->second, ',');
  return std::find(features.begin(), features.end(), absl::StrCat(source, "_score")) !=
         features.end();
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
