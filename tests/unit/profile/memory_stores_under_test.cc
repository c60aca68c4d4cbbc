#include <memory>

#include "tests/contract/profile/memory_stores.h"
#include "tests/contract/profile/stores_under_test.h"

namespace clientele::profile::testing {
namespace {

class MemoryStoresUnderTest final : public StoresUnderTest {
 public:
  CustomerStore& customers() override { return stores_; }
  EventStore& events() override { return stores_; }
  ChangeStore& changes() override { return stores_; }
  BehaviorStore& behavior() override { return stores_; }
  ConsentStore& consents() override { return stores_; }
  TextVectorStore& text_vectors() override { return stores_; }
  ActivityStore& activity() override { return stores_; }
  SegmentStore& segments() override { return stores_; }
  SegmentSampleStore& samples() override { return stores_; }
  ProfileVectorStore& profile_vectors() override { return stores_; }
  MembershipStore& memberships() override { return stores_; }
  MergeStore& merges() override { return stores_; }
  MediaStore& media() override { return stores_; }
  QuarantineStore& quarantine() override { return stores_; }
  EventExpiryStore& expiry() override { return stores_; }
  ProfileVersions& versions() override { return stores_; }
  OverviewStore& overviews() override { return stores_; }

 private:
  MemoryStores stores_{&clock};
};

}  // namespace

std::unique_ptr<StoresUnderTest> MakeStoresUnderTest() {
  return std::make_unique<MemoryStoresUnderTest>();
}

}  // namespace clientele::profile::testing
