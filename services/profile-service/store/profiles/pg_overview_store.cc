#include "services/profile-service/store/profiles/pg_overview_store.h"

#include <optional>
#include <string>
#include <vector>

#include "common/status/status_macros.h"
#include "services/profile-service/store/customers/members.h"
#include "services/profile-service/store/customers/pg_customer_store.h"
#include "services/profile-service/store/events/pg_event_store.h"
#include "services/profile-service/store/features/pg_behavior_store.h"

namespace clientele::profile {

absl::StatusOr<OverviewStore::Parts> PgOverviewStore::ReadOverview(
    const RequestContext& context, absl::string_view customer_id, absl::Time now,
    const AffinityModel& affinity, const SignalQuery& texts, int max_events) {
  Parts parts;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](postgres::Transaction& transaction) -> absl::Status {
        parts = {};
        CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::string> members,
                                   MembersOf(transaction, customer_id));
        CLIENTELE_ASSIGN_OR_RETURN(parts.customer,
                                   ReadCustomer(transaction, *cipher_, members.front()));
        CLIENTELE_ASSIGN_OR_RETURN(
            parts.behavior,
            ReadBehavior(transaction, *cipher_, members.front(), now, affinity, texts));
        if (max_events == 0) return absl::OkStatus();
        CLIENTELE_ASSIGN_OR_RETURN(
            parts.events, ListEvents(transaction, cipher_, members, std::nullopt, max_events));
        return absl::OkStatus();
      },
      {.isolation = postgres::TransactionOptions::Isolation::kRepeatableRead, .read_only = true}));
  return parts;
}

absl::StatusOr<OverviewStore::Evidence> PgOverviewStore::ReadEvidence(
    const RequestContext& context, absl::string_view customer_id, absl::Time now,
    const AffinityModel& affinity, const SignalQuery& texts, int max_events) {
  Evidence evidence;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](postgres::Transaction& transaction) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::string> members,
                                   MembersOf(transaction, customer_id));
        CLIENTELE_ASSIGN_OR_RETURN(
            evidence.behavior,
            ReadBehavior(transaction, *cipher_, members.front(), now, affinity, texts));
        CLIENTELE_ASSIGN_OR_RETURN(
            evidence.events, ListEvents(transaction, nullptr, members, std::nullopt, max_events));
        return absl::OkStatus();
      },
      {.isolation = postgres::TransactionOptions::Isolation::kRepeatableRead, .read_only = true}));
  return evidence;
}

}  // namespace clientele::profile
