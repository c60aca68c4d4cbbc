#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CARDS_PG_ACTIVITY_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CARDS_PG_ACTIVITY_STORE_H_

#include <vector>

#include "common/postgres/connection_pool.h"
#include "services/profile-service/core/cards/activity_store.h"

namespace clientele::profile {

// Counts rows of profile.events by the index of customer and time. Borrows the pool.
class PgActivityStore final : public ActivityStore {
 public:
  explicit PgActivityStore(postgres::ConnectionPool* pool) : pool_(pool) {}

  absl::StatusOr<std::vector<MonthOfActivity>> CountByMonth(const RequestContext& context,
                                                            absl::string_view customer_id,
                                                            absl::CivilMonth first,
                                                            absl::CivilMonth last) override;

 private:
  postgres::ConnectionPool* const pool_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CARDS_PG_ACTIVITY_STORE_H_
