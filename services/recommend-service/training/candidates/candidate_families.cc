#include "services/recommend-service/training/candidates/candidate_families.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "services/recommend-service/training/candidates/customer_neighbors.h"
#include "services/recommend-service/training/candidates/ease.h"
#include "services/recommend-service/training/candidates/implicit_als.h"
#include "services/recommend-service/training/candidates/item_item.h"
#include "services/recommend-service/training/candidates/item_trend.h"
#include "services/recommend-service/training/candidates/popularity.h"
#include "services/recommend-service/training/candidates/score_blend.h"
#include "services/recommend-service/training/hybrid/hybrid_family.h"
#include "services/recommend-service/training/sequence/sequence_family.h"

namespace clientele::recommend {
namespace {

using Members = std::vector<std::shared_ptr<const CandidateFamily>>;

// Rows and columns from which factors are halved: a pass costs their number times K^3.
constexpr std::int64_t kManyRows = 60000;
// Rows and columns up to which several starts are cheap.
constexpr std::int64_t kFewRows = 12000;
constexpr int kStarts = 3;

// Unobserved weight and penalty; the published pair is the first.
constexpr std::pair<double, double> kAlsSettings[] = {{0.2, 0.02}, {0.2, 0.01},  {0.1, 0.03},
                                                      {0.1, 0.01}, {0.05, 0.03}, {0.4, 0.01}};
constexpr double kEasePenalties[] = {300, 30, 100, 700};
constexpr double kCosineExponents[] = {0.5, 0.3, 0.7};
constexpr double kWalkExponents[] = {0.3, 0.6};
constexpr double kNeighborDiscounts[] = {0.5, 0};

Members AlsMembers(const SparseMatrix& interactions) {
  const std::int64_t factors =
      interactions.rows + interactions.columns > kManyRows ? 64 : ImplicitAlsOptions().factors;
  const int starts = interactions.rows + interactions.columns > kFewRows ? 1 : kStarts;
  Members members;
  members.reserve(std::size(kAlsSettings));
  for (const auto& [unobserved_weight, penalty] : kAlsSettings) {
    members.push_back(std::make_shared<ImplicitAls>(ImplicitAlsOptions{
        .factors = std::min(factors, std::max<std::int64_t>(1, interactions.columns)),
        .unobserved_weight = unobserved_weight,
        .penalty = penalty,
        .starts = starts}));
  }
  return members;
}

Members EaseMembers() {
  Members members;
  members.reserve(std::size(kEasePenalties));
  for (const double penalty : kEasePenalties) {
    members.push_back(std::make_shared<Ease>(EaseOptions{.penalty = penalty}));
  }
  return members;
}

Members CosineMembers() {
  Members members;
  members.reserve(std::size(kCosineExponents));
  for (const double exponent : kCosineExponents) {
    members.push_back(std::make_shared<ItemItem>(ItemItemOptions{.popularity_exponent = exponent}));
  }
  return members;
}

Members LiftMembers() {
  return {std::make_shared<ItemItem>(ItemItemOptions{.similarity = ItemSimilarity::kLift})};
}

Members WalkMembers() {
  Members members;
  members.reserve(std::size(kWalkExponents));
  for (const double exponent : kWalkExponents) {
    members.push_back(std::make_shared<ItemItem>(
        ItemItemOptions{.similarity = ItemSimilarity::kWalk, .popularity_exponent = exponent}));
  }
  return members;
}

Members NeighborMembers() {
  Members members;
  members.reserve(std::size(kNeighborDiscounts));
  for (const double discount : kNeighborDiscounts) {
    members.push_back(
        std::make_shared<CustomerNeighbors>(CustomerNeighborsOptions{.discount = discount}));
  }
  return members;
}

Members Together(std::vector<Members> groups) {
  Members all;
  for (Members& group : groups) {
    all.insert(all.end(), std::make_move_iterator(group.begin()),
               std::make_move_iterator(group.end()));
  }
  return all;
}

}  // namespace

std::vector<std::string> CandidateFamilyNames() {
  return {"blend",  "hybrid", "fusion", "als",       "ease",     "item-item",
          "cosine", "lift",   "walk",   "neighbors", "sequence", "popularity"};
}

absl::StatusOr<std::unique_ptr<CandidateFamily>> MakeCandidateFamily(
    absl::string_view name, const SparseMatrix& interactions) {
  const auto best_of = [&](Members members) {
    return std::make_unique<ScoreBlend>(std::string(name), std::move(members),
                                        ScoreBlendOptions{.rounds = 1});
  };
  if (name == "popularity") return std::make_unique<Popularity>();
  if (name == "sequence") return std::make_unique<SequenceFamily>();
  if (name == "hybrid") return std::make_unique<HybridFamily>();
  if (name == "fusion") {
    return std::make_unique<HybridFamily>(HybridFamilyOptions{.use_ranker = false});
  }
  if (name == "als") return best_of(AlsMembers(interactions));
  if (name == "ease") return best_of(EaseMembers());
  if (name == "cosine") return best_of(CosineMembers());
  if (name == "lift") return best_of(LiftMembers());
  if (name == "walk") return best_of(WalkMembers());
  if (name == "neighbors") return best_of(NeighborMembers());
  if (name == "item-item") {
    return best_of(Together({CosineMembers(), LiftMembers(), WalkMembers()}));
  }
  if (name == "blend") {
    return std::make_unique<ScoreBlend>(
        "blend", Together({AlsMembers(interactions), EaseMembers(), CosineMembers(), LiftMembers(),
                           WalkMembers(), NeighborMembers(),
                           Members{std::make_shared<Popularity>(), std::make_shared<ItemTrend>(),
                                   std::make_shared<SequenceFamily>()}}));
  }
  return absl::InvalidArgumentError(absl::StrCat("the algorithm '", name, "' is none of ",
                                                 absl::StrJoin(CandidateFamilyNames(), ", ")));
}

}  // namespace clientele::recommend
