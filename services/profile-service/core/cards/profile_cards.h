#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CARDS_PROFILE_CARDS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CARDS_PROFILE_CARDS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/executor/request_context.h"
#include "common/time/clock.h"
#include "services/profile-service/core/cards/activity_store.h"
#include "services/profile-service/core/profiles/overview.h"

namespace clientele::profile {

// Makes cards of customers as of now (profile_card.h). Borrows everything; thread-safe.
class ProfileCards {
 public:
  ProfileCards(const Overviews* overviews, ActivityStore* activity, const Clock* clock)
      : overviews_(overviews), activity_(activity), clock_(clock) {}

  // An SVG file. NOT_FOUND without the customer; UNAVAILABLE while the store or a model is.
  absl::StatusOr<std::string> Render(const RequestContext& context, absl::string_view customer_id,
                                     absl::string_view language) const;

 private:
  const Overviews* const overviews_;
  ActivityStore* const activity_;
  const Clock* const clock_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CARDS_PROFILE_CARDS_H_
