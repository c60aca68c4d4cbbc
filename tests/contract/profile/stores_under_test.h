#ifndef CLIENTELE_TESTS_CONTRACT_PROFILE_STORES_UNDER_TEST_H_
#define CLIENTELE_TESTS_CONTRACT_PROFILE_STORES_UNDER_TEST_H_

#include <memory>

#include "services/profile-service/core/cards/activity_store.h"
#include "services/profile-service/core/changes/change_store.h"
#include "services/profile-service/core/consent/consent_store.h"
#include "services/profile-service/core/customers/customer_store.h"
#include "services/profile-service/core/events/event_expiry_store.h"
#include "services/profile-service/core/events/event_store.h"
#include "services/profile-service/core/features/behavior.h"
#include "services/profile-service/core/media/media_store.h"
#include "services/profile-service/core/merges/merge_store.h"
#include "services/profile-service/core/profiles/overview.h"
#include "services/profile-service/core/profiles/profile_versions.h"
#include "services/profile-service/core/profiles/text_vectors.h"
#include "services/profile-service/core/quarantine/quarantine_store.h"
#include "services/profile-service/core/segments/membership_store.h"
#include "services/profile-service/core/segments/segment_sample_store.h"
#include "services/profile-service/core/segments/segment_store.h"
#include "services/profile-service/core/similar/profile_vector_store.h"
#include "tests/support/fake_clock.h"

namespace clientele::profile::testing {

// The ports over one empty store, for store_contract.cc and feed_contract.cc.
class StoresUnderTest {
 public:
  virtual ~StoresUnderTest() = default;
  virtual CustomerStore& customers() = 0;
  virtual EventStore& events() = 0;
  virtual ChangeStore& changes() = 0;
  virtual BehaviorStore& behavior() = 0;
  virtual ConsentStore& consents() = 0;
  virtual TextVectorStore& text_vectors() = 0;
  virtual ActivityStore& activity() = 0;
  virtual SegmentStore& segments() = 0;
  virtual SegmentSampleStore& samples() = 0;
  virtual ProfileVectorStore& profile_vectors() = 0;
  virtual MembershipStore& memberships() = 0;
  virtual MergeStore& merges() = 0;
  virtual MediaStore& media() = 0;
  virtual QuarantineStore& quarantine() = 0;
  virtual EventExpiryStore& expiry() = 0;
  virtual ProfileVersions& versions() = 0;
  virtual OverviewStore& overviews() = 0;

  clientele::testing::FakeClock clock;
};

// Defined once in each executable that runs the contract.
std::unique_ptr<StoresUnderTest> MakeStoresUnderTest();

}  // namespace clientele::profile::testing

#endif  // CLIENTELE_TESTS_CONTRACT_PROFILE_STORES_UNDER_TEST_H_
