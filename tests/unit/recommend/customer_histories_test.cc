#include "services/recommend-service/core/ranking/customer_histories.h"

#include <memory>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/contract/recommend/interaction_history_contract.h"
#include "tests/contract/recommend/memory_interactions.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/recommend/fake_collaborative_model.h"

namespace clientele::recommend {
namespace {

using changefeed::Change;
using changefeed::EventKind;
using testing::FedDeletion;
using testing::FedEvent;

struct Kept {
  void Feed(const std::vector<Change>& changes) {
    REQUIRE(store.Apply(*store.LoadCursor(), {changes, "next"}).ok());
  }
  // The number of items of the customer's history.
  std::size_t Read(const std::string& customer) {
    const auto known = histories.Read({}, customer, model);
    REQUIRE(known.ok());
    return known->history->items.size();
  }
  static std::vector<Change> Purchases(const std::string& customer, int count) {
    std::vector<Change> changes;
    for (int i = 0; i < count; ++i) {
      const std::string number = std::to_string(i);
      changes.push_back(FedEvent(customer, "e" + number, EventKind::kPurchase, "item-" + number));
    }
    return changes;
  }
  static std::shared_ptr<const ModelView> Model() {
    return std::make_shared<const ModelView>(std::make_shared<FakeCollaborativeModel>(
        std::vector<std::string>{"item-0", "item-1"}, std::vector<float>{1, 0},
        std::vector<float>{0, 0}, 0.0f));
  }

  testing::MemoryInteractions store;
  clientele::testing::FakeClock clock;
  std::shared_ptr<const ModelView> model = Model();
  CustomerHistories histories{&store, &clock, {.min_items = 3, .max_items = 10}};
};

TEST_CASE("a long history is kept, a short one is not, and both are always current") {
  Kept kept;
  kept.Feed(Kept::Purchases("short", 2));
  kept.Feed(Kept::Purchases("long", 4));
  CHECK(kept.Read("short") == 2);
  CHECK(kept.Read("long") == 4);
  CHECK(kept.Read("nobody") == 0);
  CHECK(kept.histories.kept() == 1);
  const auto first = kept.histories.Read({}, "long", kept.model)->history;
  CHECK(kept.histories.Read({}, "long", kept.model)->history == first);
  kept.Feed({FedEvent("long", "another", EventKind::kView, "item-9")});
  CHECK(kept.Read("long") == 5);
}

TEST_CASE("nothing is told or kept of who withdrew their consent to recommendations") {
  Kept kept;
  kept.Feed(Kept::Purchases("long", 4));
  CHECK(kept.Read("long") == 4);
  kept.Feed({testing::FedConsent("long", consent::Purpose::kRecommendation,
                                 consent::Decision::kWithdrawn)});
  const auto known = kept.histories.Read({}, "long", kept.model);
  REQUIRE(known.ok());
  CHECK(known->is_withheld);
  CHECK(known->history->items.empty());
  CHECK_FALSE(known->trained.has_value());
  CHECK(kept.histories.kept() == 0);
  kept.Feed({testing::FedConsent("long", consent::Purpose::kRecommendation,
                                 consent::Decision::kGranted)});
  CHECK(kept.Read("long") == 4);
}

TEST_CASE("a history is in the terms of the model it is read for") {
  Kept kept;
  kept.Feed(Kept::Purchases("long", 4));
  const auto with = kept.histories.Read({}, "long", kept.model)->history;
  CHECK(with->items.at(1).row == 1);
  CHECK(with->items.at(2).row == -1);
  CHECK(with->Other("item-2")->bought);
  CHECK(with->Other("item-1") == nullptr);
  const auto without = kept.histories.Read({}, "long", nullptr)->history;
  CHECK(without->items.at(1).row == -1);
  CHECK(without->Other("item-1")->bought);
  CHECK(kept.histories.Read({}, "long", Kept::Model())->history->items.at(0).row == 0);
}

TEST_CASE("a history that is kept is another one when a dismissal ends") {
  Kept kept;
  std::vector<Change> changes = Kept::Purchases("long", 4);
  changes.push_back(FedEvent("long", "d", EventKind::kDismiss, "item-1"));
  changes.back().event.event_time = kept.clock.Now();
  kept.Feed(changes);
  const auto dismissed = [&] {
    return kept.histories.Read({}, "long", kept.model)->history->items.at(1).dismissed;
  };
  CHECK(dismissed());
  CHECK(kept.histories.Read({}, "long", kept.model)->history->valid_until ==
        kept.clock.Now() + absl::Hours(24 * 90));
  kept.clock.Advance(absl::Hours(24 * 90) - absl::Seconds(1));
  CHECK(dismissed());
  kept.clock.Advance(absl::Seconds(1));
  CHECK(!dismissed());
}

TEST_CASE("what is kept of a customer goes with their deletion") {
  Kept kept;
  kept.Feed(Kept::Purchases("long", 4));
  CHECK(kept.Read("long") == 4);
  kept.Feed({FedDeletion("long")});
  SECTION("at the next read") {
    CHECK(kept.Read("long") == 0);
    CHECK(kept.histories.kept() == 0);
  }
  SECTION("after a minute at the latest, read or not") {
    kept.clock.Advance(absl::Seconds(59));
    kept.histories.DropIdle();
    CHECK(kept.histories.kept() == 1);
    kept.clock.Advance(absl::Seconds(1));
    kept.histories.DropIdle();
    CHECK(kept.histories.kept() == 0);
  }
}

TEST_CASE("what is kept is bounded") {
  Kept kept;
  for (const std::string customer : {"a", "b", "c", "d", "e"}) {
    kept.Feed(Kept::Purchases(customer, 4));
    CHECK(kept.Read(customer) == 4);
  }
  CHECK(kept.histories.kept() == 2);
}

}  // namespace
}  // namespace clientele::recommend
