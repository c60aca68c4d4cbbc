#ifndef CLIENTELE_TESTS_INTEGRATION_PROFILE_PG_STORES_UNDER_TEST_H_
#define CLIENTELE_TESTS_INTEGRATION_PROFILE_PG_STORES_UNDER_TEST_H_

#include <memory>

#include "common/crypto/cipher.h"
#include "common/idempotency/ledger.h"
#include "common/postgres/connection_pool.h"
#include "services/profile-service/store/cards/pg_activity_store.h"
#include "services/profile-service/store/changes/pg_change_store.h"
#include "services/profile-service/store/consent/pg_consent_store.h"
#include "services/profile-service/store/customers/pg_customer_store.h"
#include "services/profile-service/store/events/pg_event_expiry.h"
#include "services/profile-service/store/events/pg_event_store.h"
#include "services/profile-service/store/features/pg_behavior_store.h"
#include "services/profile-service/store/features/pg_text_vector_store.h"
#include "services/profile-service/store/media/pg_media_store.h"
#include "services/profile-service/store/merges/pg_merge_store.h"
#include "services/profile-service/store/profiles/pg_overview_store.h"
#include "services/profile-service/store/profiles/pg_profile_versions.h"
#include "services/profile-service/store/quarantine/pg_quarantine_store.h"
#include "services/profile-service/store/segments/pg_membership_store.h"
#include "services/profile-service/store/segments/pg_segment_sample_store.h"
#include "services/profile-service/store/segments/pg_segment_store.h"
#include "services/profile-service/store/similar/pg_profile_vector_store.h"
#include "tests/contract/profile/stores_under_test.h"
#include "tests/support/test_database.h"

namespace clientele::profile::testing {

// The stores over a database of their own.
class PgStoresUnderTest final : public StoresUnderTest {
 public:
  explicit PgStoresUnderTest(std::size_t connections = 4, const EventRules& rules = {});

  CustomerStore& customers() override { return customers_; }
  EventStore& events() override { return events_; }
  ChangeStore& changes() override { return changes_; }
  BehaviorStore& behavior() override { return behavior_; }
  ConsentStore& consents() override { return consents_; }
  TextVectorStore& text_vectors() override { return text_vectors_; }
  ActivityStore& activity() override { return activity_; }
  SegmentStore& segments() override { return segments_; }
  SegmentSampleStore& samples() override { return samples_; }
  ProfileVectorStore& profile_vectors() override { return profile_vectors_; }
  MembershipStore& memberships() override { return memberships_; }
  MergeStore& merges() override { return merges_; }
  MediaStore& media() override { return media_; }
  QuarantineStore& quarantine() override { return quarantine_; }
  EventExpiryStore& expiry() override { return expiry_; }
  ProfileVersions& versions() override { return versions_; }
  OverviewStore& overviews() override { return overviews_; }

  postgres::ConnectionPool& pool() { return *pool_; }
  PgEventStore& pg_events() { return events_; }
  const QuarantineMeter& quarantine_meter() const { return quarantine_meter_; }
  const LeftOutMeter& left_out_meter() const { return left_out_meter_; }
  // Over the same database.
  PgEventStore NewEventStore(RecentChanges* recent) {
    return PgEventStore(pool_.get(), &ledger_, &cipher_, &clock, {},
                        {.recent = recent, .quarantine = nullptr, .left_out = nullptr});
  }
  const crypto::Cipher& cipher() const { return cipher_; }
  // The number that a statement gives.
  int64_t Count(const postgres::Statement& statement,
                const std::vector<postgres::Value>& params = {});

 private:
  const clientele::testing::TestDatabase database_;
  const std::unique_ptr<postgres::ConnectionPool> pool_;
  const crypto::Cipher cipher_;
  const Ledger ledger_;
  PgCustomerStore customers_;
  QuarantineMeter quarantine_meter_;
  LeftOutMeter left_out_meter_;
  PgEventStore events_;
  PgChangeStore changes_;
  PgBehaviorStore behavior_;
  PgConsentStore consents_;
  PgTextVectorStore text_vectors_;
  PgActivityStore activity_;
  PgSegmentStore segments_;
  PgSegmentSampleStore samples_;
  PgProfileVectorStore profile_vectors_;
  PgMembershipStore memberships_;
  PgMergeStore merges_;
  PgMediaStore media_;
  PgQuarantineStore quarantine_;
  PgEventExpiry expiry_;
  PgProfileVersions versions_;
  PgOverviewStore overviews_;
};

}  // namespace clientele::profile::testing

#endif  // CLIENTELE_TESTS_INTEGRATION_PROFILE_PG_STORES_UNDER_TEST_H_
