#include "services/recommend-service/core/training/ranking_past.h"

#include <algorithm>

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::recommend {
namespace {

struct PastSums {
  double purchases = 0;
  double returns = 0;
  double carts = 0;
  double views = 0;
  double recent = 0;
};

// Takes in one customer after the other.
class PastGatherer {
 public:
  PastGatherer(RankingPast& past, const RankingPastOptions& options)
      : past_(past), options_(options), random_(options.seed) {
    std::vector<std::string>& ids = past.before.item_ids;
    ids.reserve(past.items.size());
    for (const CatalogItem& item : past.items) ids.push_back(item.id);
    std::sort(ids.begin(), ids.end());
    for (std::size_t i = 0; i < ids.size(); ++i) {
      numbers_.emplace(ids[i], static_cast<std::int32_t>(i));
    }
    sums_.resize(ids.size());
  }

  void Take(PastInteractionsOfCustomer customer) {
    if (!options_.consent.Allows(consent::Purpose::kRecommendation, customer.consents)) return;
    PastCustomer one;
    bool is_new = true;
    for (PastInteractions& item : customer.items) {
      const auto number = numbers_.find(item.before.item_id);
      if (number == numbers_.end()) continue;
      if (item.before_count == 0) {
        if (item.chosen_later) one.later.push_back(std::move(item.before.item_id));
        continue;
      }
      if (is_new) past_.before.customer_ids.push_back(customer.customer_id);
      is_new = false;
      past_.before.examples.push_back(
          {static_cast<std::int32_t>(past_.before.customer_ids.size() - 1), number->second,
           static_cast<float>(Preference(item.before, options_.dismissals, past_.cut)),
           absl::ToUnixMicros(item.before.first_time)});
      past_.before.interaction_count += item.before_count;
      PastSums& sums = sums_[static_cast<std::size_t>(number->second)];
      sums.purchases += static_cast<double>(item.before.purchases);
      sums.returns += static_cast<double>(item.before.returns);
      sums.carts += static_cast<double>(item.before.carts);
      sums.views += static_cast<double>(item.before.views);
      sums.recent += item.before_recent;
      one.before.push_back(std::move(item.before));
    }
    if (!one.before.empty() && !one.later.empty()) Sample(std::move(one));
  }

  void Finish() {
    for (std::size_t i = 0; i < sums_.size(); ++i) {
      const PastSums& sums = sums_[i];
      past_.popularity.push_back(
          {past_.before.item_ids[i],
           PopularityWeight(sums.purchases, sums.returns, sums.carts, sums.views), sums.recent});
    }
    past_.before.customer_revisions.assign(past_.before.customer_ids.size(), 0);
  }

 private:
  // Each customer has the same chance (Vitter, Random sampling with a reservoir, 1985).
  void Sample(PastCustomer customer) {
    ++seen_;
    if (past_.customers.size() < options_.max_customers) {
      past_.customers.push_back(std::move(customer));
      return;
    }
    const std::size_t place = std::uniform_int_distribution<std::size_t>(0, seen_ - 1)(random_);
    if (place < past_.customers.size()) past_.customers[place] = std::move(customer);
  }

  RankingPast& past_;
  const RankingPastOptions& options_;
  std::mt19937_64 random_;
  absl::flat_hash_map<std::string, std::int32_t> numbers_;
  std::vector<PastSums> sums_;
  std::size_t seen_ = 0;
};

}  // namespace

absl::StatusOr<RankingPast> LoadRankingPast(const RequestContext& context,
                                            PastInteractionStore& store, CatalogStore& catalog,
                                            const RankingPastOptions& options) {
  RankingPast past;
  CLIENTELE_ASSIGN_OR_RETURN(const std::optional<absl::Time> newest,
                             store.NewestInteraction(context));
  if (newest.has_value()) {
    past.newest = *newest;
    past.cut = std::max(*newest - options.held_out, options.not_before);
    CLIENTELE_ASSIGN_OR_RETURN(CatalogChanges items, catalog.ItemsSince(context, 0));
    past.items = std::move(items.changed);
    PastGatherer gatherer(past, options);
    CLIENTELE_RETURN_IF_ERROR(
        store.ReadPast(context, past.cut, [&](PastInteractionsOfCustomer customer) {
          gatherer.Take(std::move(customer));
          return absl::OkStatus();
        }));
    gatherer.Finish();
  }
  if (past.before.examples.empty()) {
    return WithReason(
        absl::FailedPreconditionError("there are no interactions before the held-out days"),
        "NO_INTERACTIONS");
  }
  return past;
}

}  // namespace clientele::recommend
