#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORES_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORES_H_

// The tables of profile-service, wired to one pool.
//
//   Stores stores(pool, &resources.cipher, clock, rules, retention);
//   Customers customers(&stores.customers, &notifier, clock);

#include "absl/time/time.h"

#include "common/crypto/cipher.h"
#include "common/idempotency/ledger.h"
#include "common/idempotency/ledger_retention.h"
#include "common/postgres/connection_pool.h"
#include "common/time/clock.h"
#include "services/profile-service/core/events/event_rules.h"
#include "services/profile-service/store/cards/pg_activity_store.h"
#include "services/profile-service/store/changes/pg_change_store.h"
#include "services/profile-service/store/consent/pg_consent_store.h"
#include "services/profile-service/store/customers/pg_customer_store.h"
#include "services/profile-service/store/events/pg_event_expiry.h"
#include "services/profile-service/store/events/pg_event_store.h"
#include "services/profile-service/store/features/pg_behavior_store.h"
#include "services/profile-service/store/media/pg_media_store.h"
#include "services/profile-service/store/merges/pg_merge_store.h"
#include "services/profile-service/store/migrations.h"
#include "services/profile-service/store/profiles/pg_overview_store.h"
#include "services/profile-service/store/profiles/pg_profile_versions.h"
#include "services/profile-service/store/quarantine/pg_quarantine_store.h"
#include "services/profile-service/store/segments/pg_membership_store.h"
#include "services/profile-service/store/segments/pg_segment_sample_store.h"
#include "services/profile-service/store/segments/pg_segment_store.h"
#include "services/profile-service/store/similar/pg_profile_vector_store.h"

namespace clientele::profile {

// Members are in the order of their dependencies. Thread-safe; neither copied nor moved, because
// they know each other.
struct Stores {
  // Everything is borrowed and outlives the stores.
  Stores(postgres::ConnectionPool* pool, const crypto::Cipher* cipher, const Clock* clock,
         const EventRules& rules, absl::Duration request_retention)
      : ledger(kSchema, cipher, clock, KeptFor(request_retention)),
        customers(pool, &ledger, cipher, clock),
        events(pool, &ledger, cipher, clock, rules, {&recent, &quarantine_meter, &left_out_meter}),
        event_expiry(pool, clock, rules.consent),
        quarantine(pool, &ledger, cipher, clock, rules,
                   {.recent = &recent, .quarantine = nullptr, .left_out = &left_out_meter}),
        changes(pool, cipher, clock),
        consents(pool, &ledger, clock),
        merges(pool, &ledger, clock),
        media(pool, &ledger, cipher, rules.consent),
        behavior(pool, cipher),
        segments(pool, &ledger),
        memberships(pool, cipher),
        segment_samples(pool),
        profile_vectors(pool, cipher, rules.consent),
        activity(pool),
        overviews(pool, cipher),
        profile_versions(pool) {}
  Stores(const Stores&) = delete;
  Stores& operator=(const Stores&) = delete;

  const Ledger ledger;
  PgCustomerStore customers;
  RecentChanges recent{{}};
  QuarantineMeter quarantine_meter;
  LeftOutMeter left_out_meter;
  PgEventStore events;
  PgEventExpiry event_expiry;
  PgQuarantineStore quarantine;
  PgChangeStore changes;
  PgConsentStore consents;
  PgMergeStore merges;
  PgMediaStore media;
  PgBehaviorStore behavior;
  PgSegmentStore segments;
  PgMembershipStore memberships;
  PgSegmentSampleStore segment_samples;
  PgProfileVectorStore profile_vectors;
  PgActivityStore activity;
  PgOverviewStore overviews;
  PgProfileVersions profile_versions;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORES_H_
