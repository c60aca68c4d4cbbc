#include "services/recommend-service/core/ranking/recommender.h"

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
Fallback FallbackOf(const ServingView& view, const ResolvedHistory& history) {
  if (view.model == nullptr) return Fallback::kNoModel;
  return history.items.empty() ? Fallback::kUnknownCustomer : Fallback::kTooFewEvents;
}

absl::Status CheckQuery(const RecommendQuery& query) {
  FieldViolations violations;
  if (!IsItemId(query.customer_id)) violations.Add("customer", "must be customers/{customer}");
  if (query.max_results < 1 || query.max_results > kMaxResults) {
    violations.Add("max_results", absl::StrCat("must be 0 to ", kMaxResults));
  }
  if (query.categories.size() > kMaxCategories) {
    violations.Add("categories", absl::StrCat("must have at most ", kMaxCategories, " entries"));
  }
  if (query.language.size() > kMaxLanguageBytes) {
    violations.Add("language_code",
                   absl::StrCat("must have at most ", kMaxLanguageBytes, " bytes"));
  }
  return violations.ToStatus();
}

}  // namespace

absl::StatusOr<RecommendationList> Recommender::Recommend(const RequestContext& context,
                                                          const RecommendQuery& query) {
  CLIENTELE_RETURN_IF_ERROR(CheckQuery(query));
  const std::shared_ptr<const ServingView> view = views_.Current(context);
  const CollaborativeModel* const model =
      view->model == nullptr ? nullptr : view->model->model.get();
  CLIENTELE_ASSIGN_OR_RETURN(const KnownCustomer known,
                             histories_.Read(context, query.customer_id, view->model));
  const ResolvedHistory& history = *known.history;

  // What the history says is asked for reasons too, also where trained factors give the scores.
  const FoldInSolution* solution = nullptr;
  if (model != nullptr) {
    CLIENTELE_ASSIGN_OR_RETURN(solution, history.FoldedIn(view->model->fold_in));
  }
  RecommendationList list;
  const CustomerFactors* customer = nullptr;
  if (model != nullptr && known.trained.has_value() &&
      known.trained->factors.size() == static_cast<std::size_t>(model->dimension())) {
    list.strategy = Strategy::kFactorization;
    customer = &*known.trained;
  } else if (solution != nullptr) {
    list.strategy = Strategy::kFoldIn;
    customer = &solution->customer();
  } else {
    list.fallback = FallbackOf(*view, history);
  }
  CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));

  if (customer != nullptr) list.models.push_back(model->id());
  const std::vector<SelectedItem> selected = customer != nullptr
                                                 ? SelectByFactors(*view, query, history, *customer)
                                                 : SelectByPopularity(*view, query, history);
  if (selected.empty()) list.fallback = Fallback::kFilteredOut;
  const ReasonFinder reasons(*view, history, solution, query.language);
  list.recommendations.reserve(selected.size());
  for (const SelectedItem& one : selected) {
    const CatalogEntry& entry = *view->catalog->Find(one.id);
    Explanation explanation;
    if (customer != nullptr) {
      explanation = {model->id(), TermsOf(*view, *customer, one)};
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

void Recommender::RefreshContent(const RequestContext& context) {
  const absl::Time start = clock_->Now();
  if (start < next_content_refresh_) return;
  views_.RefreshContent(context);
  const absl::Time end = clock_->Now();
  next_content_refresh_ = end + 9 * (end - start);
}

}  // namespace clientele::recommend
