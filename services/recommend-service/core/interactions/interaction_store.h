#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_INTERACTIONS_INTERACTION_STORE_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_INTERACTIONS_INTERACTION_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/consent/consent.h"
#include "common/executor/request_context.h"
#include "services/recommend-service/core/interactions/interaction.h"
#include "services/recommend-service/core/ranking/collaborative_model.h"

namespace clientele::recommend {

// What BatchCreateAnonymous did.
struct AnonymousCreated {
  std::int64_t created = 0;
  std::int64_t duplicates = 0;
};

// What is known of one customer.
struct CustomerHistory {
  // Changes with every change of the items, and never comes back; 0: of a customer nobody has seen.
  std::int64_t revision = 0;
  std::vector<ItemHistory> items;  // by item id
  // By the training of the model asked for, while nothing has happened since: the revision is the
  // one that was trained on.
  std::optional<CustomerFactors> trained;
  // What the customer decided about the use of all this.
  consent::Consents consents = {};
};

// Where interactions live; those of known customers arrive by the change feed.
// UNAVAILABLE when the database is away. Thread-safe.
class InteractionStore {
 public:
  virtual ~InteractionStore() = default;

  // One transaction.
  virtual absl::StatusOr<AnonymousCreated> BatchCreateAnonymous(
      const RequestContext& context, const std::vector<AnonymousInteraction>& interactions) = 0;
  virtual absl::StatusOr<ItemStatistics> Statistics(const RequestContext& context,
                                                    absl::string_view item_id) = 0;
  // Empty for a customer nobody has seen. Items are left out where the revision is still
  // `known_revision`: the caller has them. Factors only where the training that made `model`
  // stored them: another training's would be of another space.
  virtual absl::StatusOr<CustomerHistory> History(const RequestContext& context,
                                                  absl::string_view customer_id,
                                                  const ModelIdentity& model,
                                                  std::int64_t known_revision = 0) = 0;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_INTERACTIONS_INTERACTION_STORE_H_
