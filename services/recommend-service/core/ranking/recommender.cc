#include "services/recommend-service/core/ranking/recommender.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/core/explanations/reasons.h"
#include "services/recommend-service/core/items/item.h"
#include "services/recommend-service/core/ranking/item_selection.h"

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

// One customer before one view: what gives the scores, and what explains them.
struct Personal {
  std::shared_ptr<const ServingView> view;
  KnownCustomer known = {};
  // What the history says; asked for reasons too, also where trained factors give the scores. Null
  // where it says nothing.
  const FoldInSolution* solution = nullptr;
  const CustomerFactors* customer = nullptr;  // null: scores are by popularity
  Strategy strategy = Strategy::kPopular;
  Fallback fallback = Fallback::kNone;
};

// Fills the rest in from view and known.
absl::Status Personalize(Personal& personal, Method method = Method::kBest) {
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

RecommendationList Explained(const Personal& personal, const std::vector<SelectedItem>& selected,
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
  CLIENTELE_RETURN_IF_ERROR(CheckQuery(query));
  Personal personal{.view = views_.Current(context)};
  CLIENTELE_ASSIGN_OR_RETURN(personal.known,
                             histories_.Read(context, query.customer_id, personal.view->model));
  CLIENTELE_RETURN_IF_ERROR(Personalize(personal, query.method));
  const absl::Time now = clock_->Now();
  CLIENTELE_RETURN_IF_ERROR(context.Check(now));
  const ResolvedHistory& history = *personal.known.history;
  return Explained(personal,
                   personal.customer != nullptr
                       ? SelectByFactors(*personal.view, query, history, *personal.customer, now)
                       : SelectByPopularity(*personal.view, query, history, now),
                   query.language);
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
  ranked.list = Explained(
      personal, RankCandidates(*personal.view, query.item_ids, personal.customer), query.language);
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
  RecommendationList list = Explained(
      personal, RankCandidates(*personal.view, {query.item_id}, personal.customer), query.language);
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
