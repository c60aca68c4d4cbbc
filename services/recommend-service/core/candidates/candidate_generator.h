#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_CANDIDATES_CANDIDATE_GENERATOR_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_CANDIDATES_CANDIDATE_GENERATOR_H_

// One source of candidates for one customer: the port of the hybrid recommender's first stage.
//
//   for (const auto& generator : MakeGenerators(request)) {
//     for (const SelectedItem& item : generator->Generate(200)) ...
//   }
//
//   factorization   mu + b_u + b_i + q_i^T p_u
//   item-item, ease sums of links (item_links.h) from what the customer chose
//   trending        sums of ease's links (else item-item's) times the item's Trend()
//   sequence        the dot product with what is known after their latest items (sequence_state.h)
//   content         sums of the cubed cosines of texts with what the customer chose: one near text
//                   says more than several that share a word
//   popularity      the share of the greatest popularity

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "services/recommend-service/core/ranking/item_selection.h"
#include "services/recommend-service/core/ranking/left_out.h"
#include "services/recommend-service/core/ranking/resolved_history.h"
#include "services/recommend-service/core/ranking/sequence_state.h"
#include "services/recommend-service/core/ranking/serving_view.h"
#include "services/recommend-service/core/ranking/wanted_items.h"

namespace clientele::recommend {

inline constexpr std::array<absl::string_view, 7> kCandidateSources = {
    "factorization", "item-item", "ease", "trending", "sequence", "content", "popularity"};

// Index of kCandidateSources; their number where no source has the name.
std::size_t SourceNumber(absl::string_view name);

// One customer before one view. Borrows all.
struct CandidateRequest {
  const ServingView& view;
  const ResolvedHistory& history;
  const CustomerFactors* customer = nullptr;  // of the view's model; null: none
  const WantedItems& wanted;
  const LeftOut& left_out;
  absl::Time now;
  const SequenceState* sequence = nullptr;  // null: nothing comes by sequence
};

// Immutable once made; belongs to one request.
class CandidateGenerator {
 public:
  virtual ~CandidateGenerator() = default;
  // Index of kCandidateSources.
  virtual std::size_t source() const = 0;
  // The best that are wanted and not left out, at most `count`, best first, equal scores by id.
  // Items of which the source says nothing are not among them.
  virtual std::vector<SelectedItem> Generate(int count) const = 0;
  // Of any item of the view's catalog; `slot` is its slot or -1. NaN where the source says nothing.
  virtual float Score(const CatalogEntry& entry, std::int32_t slot) const = 0;
};

// Of the sources that know something of the customer; borrows what the request borrows.
std::vector<std::unique_ptr<CandidateGenerator>> MakeGenerators(const CandidateRequest& request);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_CANDIDATES_CANDIDATE_GENERATOR_H_
