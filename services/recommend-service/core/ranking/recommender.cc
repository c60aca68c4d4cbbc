#include "services/recommend-service/core/ranking/recommender.h"

#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/core/drift/history_features.h"
#include "services/recommend-service/core/explanations/reasons.h"
#include "services/recommend-service/core/items/item.h"
#include "services/recommend-service/core/ranking/item_selection.h"
#include "services/recommend-service/core/ranking/left_out.h"
#include "services/recommend-service/core/ranking/wanted_items.h"

namespace clientele::recommend {
namespace {

FactorizationTerms TermsOf(const ServingView& view, const CustomerFactors& customer,
                           const SelectedItem& item) {
  FactorizationTerms terms{.global_mean = view.model->model->mu(),
                           .customer_bias = customer.bias,
                           .affinity = item.affinity};
  if (item.slot >= 0) {
    terms.item_bias = view.Terms(item.slot).bias;
    terms.is_estimated = view.IsEstimated(item.slot);
  }
  return terms;
}

// Why the customer gets no scores of their own.
Fallback FallbackOf(const ServingView& view, const KnownCustomer& known) {
  if (known.is_withheld) return Fallback::kNoConsent;
  if (view.model == nullptr) return Fallback::kNoModel;
  return known.history->items.empty() ? Fallback::kUnknownCustomer : Fallback::kTooFewEvents;
}

void CheckLanguage(const std::string& language, FieldViolations& violations) {
  if (language.size() > kMaxLanguageBytes) {
    violations.Add("language_code",
                   absl::StrCat("must have at most ", kMaxLanguageBytes, " bytes"));
  }
}

void CheckMaxResults(int max_results, FieldViolations& violations) {
  if (max_results < 1 || max_results > kMaxResults) {
    violations.Add("max_results", absl::StrCat("must be 0 to ", kMaxResults));
  }
}

absl::Status CheckQuery(const RecommendQuery& query) {
  FieldViolations violations;
  if (!IsItemId(query.customer_id)) violations.Add("customer", "must be customers/{customer}");
  CheckMaxResults(query.max_results, violations);
  if (query.categories.size() > kMaxCategories) {
    violations.Add("categories", absl::StrCat("must have at most ", kMaxCategories, " entries"));
  }
  if (query.excluded_categories.size() > kMaxCategories) {
    violations.Add("excluded_categories",
                   absl::StrCat("must have at most ", kMaxCategories, " entries"));
  }
  // Also false for NaN.
  const double lambda = query.diversity_lambda.value_or(1);
  if (!(lambda >= 0 && lambda <= 1)) violations.Add("diversity_lambda", "must be 0 to 1");
  CheckItemFilter(query.filter, "filter", violations);
  CheckLanguage(query.language, violations);
  return violations.ToStatus();
}

absl::Status CheckQuery(const RankQuery& query) {
  FieldViolations violations;
  if (!IsItemId(query.customer_id)) violations.Add("customer", "must be customers/{customer}");
  if (query.item_ids.empty() || query.item_ids.size() > kMaxCandidates) {
    violations.Add("items", absl::StrCat("must have 1 to ", kMaxCandidates, " entries"));
  }
  CheckLanguage(query.language, violations);
  return violations.ToStatus();
}

absl::Status CheckQuery(const ExplainQuery& query) {
  FieldViolations violations;
  if (!IsItemId(query.customer_id)) violations.Add("customer", "must be customers/{customer}");
  CheckLanguage(query.language, violations);
  return violations.ToStatus();
}

absl::Status CheckQuery(const SimilarItemsQuery& query) {
  FieldViolations violations;
  CheckMaxResults(query.max_results, violations);
  CheckItemFilter(query.filter, "filter", violations);
  CheckLanguage(query.language, violations);
  return violations.ToStatus();
}

// Fills the rest in from view and known.
absl::Status Personalize(Recommender::Personal& personal, Method method = Method::kBest) {
  if (method == Method::kHybrid) method = Method::kBest;
  const ResolvedHistory& history = *personal.known.history;
  const ModelView* const model = personal.view->model.get();
  if (model != nullptr) {
    CLIENTELE_ASSIGN_OR_RETURN(personal.solution, history.FoldedIn(model->fold_in));
  }
  if (method == Method::kPopular) return absl::OkStatus();
  const std::optional<CustomerFactors>& trained = personal.known.trained;
  if (method == Method::kBest && model != nullptr && trained.has_value() &&
      trained->factors.size() == static_cast<std::size_t>(model->model->dimension())) {
    personal.strategy = Strategy::kFactorization;
    personal.customer = &*trained;
  } else if (personal.solution != nullptr) {
    personal.strategy = Strategy::kFoldIn;
    personal.customer = &personal.solution->customer();
  } else {
    personal.fallback = FallbackOf(*personal.view, personal.known);
  }
  return absl::OkStatus();
}

// Of customers of whom nothing is known there is nothing to compare.
void ObserveHistory(const Recommender::Personal& personal, FeatureDrift& drift) {
  if (personal.view->model == nullptr || personal.known.history->items.empty()) return;
  const CollaborativeModel& model = *personal.view->model->model;
  drift.Observe(model.id(), [&] { return model.histograms(); },
                {HistoryRow(*personal.known.history, model)});
}

HybridTerms HybridTermsOf(const Candidate& candidate) {
  HybridTerms terms;
  for (std::size_t source = 0; source < kCandidateSources.size(); ++source) {
    if (std::isnan(candidate.scores[source]) && candidate.ranks[source] == 0) continue;
    terms.sources.push_back({std::string(kCandidateSources[source]), candidate.scores[source],
                             candidate.ranks[source]});
  }
  return terms;
}

ItemInputs InputsOf(HybridItem& item, bool is_ranked) {
  ItemInputs inputs;
  if (is_ranked) {
    inputs.features = std::move(item.features);
    return inputs;
  }
  for (std::size_t source = 0; source < kCandidateSources.size(); ++source) {
    const int rank = item.candidate.ranks[source];
    if (rank > 0) inputs.ranks.push_back({std::string(kCandidateSources[source]), rank});
  }
  return inputs;
}

std::shared_ptr<const ScoreInputs> InputsOf(HybridSelection& selection) {
  auto inputs = std::make_shared<ScoreInputs>();
  inputs->items.reserve(selection.items.size());
  for (HybridItem& item : selection.items) {
    inputs->items.push_back(InputsOf(item, !selection.ranker.empty()));
  }
  return inputs;
}

// Of the factorization, or of popularity, whose scores are counts.
std::shared_ptr<const ScoreInputs> InputsOf(const Recommender::Personal& personal,
                                            const std::vector<SelectedItem>& selected) {
  auto inputs = std::make_shared<ScoreInputs>();
  inputs->items.resize(selected.size());
  if (personal.customer == nullptr) return inputs;
  const ServingView& view = *personal.view;
  inputs->factors = personal.customer->factors;
  inputs->bias = personal.customer->bias;
  inputs->training_id = view.model->model->identity().training_id;
  for (std::size_t at = 0; at < selected.size(); ++at) {
    const std::int32_t slot = selected[at].slot;
    if (slot >= 0 && !view.IsEstimated(slot)) continue;
    EstimatedItem& estimate = inputs->items[at].estimate.emplace();
    if (slot < 0) continue;
    const ItemTerms terms = view.Terms(slot);
    estimate = {{terms.factors.begin(), terms.factors.end()}, terms.bias};
  }
  return inputs;
}

RecommendationList ExplainedHybrid(const Recommender::Personal& personal, HybridSelection selection,
                                   absl::string_view language) {
  const ServingView& view = *personal.view;
  RecommendationList list;
  list.strategy = Strategy::kHybrid;
  list.fallback = selection.items.empty() ? Fallback::kFilteredOut : personal.fallback;
  list.models.push_back(view.model->model->id());
  if (!selection.ranker.empty()) list.models.push_back(selection.ranker);
  list.trace = std::move(selection.trace);
  const ReasonFinder reasons(view, *personal.known.history, personal.solution, language);
  list.recommendations.reserve(selection.items.size());
  for (const HybridItem& one : selection.items) {
    const CatalogEntry& entry = *one.candidate.entry;
    list.recommendations.push_back({entry.item->id,
                                    entry.item->title,
                                    entry.item->category,
                                    one.score,
                                    {{selection.ranker, HybridTermsOf(one.candidate)}},
                                    reasons.Find(entry, one.candidate.slot)});
  }
  return list;
}

RecommendationList Explained(const Recommender::Personal& personal,
                             const std::vector<SelectedItem>& selected,
                             absl::string_view language) {
  const ServingView& view = *personal.view;
  RecommendationList list;
  list.strategy = personal.strategy;
  list.fallback = selected.empty() ? Fallback::kFilteredOut : personal.fallback;
  if (personal.customer != nullptr) list.models.push_back(view.model->model->id());
  const ReasonFinder reasons(view, *personal.known.history, personal.solution, language);
  list.recommendations.reserve(selected.size());
  for (const SelectedItem& one : selected) {
    const CatalogEntry& entry = *view.catalog->Find(one.id);
    Explanation explanation;
    if (personal.customer != nullptr) {
      explanation = {view.model->model->id(), TermsOf(view, *personal.customer, one)};
    } else {
      explanation = {"", PopularityTerms{.share = one.score}};
    }
    list.recommendations.push_back({entry.item->id,
                                    entry.item->title,
                                    entry.item->category,
                                    one.score,
                                    {std::move(explanation)},
                                    reasons.Find(entry, one.slot)});
  }
  return list;
}

}  // namespace

absl::StatusOr<RecommendationList> Recommender::Recommend(const RequestContext& context,
                                                          const RecommendQuery& query) {
  const absl::Time start = clock_->Now();
  CLIENTELE_RETURN_IF_ERROR(CheckQuery(query));
  Personal personal{.view = views_.Current(context)};
  CLIENTELE_ASSIGN_OR_RETURN(personal.known,
                             histories_.Read(context, query.customer_id, personal.view->model));
  CLIENTELE_RETURN_IF_ERROR(Personalize(personal, query.method));
  if (options_.drift != nullptr) ObserveHistory(personal, *options_.drift);
  const absl::Time now = clock_->Now();
  CLIENTELE_RETURN_IF_ERROR(context.Check(now));
  const ServingView& view = *personal.view;
  const WantedItems wanted(view, query.categories, query.filter, now, query.excluded_categories);
  const LeftOut left_out(view, *personal.known.history,
                         {query.include_purchased, &options_.repeats}, now);
  if (UsesHybrid(personal.customer, query.method)) {
    const absl::Duration until_candidates = clock_->Now() - start;
    CLIENTELE_ASSIGN_OR_RETURN(
        HybridSelection selection,
        SelectHybrid(
            context, {view, *personal.known.history, personal.customer, wanted, left_out, now},
            {.customer_id = query.customer_id,
             .count = static_cast<std::size_t>(query.max_results),
             .diversity_lambda = query.diversity_lambda.value_or(options_.hybrid.diversity_lambda),
             .wants_features = query.wants_inputs},
            options_.hybrid, options_.ranker, *clock_));
    const absl::Time selected = clock_->Now();
    std::shared_ptr<const ScoreInputs> inputs;
    if (query.wants_inputs) inputs = InputsOf(selection);
    RecommendationList list = ExplainedHybrid(personal, std::move(selection), query.language);
    list.trace.insert(list.trace.begin(),
                      {"history", until_candidates, personal.known.history->items.size()});
    list.trace.push_back({"reasons", clock_->Now() - selected, list.recommendations.size()});
    if (!query.wants_trace) list.trace.clear();
    list.inputs = std::move(inputs);
    return list;
  }
  const std::vector<SelectedItem> selected =
      personal.customer != nullptr
          ? SelectByFactors(view, wanted, left_out, *personal.customer, query.max_results)
          : SelectByPopularity(view, wanted, left_out, query.max_results);
  RecommendationList list = Explained(personal, selected, query.language);
  if (query.wants_inputs && !personal.known.is_withheld) list.inputs = InputsOf(personal, selected);
  return list;
}

bool Recommender::UsesHybrid(const CustomerFactors* customer, Method method) const {
  if (customer == nullptr) return false;
  return method == Method::kHybrid ||
         (method == Method::kBest && options_.ranker != nullptr && options_.ranker->stands());
}

absl::StatusOr<RecommendationList> Recommender::Ordered(const RequestContext& context,
                                                        const Personal& personal,
                                                        absl::string_view customer_id,
                                                        const std::vector<std::string>& item_ids,
                                                        absl::string_view language) {
  const ServingView& view = *personal.view;
  if (!UsesHybrid(personal.customer, Method::kBest)) {
    return Explained(personal, RankCandidates(view, item_ids, personal.customer), language);
  }
  const absl::Time now = clock_->Now();
  const ItemFilter everything;
  const WantedItems wanted(view, {}, everything, now);
  const LeftOut left_out(view, *personal.known.history, {false, &options_.repeats}, now);
  CLIENTELE_ASSIGN_OR_RETURN(
      HybridSelection selection,
      SelectHybrid(context,
                   {view, *personal.known.history, personal.customer, wanted, left_out, now},
                   {.customer_id = customer_id, .count = item_ids.size(), .only = &item_ids},
                   options_.hybrid, options_.ranker, *clock_));
  RecommendationList list = ExplainedHybrid(personal, std::move(selection), language);
  list.trace.clear();
  return list;
}

absl::StatusOr<RankedCandidates> Recommender::Rank(const RequestContext& context,
                                                   const RankQuery& query) {
  CLIENTELE_RETURN_IF_ERROR(CheckQuery(query));
  Personal personal{.view = views_.Current(context)};
  CLIENTELE_ASSIGN_OR_RETURN(personal.known,
                             histories_.Read(context, query.customer_id, personal.view->model));
  CLIENTELE_RETURN_IF_ERROR(Personalize(personal));
  CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
  RankedCandidates ranked;
  CLIENTELE_ASSIGN_OR_RETURN(
      ranked.list, Ordered(context, personal, query.customer_id, query.item_ids, query.language));
  for (const std::string& id : query.item_ids) {
    if (personal.view->catalog->Find(id) == nullptr) ranked.missing_ids.push_back(id);
  }
  return ranked;
}

absl::StatusOr<RecommendationExplanation> Recommender::Explain(const RequestContext& context,
                                                               const ExplainQuery& query) {
  CLIENTELE_RETURN_IF_ERROR(CheckQuery(query));
  Personal personal{.view = views_.Current(context)};
  const CatalogEntry* const entry = personal.view->catalog->Find(query.item_id);
  if (entry == nullptr) return NotFound(absl::StrCat("items/", query.item_id));
  CLIENTELE_ASSIGN_OR_RETURN(personal.known,
                             histories_.Read(context, query.customer_id, personal.view->model));
  CLIENTELE_RETURN_IF_ERROR(Personalize(personal));
  CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
  CLIENTELE_ASSIGN_OR_RETURN(RecommendationList list, Ordered(context, personal, query.customer_id,
                                                              {query.item_id}, query.language));
  RecommendationExplanation explanation;
  explanation.recommendation = std::move(list.recommendations.front());
  explanation.strategy = list.strategy;
  explanation.fallback = list.fallback;
  explanation.models = std::move(list.models);
  const ResolvedHistory& history = *personal.known.history;
  if (personal.customer != nullptr && personal.solution != nullptr) {
    for (const ItemContribution& one : ContributionsOf(*personal.view, history, *personal.solution,
                                                       personal.view->Slot(query.item_id))) {
      explanation.contributions.push_back(
          {one.entry->item->id, one.entry->item->title, one.amount});
    }
  }
  const ResolvedItem* const touched = history.Find(personal.view->model.get(), query.item_id);
  if (touched != nullptr && touched->bought) explanation.exclusions.push_back(Exclusion::kBought);
  if (touched != nullptr && touched->dismissed) {
    explanation.exclusions.push_back(Exclusion::kDismissed);
  }
  if (!entry->item->AvailableAt(clock_->Now()))
    explanation.exclusions.push_back(Exclusion::kNotAvailable);
  return explanation;
}

absl::StatusOr<SimilarItemsList> Recommender::SimilarItems(const RequestContext& context,
                                                           const SimilarItemsQuery& query) {
  CLIENTELE_RETURN_IF_ERROR(CheckQuery(query));
  const std::shared_ptr<const ServingView> view = views_.Current(context);
  const CatalogEntry* const entry = view->catalog->Find(query.item_id);
  if (entry == nullptr) return NotFound(absl::StrCat("items/", query.item_id));
  const absl::Time now = clock_->Now();
  CLIENTELE_RETURN_IF_ERROR(context.Check(now));
  return FindSimilarItems(*view, *entry, query, now);
}

void Recommender::RefreshContent(const RequestContext& context) {
  const absl::Time start = clock_->Now();
  if (start < next_content_refresh_) return;
  views_.RefreshContent(context);
  const absl::Time end = clock_->Now();
  next_content_refresh_ = end + 9 * (end - start);
}

}  // namespace clientele::recommend
