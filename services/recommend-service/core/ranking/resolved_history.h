#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_RESOLVED_HISTORY_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_RESOLVED_HISTORY_H_

// A customer's history in the terms of one model: rows and preferences instead of ids and sums.

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "services/recommend-service/core/interactions/interaction.h"
#include "services/recommend-service/core/interactions/preference.h"
#include "services/recommend-service/core/ranking/fold_in.h"
#include "services/recommend-service/core/ranking/sequence_model.h"
#include "services/recommend-service/core/ranking/serving_view.h"

namespace clientele::recommend {

struct ResolvedItem {
  std::int32_t row = -1;                            // of the model; -1: not in it
  std::int32_t other = 0;                           // then the index of ResolvedHistory::other_ids
  double preference = 0;                            // see preference.h
  bool bought = false;                              // at least once, given back or not
  bool kept = false;                                // bought more often than given back
  bool dismissed = false;                           // and the dismissal still holds
  absl::Time purchase_time = absl::InfinitePast();  // of the latest purchase
};

// Keeps the items that the customer prefers most, at most `count`, the strongest first; equals by
// their places, which are those of their ids.
void KeepStrongest(std::vector<const ResolvedItem*>& items, std::size_t count);

// Immutable as seen from outside; thread-safe.
struct ResolvedHistory {
  // `model` may be null. Items as InteractionStore::History gives them, by id.
  ResolvedHistory(const ModelView* model, const std::vector<ItemHistory>& history,
                  const Dismissals& dismissals, absl::Time now);

  // What was done to an item that the model does not know; null for nothing.
  const ResolvedItem* Other(absl::string_view item_id) const;
  // What was done to any item; null for nothing. `model` as in the constructor. O(items).
  const ResolvedItem* Find(const ModelView* model, absl::string_view item_id) const;
  // What its items say of the customer in the model; null when there are none of them. Computed
  // once; lives as long as the history. `fold_in` is of the model that the history was resolved
  // for.
  absl::StatusOr<const FoldInSolution*> FoldedIn(const FoldIn& fold_in) const;

  std::vector<ResolvedItem> items;     // by id
  std::vector<std::string> other_ids;  // of the items that the model does not know, ascending
  // Places in `items` of those last touched for the first time that the customer likes (preference
  // above 0, not dismissed), at most kMaxSequenceItems: the earliest first, of one time by id.
  std::vector<std::uint32_t> latest;
  // When the first of the dismissals that hold ends: from then on it is another history.
  absl::Time valid_until = absl::InfiniteFuture();

 private:
  std::vector<std::size_t> places_of_others_;  // in `items`
  mutable std::once_flag folding_in_;
  mutable absl::StatusOr<std::optional<FoldInSolution>> folded_in_ = std::nullopt;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_RESOLVED_HISTORY_H_
