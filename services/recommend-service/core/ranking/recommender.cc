#include "services/recommend-service/core/ranking/recommender.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/core/explanations/reasons.h"
#include "services/recommend-service/core/interactions/preference.h"
#include "services/recommend-service/core/items/item.h"

namespace clientele::recommend {
namespace {

struct Candidate {
  std::size_t entry = 0;
  double score = 0;
  double affinity = 0;  // q_i^T p_u; 0 by popularity
};

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

std::vector<ObservedPreference> Observed(const ModelView& model,
                                         const std::vector<ItemHistory>& history) {
  std::vector<ObservedPreference> observed;
  for (const ItemHistory& item : history) {
    const std::int64_t row = model.Row(item.item_id);
    if (row >= 0) observed.push_back({row, Preference(item)});
  }
  return observed;
}

// Entries that may be recommended at all.
std::vector<std::size_t> Eligible(const CatalogSnapshot& catalog, const RecommendQuery& query,
                                  const std::vector<ItemHistory>& history) {
  const absl::flat_hash_set<std::string> categories(query.categories.begin(),
                                                    query.categories.end());
  absl::flat_hash_set<std::string> bought;
  if (!query.include_purchased) {
    for (const ItemHistory& item : history) {
      if (item.purchases > 0) bought.insert(item.item_id);
    }
  }
  std::vector<std::size_t> eligible;
  eligible.reserve(catalog.entries.size());
  for (std::size_t i = 0; i < catalog.entries.size(); ++i) {
    const CatalogItem& item = *catalog.entries[i].item;
    if (!item.available || bought.contains(item.id)) continue;
    if (!categories.empty() && !categories.contains(item.category)) continue;
    eligible.push_back(i);
  }
  return eligible;
}

}  // namespace

absl::StatusOr<RecommendationList> Recommender::Recommend(const RequestContext& context,
                                                          const RecommendQuery& query) {
  CLIENTELE_RETURN_IF_ERROR(CheckQuery(query));
  const std::shared_ptr<const ServingView> view = views_.Current();
  const CollaborativeModel* const model =
      view->model == nullptr ? nullptr : view->model->model.get();
  CLIENTELE_ASSIGN_OR_RETURN(
      const CustomerHistory history,
      store_->History(context, query.customer_id,
                      model == nullptr ? ModelIdentity() : model->identity()));

  RecommendationList list;
  std::optional<CustomerFactors> customer;
  if (model != nullptr && history.trained.has_value() &&
      history.trained->factors.size() == static_cast<std::size_t>(model->dimension())) {
    list.strategy = Strategy::kFactorization;
    customer = history.trained;
  } else if (model != nullptr) {
    const auto observed = Observed(*view->model, history.items);
    if (!observed.empty()) {
      list.strategy = Strategy::kFoldIn;
      CLIENTELE_ASSIGN_OR_RETURN(customer, view->model->fold_in.Solve(observed));
    }
  }
  CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));

  const CatalogSnapshot& catalog = *view->catalog;
  std::vector<Candidate> candidates;
  const std::vector<std::size_t> eligible = Eligible(catalog, query, history.items);
  candidates.reserve(eligible.size());
  if (customer.has_value()) {
    list.models.push_back(model->id());
    CLIENTELE_ASSIGN_OR_RETURN(const ItemScores scores, model->Score(*customer));
    for (const std::size_t i : eligible) {
      const std::int64_t row = view->row_of_entry[i];
      if (row >= 0) {
        const std::size_t at = static_cast<std::size_t>(row);
        const double affinity = scores.affinity[at];
        candidates.push_back({i, scores.bias[at] + affinity, affinity});
      } else {
        candidates.push_back({i, static_cast<double>(model->mu()) + customer->bias, 0});
      }
    }
  } else {
    for (const std::size_t i : eligible) {
      const double share =
          catalog.max_popularity > 0 ? catalog.entries[i].popularity / catalog.max_popularity : 0.0;
      candidates.push_back({i, share, 0});
    }
  }

  // Entries are ordered by id, so equal scores go by id.
  const std::size_t count =
      std::min(candidates.size(), static_cast<std::size_t>(query.max_results));
  std::partial_sort(candidates.begin(), candidates.begin() + static_cast<std::ptrdiff_t>(count),
                    candidates.end(), [](const Candidate& a, const Candidate& b) {
                      return a.score != b.score ? a.score > b.score : a.entry < b.entry;
                    });
  const ReasonFinder reasons(*view, history.items);
  for (std::size_t i = 0; i < count; ++i) {
    const Candidate& candidate = candidates[i];
    const CatalogItem& item = *catalog.entries[candidate.entry].item;
    Explanation explanation;
    if (customer.has_value()) {
      explanation = {model->id(), TermsOf(*model, *customer, view->row_of_entry[candidate.entry],
                                          candidate.affinity)};
    } else {
      explanation = {"", PopularityTerms{.share = candidate.score}};
    }
    list.recommendations.push_back({item.id,
                                    item.title,
                                    item.category,
                                    candidate.score,
                                    {std::move(explanation)},
                                    reasons.Find(candidate.entry)});
  }
  return list;
}

}  // namespace clientele::recommend
