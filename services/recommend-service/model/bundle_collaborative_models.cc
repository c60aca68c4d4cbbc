#include "services/recommend-service/model/bundle_collaborative_models.h"

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <ATen/Functions.h>
#include <ATen/core/Tensor.h>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

#include "common/inference/model_runner.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/core/drift/history_features.h"
#include "services/recommend-service/core/training/training_set.h"
#include "services/recommend-service/model/bundle_contents.h"
#include "services/recommend-service/model/bundle_histograms.h"
#include "services/recommend-service/model/bundle_settings.h"

namespace clientele::recommend {
namespace {

absl::Status ReadSetting(const model::v1::Bundle& manifest, const char* name, double minimum,
                         double& value) {
  const auto found = manifest.settings().find(name);
  if (found == manifest.settings().end()) return absl::OkStatus();
  if (!absl::SimpleAtod(found->second, &value) || !std::isfinite(value) || value < minimum) {
    return BadBundle(absl::StrCat("setting ", name, " is out of range"));
  }
  return absl::OkStatus();
}

// Nullopt where the settings do not tell all of it.
std::optional<FactorizationRecipe> ReadRecipe(const model::v1::Bundle& manifest) {
  FactorizationRecipe recipe;
  const bool complete =
      ReadNumber(manifest, "factors", recipe.factors) &&
      ReadNumber(manifest, "epochs", recipe.epochs) && ReadNumber(manifest, "seed", recipe.seed) &&
      ReadTrainedUntil(manifest, recipe.trained_until) && recipe.factors >= 1 &&
      recipe.factors <= kMaxFactors && recipe.epochs >= 1 && recipe.epochs <= kMaxEpochs;
  if (!complete) return std::nullopt;
  return recipe;
}

// Customers are scored by the tensors themselves, so the model's own forward() must be their sums.
absl::Status CheckForward(const inference::ModelRunner& runner, const CollaborativeModel& model) {
  const std::int64_t k = model.dimension();
  const std::int64_t items = static_cast<std::int64_t>(model.item_ids().size());
  constexpr float kCustomerBias = 0.5F;
  const at::Tensor p = at::linspace(-1, 1, k, at::kFloat).reshape({1, k});
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<at::Tensor> outputs,
                             runner.Run("forward", {p, at::full({1}, kCustomerBias, at::kFloat)}));
  const bool two_rows =
      outputs.size() == 2 && outputs[0].numel() == items && outputs[1].numel() == items;
  if (!two_rows) return BadBundle("forward() must give a bias and an affinity for each item");
  const std::vector<float> bias = ValuesOf(outputs[0]), affinity = ValuesOf(outputs[1]);
  for (std::size_t i = 0; i < bias.size(); ++i) {
    double dot = 0, size = 0;
    for (std::size_t j = 0; j < static_cast<std::size_t>(k); ++j) {
      const double term = static_cast<double>(p.data_ptr<float>()[j]) *
                          model.item_factors()[i * static_cast<std::size_t>(k) + j];
      dot += term;
      size += std::abs(term);
    }
    const double sum = static_cast<double>(model.mu()) + kCustomerBias + model.item_biases()[i];
    // Also false for NaN.
    const bool equal = std::abs(affinity[i] - dot) <= 1e-4 * (1 + size) &&
                       std::abs(bias[i] - sum) <= 1e-4 * (1 + std::abs(sum));
    if (!equal) return BadBundle("forward() is not mu + b_u + b_i and q_i . p_u of its tensors");
  }
  return absl::OkStatus();
}

// Links of the sources that the manifest names; none for bundles of versions before 0.3.
absl::StatusOr<std::vector<ItemLinks>> ReadLinks(const inference::ModelRunner& runner,
                                                 const model::v1::Bundle& manifest,
                                                 std::int64_t items) {
  std::vector<ItemLinks> all;
  const auto named = manifest.settings().find("links");
  if (named == manifest.settings().end()) return all;
  for (const absl::string_view source : absl::StrSplit(named->second, ',', absl::SkipEmpty())) {
    if (source != "item-item" && source != "ease") {
      return BadBundle("settings.links names a source that there is not");
    }
    const std::string name = absl::StrReplaceAll(source, {{"-", "_"}});
    CLIENTELE_ASSIGN_OR_RETURN(const at::Tensor targets,
                               ConstantOf(runner, absl::StrCat(name, "_link_targets"), 2));
    CLIENTELE_ASSIGN_OR_RETURN(const at::Tensor weights,
                               ConstantOf(runner, absl::StrCat(name, "_link_weights"), 2));
    if (targets.size(0) != items || targets.sizes() != weights.sizes()) {
      return BadBundle("the links and items.json do not fit together");
    }
    ItemLinks links{std::string(source), targets.size(1), {}, ValuesOf(weights)};
    const at::Tensor flat = targets.to(at::kInt).contiguous();
    links.targets.assign(flat.data_ptr<int>(), flat.data_ptr<int>() + flat.numel());
    for (const std::int32_t target : links.targets) {
      if (target < -1 || target >= items) return BadBundle("a link leads to no item");
    }
    if (!AllFinite(links.weights)) return BadBundle("it holds a number that is not finite");
    all.push_back(std::move(links));
  }
  return all;
}

class BundleCollaborativeModel final : public CollaborativeModel {
 public:
  static absl::StatusOr<std::shared_ptr<const CollaborativeModel>> Open(
      std::shared_ptr<const inference::LoadedModel> loaded) {
    auto model = std::make_shared<BundleCollaborativeModel>();
    CLIENTELE_ASSIGN_OR_RETURN(model->item_ids_, ReadItemIds(*loaded));
    const inference::ModelRunner& runner = loaded->runner();
    CLIENTELE_ASSIGN_OR_RETURN(const at::Tensor factors, ConstantOf(runner, "item_factors", 2));
    CLIENTELE_ASSIGN_OR_RETURN(const at::Tensor biases, ConstantOf(runner, "item_biases", 1));
    CLIENTELE_ASSIGN_OR_RETURN(const at::Tensor mu, ConstantOf(runner, "mu", 1));
    const std::int64_t items = static_cast<std::int64_t>(model->item_ids_.size());
    if (items == 0 || factors.size(0) != items || biases.size(0) != items || mu.size(0) != 1 ||
        factors.size(1) < 1) {
      return BadBundle("item_factors, item_biases, mu and items.json do not fit together");
    }
    model->dimension_ = factors.size(1);
    model->item_factors_ = ValuesOf(factors);
    model->item_biases_ = ValuesOf(biases);
    model->mu_ = ValuesOf(mu)[0];
    if (!AllFinite(model->item_factors_) || !AllFinite(model->item_biases_) ||
        !std::isfinite(model->mu_)) {
      return BadBundle("it holds a number that is not finite");
    }
    const model::v1::Bundle& manifest = loaded->manifest();
    ImplicitLossWeights& weights = model->implicit_loss_weights_;
    CLIENTELE_RETURN_IF_ERROR(
        ReadSetting(manifest, "unobserved_weight", 0, weights.unobserved_weight));
    CLIENTELE_RETURN_IF_ERROR(
        ReadSetting(manifest, "factor_penalty", 1e-9, weights.factor_penalty));
    CLIENTELE_RETURN_IF_ERROR(ReadSetting(manifest, "bias_penalty", 1e-9, weights.bias_penalty));
    model->identity_.id = loaded->id();
    if (const auto training = manifest.settings().find("training_id");
        training != manifest.settings().end()) {
      model->identity_.training_id = training->second;
    }
    model->recipe_ = ReadRecipe(manifest);
    CLIENTELE_ASSIGN_OR_RETURN(model->histograms_, ReadHistograms(*loaded, HistoryFeatureNames()));
    CLIENTELE_RETURN_IF_ERROR(CheckForward(runner, *model));
    CLIENTELE_ASSIGN_OR_RETURN(model->links_, ReadLinks(runner, manifest, items));
    return std::shared_ptr<const CollaborativeModel>(std::move(model));
  }

