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

FactorizationTerms TermsOf(const CollaborativeModel& model, const CustomerFactors& customer,
                           std::int64_t row, double affinity) {
  return {.global_mean = model.mu(),
          .customer_bias = customer.bias,
          .item_bias = row < 0 ? 0.0f : model.item_biases()[static_cast<std::size_t>(row)],
          .affinity = affinity};
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

  RecommendationList list;
  std::optional<CustomerFactors> customer;
  if (model != nullptr && known.trained.has_value() &&
      known.trained->factors.size() == static_cast<std::size_t>(model->dimension())) {
    list.strategy = Strategy::kFactorization;
    customer = known.trained;
  } else if (model != nullptr) {
    CLIENTELE_ASSIGN_OR_RETURN(customer, history.FoldedIn(view->model->fold_in));
    if (customer.has_value()) list.strategy = Strategy::kFoldIn;
  }
  CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));

  if (customer.has_value()) list.models.push_back(model->id());
  const std::vector<SelectedItem> selected = customer.has_value()
                                                 ? SelectByFactors(*view, query, history, *customer)
                                                 : SelectByPopularity(*view, query, history);
  const ReasonFinder reasons(*view, history);
  list.recommendations.reserve(selected.size());
  for (const SelectedItem& one : selected) {
    const CatalogEntry& entry = *view->catalog->Find(one.id);
    Explanation explanation;
    if (customer.has_value()) {
      explanation = {model->id(), TermsOf(*model, *customer, one.row, one.affinity)};
    } else {
      explanation = {"", PopularityTerms{.share = one.score}};
    }
    list.recommendations.push_back({entry.item->id,
                                    entry.item->title,
                                    entry.item->category,
                                    one.score,
                                    {std::move(explanation)},
                                    reasons.Find(entry, one.row)});
  }
  return list;
}

}  // namespace clientele::recommend
