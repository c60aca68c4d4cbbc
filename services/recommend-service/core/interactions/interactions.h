#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_INTERACTIONS_INTERACTIONS_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_INTERACTIONS_INTERACTIONS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/executor/request_context.h"
#include "common/time/clock.h"
#include "services/recommend-service/core/interactions/interaction_store.h"
#include "services/recommend-service/core/items/item_store.h"

namespace clientele::recommend {

inline constexpr int kMaxInteractionBatch = 5000;

// Interactions of nobody known, and the items' statistics. Thread-safe.
class Interactions {
 public:
  // Borrowed.
  Interactions(InteractionStore* store, ItemStore* items, const Clock* clock)
      : store_(store), items_(items), clock_(clock) {}

  // INVALID_ARGUMENT with every violation at once, unknown items among them;
  // nothing is then stored.
  absl::StatusOr<AnonymousCreated> BatchCreateAnonymous(
      const RequestContext& context, const std::vector<AnonymousInteraction>& interactions);
  // NOT_FOUND when there is no such item.
  absl::StatusOr<ItemStatistics> Statistics(const RequestContext& context,
                                            absl::string_view item_id);

 private:
  InteractionStore* const store_;
  ItemStore* const items_;
  const Clock* const clock_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_INTERACTIONS_INTERACTIONS_H_
