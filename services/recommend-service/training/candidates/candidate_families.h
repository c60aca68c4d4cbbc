#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_CANDIDATE_FAMILIES_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_CANDIDATE_FAMILIES_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "services/recommend-service/training/candidates/item_scorer.h"

namespace clientele::recommend {

// "blend" (of all that follow but the first two, of the items' trend where times are known, and of
// the sequence where what is held out came later; the default), "hybrid" (as recommend-service
// serves it), "fusion" (the same without a ranker), "als", "ease", "item-item" (the best of
// "cosine", "lift" and "walk"), "neighbors", "sequence" and "popularity".
std::vector<std::string> CandidateFamilyNames();

// A family by name. Each has several settings to choose from on the inner parts of the training;
// `interactions` says how large the work is, so that large data get fewer and smaller ones.
// INVALID_ARGUMENT with the names that there are.
absl::StatusOr<std::unique_ptr<CandidateFamily>> MakeCandidateFamily(
    absl::string_view name, const SparseMatrix& interactions);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_CANDIDATE_FAMILIES_H_
