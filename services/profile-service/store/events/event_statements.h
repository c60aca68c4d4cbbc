#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_EVENT_STATEMENTS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_EVENT_STATEMENTS_H_

#include "common/postgres/statement.h"

namespace clientele::profile::statements {

// Keeps the customers from being deleted until the events are committed.
inline constexpr postgres::Statement kLockEventCustomers{
    "profile.lock_event_customers",
    "SELECT customer_id FROM profile.customers WHERE customer_id = ANY($1::text[]) "
    "AND deleted_time IS NULL ORDER BY customer_id FOR KEY SHARE"};

}  // namespace clientele::profile::statements

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_EVENT_STATEMENTS_H_
