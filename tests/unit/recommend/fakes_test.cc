// The fakes of recommend-service's ports keep the contracts that PostgreSQL keeps.
#include <catch2/catch_test_macros.hpp>

#include "tests/contract/recommend/interaction_store_contract.h"
#include "tests/contract/recommend/item_store_contract.h"
#include "tests/contract/recommend/memory_stores.h"
#include "tests/support/fake_clock.h"

namespace clientele::recommend::testing {
namespace {

TEST_CASE("the fake keeps the item store's contract") {
  clientele::testing::FakeClock clock;
  MemoryItems items(&clock);
  CheckItemStoreContract({items, items, clock});
}

TEST_CASE("the fake keeps the interaction store's contract") {
  MemoryInteractions interactions;
  CheckInteractionStoreContract(interactions);
}

}  // namespace
}  // namespace clientele::recommend::testing
