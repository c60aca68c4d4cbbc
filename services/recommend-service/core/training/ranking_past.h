#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_RANKING_PAST_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_RANKING_PAST_H_

// What a ranker learns from: what was known before a moment, and what customers chose after it.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/consent/consent.h"
#include "common/executor/request_context.h"
#include "services/recommend-service/core/interactions/interaction.h"
#include "services/recommend-service/core/interactions/preference.h"
#include "services/recommend-service/core/items/catalog.h"
#include "services/recommend-service/core/training/training_set.h"

namespace clientele::recommend {

// What one customer did with an item, before the cut and after it.
struct PastInteractions {
  ItemHistory before;             // sums of what is before the cut
  std::int64_t before_count = 0;  // of interactions; 0: the customer did not know the item then
  double before_recent = 0;       // what they add to the item's ItemPopularity::recent_sum
  bool chosen_later = false;      // bought or put into the cart after the cut
};

struct PastInteractionsOfCustomer {
  std::string customer_id;
  consent::Consents consents = {};
  std::vector<PastInteractions> items;  // by item id
};

// Port: where the interactions are.
class PastInteractionStore {
 public:
  virtual ~PastInteractionStore() = default;
  // The time of the newest interaction of a known customer; nullopt where there is none.
  virtual absl::StatusOr<std::optional<absl::Time>> NewestInteraction(
      const RequestContext& context) = 0;
  // Tells of each customer with interactions once, by id, as of one moment; an error of `take` ends
  // it. Interactions at the cut are after it.
  virtual absl::Status ReadPast(
      const RequestContext& context, absl::Time cut,
      absl::FunctionRef<absl::Status(PastInteractionsOfCustomer)> take) = 0;
};

// One customer at the cut.
struct PastCustomer {
  std::vector<ItemHistory> before;  // by item id
  std::vector<std::string> later;   // items first chosen after it; by id
};

struct RankingPast {
  absl::Time cut;
  absl::Time newest;                       // of known customers' interactions
  std::vector<CatalogItem> items;          // of the catalog as it is now
  std::vector<ItemPopularity> popularity;  // of known customers' interactions before the cut
  TrainingSet before;                      // likewise, of all customers who consented
  // A sample of those who knew an item before the cut and chose another one after it.
  std::vector<PastCustomer> customers;
};

struct RankingPastOptions {
  absl::Duration held_out =
      absl::Hours(24 * 14);  // how long before the newest interaction the cut is
  // The cut is not earlier than this.
  absl::Time not_before = absl::InfinitePast();
  std::size_t max_customers = 20'000;  // of the sample
  std::uint64_t seed = 0;              // likewise
  Dismissals dismissals = {};
  consent::Policy consent = {};
};

// FAILED_PRECONDITION, reason NO_INTERACTIONS, where nothing is before the cut; the stores' errors.
absl::StatusOr<RankingPast> LoadRankingPast(const RequestContext& context,
                                            PastInteractionStore& store, CatalogStore& catalog,
                                            const RankingPastOptions& options);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_RANKING_PAST_H_
