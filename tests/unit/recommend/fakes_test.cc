// The fakes of recommend-service's ports keep the contracts that PostgreSQL keeps.
#include <catch2/catch_test_macros.hpp>

#include "tests/contract/changefeed/change_sink_contract.h"
#include "tests/contract/recommend/audience_store_contract.h"
#include "tests/contract/recommend/experiment_store_contract.h"
#include "tests/contract/recommend/interaction_history_contract.h"
#include "tests/contract/recommend/interaction_store_contract.h"
#include "tests/contract/recommend/item_store_contract.h"
#include "tests/contract/recommend/memory_experiments.h"
#include "tests/contract/recommend/memory_interactions.h"
#include "tests/contract/recommend/memory_predictions.h"
#include "tests/contract/recommend/memory_stores.h"
#include "tests/contract/recommend/past_interaction_store_contract.h"
#include "tests/contract/recommend/prediction_store_contract.h"
#include "tests/contract/recommend/training_store_contract.h"
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

TEST_CASE("the fake keeps the contract of every change sink") {
  MemoryInteractions interactions;
  changefeed::CheckChangeSinkContract(interactions);
}

TEST_CASE("the fake keeps the contract of histories that the feed makes") {
  clientele::testing::FakeClock clock;
  MemoryItems items(&clock);
  MemoryInteractions interactions(&items);
  CheckInteractionHistoryContract({interactions, interactions, interactions, items});
}

TEST_CASE("the fake keeps the audience store's contract") {
  clientele::testing::FakeClock clock;
  MemoryItems items(&clock);
  MemoryInteractions interactions(&items);
  CheckAudienceStoreContract({interactions, interactions, interactions, items}, interactions);
}

TEST_CASE("the fake keeps the experiment store's contract") {
  clientele::testing::FakeClock clock;
  MemoryExperiments experiments(&clock);
  CheckExperimentStoreContract({experiments, experiments, clock});
}

TEST_CASE("the fake keeps the prediction store's contract") {
  MemoryPredictions predictions;
  CheckPredictionStoreContract({predictions, predictions});
}

TEST_CASE("the fake keeps the training store's contract") {
  clientele::testing::FakeClock clock;
  MemoryItems items(&clock);
  MemoryInteractions interactions(&items);
  CheckTrainingStoreContract({interactions, interactions, interactions, items});
}

TEST_CASE("the fake keeps the contract of past interactions") {
  clientele::testing::FakeClock clock;
  MemoryItems items(&clock);
  MemoryInteractions interactions(&items);
  CheckPastInteractionStoreContract({interactions, interactions, interactions, items},
                                    interactions);
}

}  // namespace
}  // namespace clientele::recommend::testing
