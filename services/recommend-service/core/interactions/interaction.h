#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_INTERACTIONS_INTERACTION_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_INTERACTIONS_INTERACTION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/changefeed/change.h"
#include "common/status/error_details.h"

namespace clientele::recommend {

// What was done to an item. The numbers are stored: never change them.
enum class InteractionType : std::int16_t {
  kView = 1,
  kCart = 2,
  kPurchase = 3,
  kReturn = 4,
  kRating = 5,
  kDismiss = 6,
};

// The kinds of events that are interactions with an item. Pure.
std::optional<InteractionType> InteractionTypeOf(changefeed::EventKind kind);

// Whether an event of the feed counts, and as what: one of those kinds, with an item, and a
// rating only with its value. Pure.
std::optional<InteractionType> InteractionTypeOf(const changefeed::ChangedEvent& event);

// Something done to an item anonymously; counts for statistics alone.
struct AnonymousInteraction {
  std::string item_id;
  std::string interaction_id;           // unique for the item
  std::optional<InteractionType> type;  // nullopt: what was done is no interaction
  absl::Time interaction_time;
  double quantity = 0;  // pieces
};

// Adds every violation of the proto's limits; paths start with `prefix`, such as
// "interactions[3].". `now` is the service's clock.
void CheckAnonymousInteraction(const AnonymousInteraction& interaction, absl::string_view prefix,
                               absl::Time now, FieldViolations& violations);

// Everything one customer did to one item, summed.
struct ItemHistory {
  std::string item_id;
  std::int64_t views = 0;
  std::int64_t carts = 0;
  std::int64_t purchases = 0;  // lines
  std::int64_t returns = 0;    // lines
  double rating = 0;           // the latest, 1 to 5; 0 is none
  absl::Time first_time;
  absl::Time last_time;
  absl::Time dismiss_time = absl::InfinitePast();   // of the latest dismissal; InfinitePast: none
  absl::Time purchase_time = absl::InfinitePast();  // of the latest purchase, likewise
};

// How an item does. Lines of known customers and of others together, but
// customer_count.
struct ItemStatistics {
  std::int64_t purchases = 0;
  std::int64_t returns = 0;
  std::int64_t views = 0;
  std::int64_t customers = 0;  // different known customers who bought it
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_INTERACTIONS_INTERACTION_H_
