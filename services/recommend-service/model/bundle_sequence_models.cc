#include "services/recommend-service/model/bundle_sequence_models.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"

#include "common/inference/model_runner.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/core/training/training_set.h"
#include "services/recommend-service/model/bundle_contents.h"
#include "services/recommend-service/model/bundle_settings.h"

namespace clientele::recommend {
namespace {

// Nullopt where the settings do not tell all of it.
std::optional<SequenceRecipe> ReadSequenceRecipe(const model::v1::Bundle& manifest) {
  SequenceRecipe recipe;
  const bool complete = ReadNumber(manifest, "epochs", recipe.epochs) &&
                        ReadNumber(manifest, "seed", recipe.seed) &&
                        ReadTrainedUntil(manifest, recipe.trained_until) && recipe.epochs >= 1 &&
                        recipe.epochs <= kMaxEpochs;
  if (!complete) return std::nullopt;
  return recipe;
}

class BundleSequenceModel final : public SequenceModel {
 public:
  BundleSequenceModel(std::shared_ptr<const inference::LoadedModel> loaded, SequenceItems items)
      : SequenceModel(std::move(items), loaded->manifest().limits().max_tokens()),
        recipe_(ReadSequenceRecipe(loaded->manifest())),
        loaded_(std::move(loaded)) {}

  static absl::StatusOr<std::shared_ptr<const SequenceModel>> Open(
      std::shared_ptr<const inference::LoadedModel> loaded) {
    const model::v1::Limits& limits = loaded->manifest().limits();
    if (limits.max_tokens() > static_cast<std::int32_t>(kMaxSequenceItems)) {
      return BadBundle(absl::StrCat("limits.max_tokens must be at most ", kMaxSequenceItems));
    }
    SequenceItems items;
    CLIENTELE_ASSIGN_OR_RETURN(items.ids, ReadItemIds(*loaded));
    CLIENTELE_ASSIGN_OR_RETURN(const at::Tensor vectors,
                               ConstantOf(loaded->runner(), "item_vectors", 2));
    const auto count = static_cast<std::int64_t>(items.ids.size());
    items.width = vectors.size(1);
    if (vectors.size(0) != count || limits.vocabulary() != count + 1) {
      return BadBundle("item_vectors, items.json and limits.vocabulary do not fit together");
    }
    if (items.width != loaded->manifest().outputs(0).shape(1)) {
      return BadBundle("item_vectors and the states are of different widths");
    }
    items.vectors = ValuesOf(vectors);
    if (!AllFinite(items.vectors)) return BadBundle("it holds a number that is not finite");
    return std::make_shared<const BundleSequenceModel>(std::move(loaded), std::move(items));
  }

  const std::string& id() const override { return loaded_->id(); }
  std::optional<SequenceRecipe> recipe() const override { return recipe_; }

  absl::StatusOr<std::vector<float>> States(
      absl::Span<const std::vector<std::int32_t>> sequences) const override {
    std::vector<float> states;
    states.reserve(sequences.size() * static_cast<std::size_t>(items().width));
    const std::int32_t bound = loaded_->manifest().limits().max_batch_rows();
    const std::size_t most = bound > 0 ? static_cast<std::size_t>(bound) : sequences.size();
    for (std::size_t begin = 0; begin < sequences.size(); begin += most) {
      CLIENTELE_ASSIGN_OR_RETURN(const at::Tensor part, Compute(sequences.subspan(begin, most)));
      const std::vector<float> values = ValuesOf(part);
      states.insert(states.end(), values.begin(), values.end());
    }
    return states;
  }

 private:
  absl::StatusOr<at::Tensor> Compute(absl::Span<const std::vector<std::int32_t>> sequences) const {
    std::size_t longest = 1;
    for (const std::vector<std::int32_t>& one : sequences) longest = std::max(longest, one.size());
    const auto rows = static_cast<std::int64_t>(sequences.size());
    const auto length = static_cast<std::int64_t>(longest);
    at::Tensor ids = at::zeros({rows, length}, at::kLong);
    at::Tensor mask = at::zeros({rows, length}, at::kLong);
    auto* next_id = ids.data_ptr<std::int64_t>();
    auto* next_mask = mask.data_ptr<std::int64_t>();
    for (const std::vector<std::int32_t>& one : sequences) {
      for (std::size_t at = 0; at < one.size(); ++at) {
        next_id[at] = one[at] + 1;
        next_mask[at] = 1;
      }
      next_id += length;
      next_mask += length;
    }
    CLIENTELE_ASSIGN_OR_RETURN(std::vector<at::Tensor> outputs,
                               loaded_->runner().Run("forward", {std::move(ids), std::move(mask)}));
    return std::move(outputs[0]);
  }

  const std::optional<SequenceRecipe> recipe_;
  const std::shared_ptr<const inference::LoadedModel> loaded_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<const SequenceModel>> OpenSequenceModel(
    std::shared_ptr<const inference::LoadedModel> loaded) {
  return BundleSequenceModel::Open(std::move(loaded));
}

}  // namespace clientele::recommend
