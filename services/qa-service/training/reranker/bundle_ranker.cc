#include "services/qa-service/training/reranker/bundle_ranker.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/inference/bundle/bundle_tokenizer.h"
#include "common/inference/tasks/tokenization.h"
#include "common/status/status_macros.h"
#include "services/qa-service/training/pair_module.h"
#include "services/qa-service/training/text_bundle.h"

namespace clientele::qa {

absl::StatusOr<std::unique_ptr<BundleRanker>> BundleRanker::Open(
    const std::filesystem::path& folder, absl::string_view field) {
  CLIENTELE_ASSIGN_OR_RETURN(auto loaded,
                             OpenTextBundle(folder, model::v1::TASK_TEXT_RANKER, field));
  CLIENTELE_ASSIGN_OR_RETURN(auto model, inference::TextRankerModel::Open(std::move(loaded)));
  return std::unique_ptr<BundleRanker>(new BundleRanker(std::move(model)));
}

absl::StatusOr<PassageScores> BundleRanker::Score(const RequestContext&, absl::string_view question,
                                                  absl::Span<const std::string> passages) const {
  const inference::LoadedModel& loaded = model_->loaded();
  const auto limit = static_cast<std::size_t>(loaded.manifest().limits().max_tokens());
  CLIENTELE_ASSIGN_OR_RETURN(const std::string asked,
                             CutToTokens(*loaded.tokenizer()->trained(), question, limit / 2));
  std::vector<std::string> keys;
  std::vector<std::string> unknown;
  std::vector<inference::TokenRow> rows;
  for (const std::string& passage : passages) {
    keys.push_back(absl::StrCat(asked, std::string(1, '\0'), passage));
    if (known_.contains(keys.back())) continue;
    CLIENTELE_ASSIGN_OR_RETURN(inference::TokenizedPair pair,
                               inference::TokenizePair(loaded, asked, passage));
    unknown.push_back(keys.back());
    rows.push_back(std::move(pair.row));
  }
  if (!rows.empty()) {
    std::vector<const inference::TokenRow*> pointers;
    pointers.reserve(rows.size());
    for (const inference::TokenRow& row : rows) pointers.push_back(&row);
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<float> scores, model_->Compute(pointers));
    for (std::size_t i = 0; i < unknown.size(); ++i) known_[unknown[i]] = scores[i];
  }
  PassageScores scored = {.model_id = model_->id(), .fitted = model_->fitted()};
  for (const std::string& key : keys) scored.scores.push_back(known_.at(key));
  return scored;
}

}  // namespace clientele::qa
