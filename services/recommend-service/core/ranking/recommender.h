#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_RECOMMENDER_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_RECOMMENDER_H_

// A customer's best items.
//
//   has factors of the model that serves, and nothing happened since -> kFactorization
//   has interactions with items of the model                         -> kFoldIn (see fold_in.h)
//   otherwise, or without a model                                    -> kPopular
//
// Where a ranker serves, what the first two know is one of several sources of the hybrid
// (hybrid_selection.h) -> kHybrid.
//
// Of an anonymous session is known what the call tells of it. It gets the hybrid likewise, else
// what comes next in the order of its items (sequence_state.h) -> kSequence, before what is folded
// in. So do customers of whom a sequence model knows items, but the factorization does not.
//
// The history of who did not consent to recommendations is not used: they get what is popular.
//
// An item that is newer than the model has the factors that its text suggests (item_estimates.h);
// before those are made, and where nothing is like it, its score is mu + b_u.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/time/clock.h"
#include "services/recommend-service/core/drift/feature_drift.h"
#include "services/recommend-service/core/interactions/interaction_store.h"
#include "services/recommend-service/core/interactions/preference.h"
#include "services/recommend-service/core/items/catalog.h"
#include "services/recommend-service/core/ranking/collaborative_model.h"
#include "services/recommend-service/core/ranking/customer_histories.h"
#include "services/recommend-service/core/ranking/hybrid_selection.h"
#include "services/recommend-service/core/ranking/left_out.h"
#include "services/recommend-service/core/ranking/recommendation.h"
#include "services/recommend-service/core/ranking/repeat_purchases.h"
#include "services/recommend-service/core/ranking/sequence_state.h"
#include "services/recommend-service/core/ranking/serving_view.h"
#include "services/recommend-service/core/ranking/similar_items.h"
#include "services/recommend-service/core/ranking/wanted_items.h"

namespace clientele::recommend {

struct RecommenderOptions {
  Ranker* ranker = nullptr;             // borrowed; null: the hybrid is ordered by rank fusion
  SequenceModels* sequences = nullptr;  // borrowed; null: nothing comes by sequence
  HybridOptions hybrid = {};
  RepeatPurchases repeats = {};
  // Counts the histories that recommendations are made of; borrowed; null: nothing does.
  FeatureDrift* drift = nullptr;
};

// Thread-safe.
class Recommender {
 public:
  // Borrowed.
  Recommender(Catalog* catalog, CollaborativeModels* models, InteractionStore* store,
              const Clock* clock, const Dismissals& dismissals = {},
              const consent::Policy& consent = {}, const RecommenderOptions& options = {})
      : views_(catalog, models, options.sequences),
        histories_(store, clock, {.consent = consent, .dismissals = dismissals}),
        clock_(clock),
        options_(options) {}

  // INVALID_ARGUMENT for a query outside its limits; UNAVAILABLE when the store cannot
  // be reached; CANCELLED and DEADLINE_EXCEEDED when nobody waits.
  absl::StatusOr<RecommendationList> Recommend(const RequestContext& context,
                                               const RecommendQuery& query);
  // The caller's candidates in the order that Recommend() would give them. Errors likewise.
  absl::StatusOr<RankedCandidates> Rank(const RequestContext& context, const RankQuery& query);
  // NOT_FOUND when there is no such item; other errors likewise.
  absl::StatusOr<RecommendationExplanation> Explain(const RequestContext& context,
                                                    const ExplainQuery& query);
  // NOT_FOUND when there is no such item; else errors of the query alone.
  absl::StatusOr<SimilarItemsList> SimilarItems(const RequestContext& context,
                                                const SimilarItemsQuery& query);
  // Makes what is derived from the items' texts anew where items or the model changed. Called from
  // time to time by one thread, of which it takes at most a tenth: after a refresh that took long
  // it does nothing for a while.
  void RefreshContent(const RequestContext& context);
  // Forgets what is kept of customers who were not asked for during the last minute; called from
  // time to time.
  void DropIdleHistories() { histories_.DropIdle(); }
  // The catalog and the model that serve, for what else is computed from them. Lives as long as
  // the recommender.
  ServingViews* views() { return &views_; }

  // One customer before one view: what gives the scores, and what explains them.
  struct Personal {
    std::shared_ptr<const ServingView> view;
    KnownCustomer known = {};
    // What the history says; asked for reasons too, also where trained factors give the scores.
    // Null where it says nothing.
    const FoldInSolution* solution = nullptr;
    const CustomerFactors* customer = nullptr;  // null: scores are by popularity
    Strategy strategy = Strategy::kPopular;
    Fallback fallback = Fallback::kNone;
    // Read where it counts.
    std::optional<SequenceState> sequence = {};
  };

 private:
  // What a list is selected from. Borrows all.
  struct Choice {
    const WantedItems& wanted;
    const LeftOut& left_out;
    absl::Time now;
    TraceStage history;
  };

  absl::StatusOr<RecommendationList> ByHybrid(const RequestContext& context,
                                              const RecommendQuery& query, const Choice& choice,
                                              Personal& personal);
  // By the factorization, by what comes next, or by popularity.
  absl::StatusOr<RecommendationList> ByOneModel(const RecommendQuery& query, const Choice& choice,
                                                Personal& personal);
  bool UsesHybrid(const CustomerFactors* customer, Method method) const;
  // Whether what comes next counts in the hybrid for the customer.
  bool HybridReadsSequence(absl::string_view customer_id) const;
  // Fills the rest in from the view. What is known refers to itself: it stays where it is.
  absl::Status Know(const RequestContext& context, const RecommendQuery& query, Personal& personal);
  // These items, best first, with terms and reasons. Reads the sequence where it counts.
  absl::StatusOr<RecommendationList> Ordered(const RequestContext& context, Personal& personal,
                                             absl::string_view customer_id,
                                             const std::vector<std::string>& item_ids,
                                             absl::string_view language);

  ServingViews views_;
  CustomerHistories histories_;
  const Clock* const clock_;
  const RecommenderOptions options_;
  absl::Time next_content_refresh_ = absl::InfinitePast();
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_RECOMMENDER_H_
