#include "services/recommend-service/core/training/held_out_ranking.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/types/span.h"

#include "common/evaluation/ranking.h"
#include "common/status/status_macros.h"
#include "common/topk/dot_products.h"
#include "services/recommend-service/core/ranking/resolved_history.h"
#include "services/recommend-service/core/ranking/sequence_state.h"
#include "services/recommend-service/core/ranking/serving_view.h"

namespace clientele::recommend {
namespace {

constexpr std::int64_t kFirst = 10;

// The place of an item among the ids, which ascend; -1: it is not there.
std::int32_t PlaceOf(const std::vector<std::string>& ids, const std::string& id) {
  const auto found = std::lower_bound(ids.begin(), ids.end(), id);
  return found == ids.end() || *found != id ? -1 : static_cast<std::int32_t>(found - ids.begin());
}

// What a model says of one customer: fills a score for each of its rows.
using ScoreRows = absl::FunctionRef<absl::Status(const PastCustomer&, absl::Span<float>)>;

absl::StatusOr<HeldOutRanking> RankRows(const std::vector<std::string>& row_ids, ScoreRows score,
                                        const RankingPast& past, std::size_t max_customers) {
  const std::vector<std::string>& catalog = past.before.item_ids;
  std::vector<std::int32_t> place_of_row;
  place_of_row.reserve(row_ids.size());
  std::vector<bool> is_known(catalog.size(), false);
  for (const std::string& id : row_ids) {
    place_of_row.push_back(PlaceOf(catalog, id));
    if (place_of_row.back() >= 0) is_known[static_cast<std::size_t>(place_of_row.back())] = true;
  }

  HeldOutRanking result;
  evaluation::RankingMeans means(kFirst);
  std::vector<float> row_scores(row_ids.size()), scores(catalog.size());
  const std::size_t step = std::max<std::size_t>(
      1, (past.customers.size() + max_customers - 1) / std::max<std::size_t>(1, max_customers));
  for (std::size_t u = 0; u < past.customers.size(); u += step) {
    const PastCustomer& customer = past.customers[u];
    CLIENTELE_RETURN_IF_ERROR(score(customer, absl::MakeSpan(row_scores)));
    std::fill(scores.begin(), scores.end(), std::numeric_limits<float>::quiet_NaN());
    for (std::size_t row = 0; row < row_ids.size(); ++row) {
      if (place_of_row[row] < 0) continue;
      scores[static_cast<std::size_t>(place_of_row[row])] = row_scores[row];
    }
    std::vector<std::int32_t> known, chosen;
    for (const ItemHistory& item : customer.before) known.push_back(PlaceOf(catalog, item.item_id));
    std::int32_t beyond = static_cast<std::int32_t>(catalog.size());
    for (const std::string& id : customer.later) {
      const std::int32_t place = PlaceOf(catalog, id);
      const bool knows = place >= 0 && is_known[static_cast<std::size_t>(place)];
      // A place beyond the catalog is no rank: what the model does not know it cannot recommend.
      chosen.push_back(knows ? place : beyond++);
      result.known_items += knows ? 1 : 0;
    }
    means.Add(evaluation::RankAmong(absl::MakeConstSpan(scores), chosen, known));
  }
  result.ndcg = means.Result().ndcg;
  result.customers = means.Result().rankings;
  return result;
}

}  // namespace

absl::StatusOr<HeldOutRanking> RankHeldOut(const std::shared_ptr<const CollaborativeModel>& model,
                                           const RankingPast& past, const Dismissals& dismissals,
                                           std::size_t max_customers) {
  const ModelView view(model);
  const std::vector<float> nothing(static_cast<std::size_t>(model->dimension()), 0.0F);
  return RankRows(
      model->item_ids(),
      [&](const PastCustomer& customer, absl::Span<float> scores) -> absl::Status {
        const ResolvedHistory history(&view, customer.before, dismissals, past.cut);
        CLIENTELE_ASSIGN_OR_RETURN(const FoldInSolution* const solution,
                                   history.FoldedIn(view.fold_in));
        // Nothing is known of who touched no item of the model: by the items' biases alone.
        topk::DotProducts(model->item_factors(), static_cast<std::int64_t>(scores.size()),
                          model->dimension(),
                          solution == nullptr ? nothing : solution->customer().factors,
                          [&](std::int64_t first, absl::Span<const float> products) {
                            for (std::size_t i = 0; i < products.size(); ++i) {
                              const std::size_t row = static_cast<std::size_t>(first) + i;
                              scores[row] = products[i] + model->item_biases()[row];
                            }
                          });
        return absl::OkStatus();
      },
      past, max_customers);
}

absl::StatusOr<HeldOutRanking> RankHeldOut(const std::shared_ptr<const SequenceModel>& model,
                                           const RankingPast& past, const Dismissals& dismissals,
                                           std::size_t max_customers) {
  const ServingView view;  // without a model: items are known by their ids
  return RankRows(
      model->items().ids,
      [&](const PastCustomer& customer, absl::Span<float> scores) -> absl::Status {
        const ResolvedHistory history(nullptr, customer.before, dismissals, past.cut);
        CLIENTELE_ASSIGN_OR_RETURN(const std::optional<SequenceState> read,
                                   ReadSequence(model, LatestItems(view, history)));
        std::fill(scores.begin(), scores.end(), std::numeric_limits<float>::quiet_NaN());
        if (!read.has_value()) return absl::OkStatus();
        topk::DotProducts(model->items().vectors, static_cast<std::int64_t>(scores.size()),
                          model->items().width, read->state,
                          [&](std::int64_t first, absl::Span<const float> products) {
                            std::copy(products.begin(), products.end(), scores.begin() + first);
                          });
        return absl::OkStatus();
      },
      past, max_customers);
}

}  // namespace clientele::recommend