  const ModelIdentity& identity() const override { return identity_; }
  const std::vector<std::string>& item_ids() const override { return item_ids_; }
  std::int64_t dimension() const override { return dimension_; }
  absl::Span<const float> item_factors() const override { return item_factors_; }
  absl::Span<const float> item_biases() const override { return item_biases_; }
  float mu() const override { return mu_; }
  const ImplicitLossWeights& implicit_loss_weights() const override {
    return implicit_loss_weights_;
  }
  absl::Span<const ItemLinks> links() const override { return links_; }
  std::optional<FactorizationRecipe> recipe() const override { return recipe_; }
  std::shared_ptr<const frame::FeatureHistograms> histograms() const override {
    return histograms_;
  }

 private:
  ModelIdentity identity_;
  std::vector<std::string> item_ids_;
  std::int64_t dimension_ = 0;
  std::vector<float> item_factors_;
  std::vector<float> item_biases_;
  float mu_ = 0;
  ImplicitLossWeights implicit_loss_weights_;
  std::vector<ItemLinks> links_;
  std::optional<FactorizationRecipe> recipe_;
  std::shared_ptr<const frame::FeatureHistograms> histograms_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<const CollaborativeModel>> OpenCollaborativeModel(
    std::shared_ptr<const inference::LoadedModel> loaded) {
  return BundleCollaborativeModel::Open(std::move(loaded));
}

}  // namespace clientele::recommend
