#ifndef CLIENTELE_TESTS_UNIT_PROFILE_STORES_UNDER_TEST_H_
#define CLIENTELE_TESTS_UNIT_PROFILE_STORES_UNDER_TEST_H_

#include <memory>

#include "services/profile-service/core/behaviour.h"
#include "services/profile-service/core/change_store.h"
#include "services/profile-service/core/customer_store.h"
#include "services/profile-service/core/event_store.h"
#include "tests/support/fake_clock.h"

namespace clientele::profile::testing {

// The four ports over one empty store, for store_contract_test.cc.
class StoresUnderTest {
 public:
  virtual ~StoresUnderTest() = default;
  virtual CustomerStore& customers() = 0;
  virtual EventStore& events() = 0;
  virtual ChangeStore& changes() = 0;
  virtual BehaviourStore& behaviour() = 0;

  clientele::testing::FakeClock clock;
};

// Defined once in each executable that runs the contract.
std::unique_ptr<StoresUnderTest> MakeStoresUnderTest();

}  // namespace clientele::profile::testing

#endif  // CLIENTELE_TESTS_UNIT_PROFILE_STORES_UNDER_TEST_H_
