#include "services/recommend-service/core/training/held_out_ranking.h"

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "absl/types/span.h"

#include "common/evaluation/ranking.h"
#include "common/status/status_macros.h"
#include "common/topk/dot_products.h"
#include "services/recommend-service/core/ranking/resolved_history.h"
#include "services/recommend-service/core/ranking/serving_view.h"

namespace clientele::recommend {
namespace {

constexpr std::int64_t kFirst = 10;

// The place of an item among the ids, which ascend; -1: it is not there.
std::int32_t PlaceOf(const std::vector<std::string>& ids, const std::string& id) {
  const auto found = std::lower_bound(ids.begin(), ids.end(), id);
  return found == ids.end() || *found != id ? -1 : static_cast<std::int32_t>(found - ids.begin());
}

}  // namespace

absl::StatusOr<HeldOutRanking> RankHeldOut(const std::shared_ptr<const CollaborativeModel>& model,
                                           const RankingPast& past, const Dismissals& dismissals,
                                           std::size_t max_customers) {
  const ModelView view(model);
  const std::vector<std::string>& catalog = past.before.item_ids;
  const std::int64_t rows = static_cast<std::int64_t>(model->item_ids().size());
  std::vector<std::int32_t> place_of_row;
  place_of_row.reserve(model->item_ids().size());
  for (const std::string& id : model->item_ids()) place_of_row.push_back(PlaceOf(catalog, id));

  HeldOutRanking result;
  evaluation::RankingMeans means(kFirst);
  std::vector<float> scores(catalog.size());
  const std::size_t step = std::max<std::size_t>(
      1, (past.customers.size() + max_customers - 1) / std::max<std::size_t>(1, max_customers));
  for (std::size_t u = 0; u < past.customers.size(); u += step) {
    const PastCustomer& customer = past.customers[u];
    const ResolvedHistory history(&view, customer.before, dismissals, past.cut);
    CLIENTELE_ASSIGN_OR_RETURN(const FoldInSolution* const solution,
                               history.FoldedIn(view.fold_in));
    // Nothing is known of who touched no item of the model: by the items' biases alone.
    const std::vector<float> nothing(static_cast<std::size_t>(model->dimension()), 0.0F);
    std::fill(scores.begin(), scores.end(), std::numeric_limits<float>::quiet_NaN());
    topk::DotProducts(model->item_factors(), rows, model->dimension(),
                      solution == nullptr ? nothing : solution->customer().factors,
                      [&](std::int64_t first, absl::Span<const float> products) {
                        for (std::size_t i = 0; i < products.size(); ++i) {
                          const std::size_t row = static_cast<std::size_t>(first) + i;
                          if (place_of_row[row] < 0) continue;
                          scores[static_cast<std::size_t>(place_of_row[row])] =
                              products[i] + model->item_biases()[row];
                        }
                      });
    std::vector<std::int32_t> known, chosen;
    for (const ItemHistory& item : customer.before) known.push_back(PlaceOf(catalog, item.item_id));
    std::int32_t beyond = static_cast<std::int32_t>(catalog.size());
    for (const std::string& id : customer.later) {
      const bool is_known = view.Row(id) >= 0;
      // A place beyond the catalog is no rank: what the model does not know it cannot recommend.
      chosen.push_back(is_known ? PlaceOf(catalog, id) : beyond++);
      result.known_items += is_known ? 1 : 0;
    }
    means.Add(evaluation::RankAmong(absl::MakeConstSpan(scores), chosen, known));
  }
  result.ndcg = means.Result().ndcg;
  result.customers = means.Result().rankings;
  return result;
}

}  // namespace clientele::recommend
