#ifndef CLIENTELE_TESTS_CONTRACT_RECOMMEND_INTERACTION_HISTORY_CONTRACT_H_
#define CLIENTELE_TESTS_CONTRACT_RECOMMEND_INTERACTION_HISTORY_CONTRACT_H_

// What every InteractionStore tells of a customer once the change feed has told it: run by the
// fakes' test and by the one of PostgreSQL. Called from a TEST_CASE with empty stores.

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "common/changefeed/change_sink.h"
#include "services/recommend-service/core/interactions/interaction_store.h"
#include "services/recommend-service/core/interactions/preference.h"
#include "services/recommend-service/core/items/item_store.h"
#include "services/recommend-service/core/training/training.h"
#include "tests/contract/recommend/feed.h"
#include "tests/contract/recommend/item_store_contract.h"

namespace clientele::recommend::testing {

struct FedStoresUnderTest {
  changefeed::ChangeSink& sink;
  InteractionStore& interactions;
  TrainingStore& training;
  ItemStore& items;

  void Feed(const std::vector<changefeed::Change>& changes) { testing::Feed(sink, changes); }
  void CreateItem(const std::string& id) {
    REQUIRE(items.Create({}, SampleMutation("CreateItem"), SampleItem(id), false).ok());
  }
  std::vector<ItemHistory> History(const std::string& customer) {
    const auto history = interactions.History({}, customer, {});
    REQUIRE(history.ok());
    CHECK(!history->trained.has_value());
    return history->items;
  }
};

// What a training store under test goes by: no clock decides.
inline constexpr Dismissals kEndlessDismissals{.weight = 0.75, .lifetime = absl::ZeroDuration()};

inline absl::Time FedTime(int minute) {
  return absl::FromUnixSeconds(1'600'000'000) + absl::Minutes(minute);
}

inline changefeed::Change FedEvent(const std::string& customer, const std::string& event,
                                   changefeed::EventKind type, const std::string& item,
                                   int minute = 0, double rating = 0) {
  changefeed::Change change;
  change.kind = changefeed::Change::Kind::kEvent;
  change.customer_id = customer;
  change.change_time = absl::FromUnixSeconds(1'700'000'000);
  change.event.event_id = event;
  change.event.type = type;
  change.event.event_time = FedTime(minute);
  change.event.item_id = item;
  change.event.quantity = 1;
  change.event.rating = rating;
  return change;
}

inline changefeed::Change FedDeletion(const std::string& customer) {
  changefeed::Change change;
  change.kind = changefeed::Change::Kind::kCustomerDeleted;
  change.customer_id = customer;
  return change;
}

inline changefeed::Change FedConsent(const std::string& customer, consent::Purpose purpose,
                                     consent::Decision decision) {
  changefeed::Change change;
  change.kind = changefeed::Change::Kind::kConsentsChanged;
  change.customer_id = customer;
  change.consents.Set(purpose, decision);
  return change;
}

// "": the customer stands for themselves.
inline changefeed::Change FedSurvivor(const std::string& customer, const std::string& survivor) {
  changefeed::Change change;
  change.kind = changefeed::Change::Kind::kSurvivorChanged;
  change.customer_id = customer;
  change.survivor_id = survivor;
  return change;
}

// Events of a type that happened before a minute; of one customer, or everybody's.
inline changefeed::Change FedExpiry(changefeed::EventKind type, int minute,
                                    const std::string& customer = "") {
  changefeed::Change change;
  change.customer_id = customer;
  change.kind = changefeed::Change::Kind::kEventsExpired;
  change.change_time = absl::FromUnixSeconds(1'700'000'000);
  change.expired_type = type;
  change.expired_before = FedTime(minute);
  return change;
}

inline auto AsTuple(const ItemHistory& one) {
  return std::tuple(one.item_id, one.views, one.carts, one.purchases, one.returns, one.rating,
                    one.first_time, one.last_time, one.dismiss_time, one.purchase_time);
}

// The sums of one customer's events by their definition, in the order of item ids.
inline std::vector<ItemHistory> SummedPlainly(const std::vector<changefeed::ChangedEvent>& events) {
  std::map<std::string, ItemHistory> items;
  std::map<std::string, std::pair<absl::Time, std::string>> rated;
  for (const changefeed::ChangedEvent& event : events) {
    const auto type = InteractionTypeOf(event);
    if (!type.has_value()) continue;
    const auto [found, is_new] = items.try_emplace(event.item_id);
    ItemHistory& item = found->second;
    item.item_id = event.item_id;
    item.views += *type == InteractionType::kView;
    item.carts += *type == InteractionType::kCart;
    item.purchases += *type == InteractionType::kPurchase;
    item.returns += *type == InteractionType::kReturn;
    item.first_time = is_new ? event.event_time : std::min(item.first_time, event.event_time);
    item.last_time = is_new ? event.event_time : std::max(item.last_time, event.event_time);
    if (*type == InteractionType::kDismiss) {
      item.dismiss_time = std::max(item.dismiss_time, event.event_time);
    }
    if (*type == InteractionType::kPurchase) {
      item.purchase_time = std::max(item.purchase_time, event.event_time);
    }
    if (*type != InteractionType::kRating) continue;
    const std::pair at(event.event_time, event.event_id);
    const auto [latest, first] = rated.try_emplace(event.item_id, at);
    if (!first && at < latest->second) continue;
    latest->second = at;
    item.rating = event.rating;
  }
  std::vector<ItemHistory> sums;
  for (auto& [id, item] : items) sums.push_back(std::move(item));
  return sums;
}

inline void CheckInteractionHistoryContract(FedStoresUnderTest under_test) {
  using changefeed::EventKind;

  SECTION("what a customer did to an item is summed, and events without an item are nothing") {
    under_test.Feed({FedEvent("ada", "e1", EventKind::kView, "mug", 1),
                     FedEvent("ada", "e2", EventKind::kCart, "mug", 2),
                     FedEvent("ada", "e3", EventKind::kPurchase, "mug", 3),
                     FedEvent("ada", "e4", EventKind::kPurchase, "mug", 4),
                     FedEvent("ada", "e5", EventKind::kReturn, "mug", 5),
                     FedEvent("ada", "e6", EventKind::kSearch, "", 6),
                     FedEvent("ada", "e7", EventKind::kMessage, "mug", 7),
                     FedEvent("bob", "e1", EventKind::kPurchase, "mug", 1)});
    const auto history = under_test.History("ada");
    REQUIRE(history.size() == 1);
    CHECK(AsTuple(history[0]) == std::tuple("mug", 1, 1, 2, 1, 0.0, FedTime(1), FedTime(5),
                                            absl::InfinitePast(), FedTime(4)));
    CHECK(under_test.History("bob").at(0).purchases == 1);
    CHECK(under_test.History("eve").empty());
  }

  SECTION("merged customers have one history, and their own again when the merge is undone") {
    const auto purchases = [&](const std::string& customer) {
      std::int64_t sum = 0;
      for (const ItemHistory& item : under_test.History(customer)) sum += item.purchases;
      return sum;
    };
    const auto revision = [&](const std::string& customer) {
      return under_test.interactions.History({}, customer, {})->revision;
    };
    under_test.Feed({FedEvent("ada", "e1", EventKind::kPurchase, "mug", 1),
                     FedEvent("ada", "e2", EventKind::kPurchase, "cup", 2),
                     FedEvent("bob", "e1", EventKind::kPurchase, "mug", 3),
                     FedEvent("cy", "e1", EventKind::kView, "mug", 4)});
    const auto before = under_test.History("ada");
    const std::int64_t known = revision("bob");
    under_test.Feed({FedSurvivor("ada", "bob")});
    CHECK(purchases("ada") == 3);
    CHECK(purchases("bob") == 3);
    CHECK(revision("bob") > known);
    CHECK(revision("ada") == revision("bob"));
    CHECK(under_test.interactions.Statistics({}, "mug")->customers == 1);
    // Told again, and what comes later for who was merged.
    const std::int64_t merged = revision("bob");
    under_test.Feed({FedSurvivor("ada", "bob")});
    CHECK(revision("bob") == merged);
    under_test.Feed({FedEvent("ada", "e3", EventKind::kPurchase, "mug", 5)});
    CHECK(purchases("bob") == 4);
    CHECK(revision("bob") > merged);
    under_test.Feed({FedSurvivor("ada", "cy"), FedSurvivor("bob", "cy")});
    CHECK(purchases("cy") == 4);
    CHECK(under_test.History("cy").size() == 2);
    under_test.Feed({FedSurvivor("ada", ""), FedSurvivor("bob", "")});
    CHECK(purchases("ada") == 3);
    CHECK(purchases("bob") == 1);
    CHECK(purchases("cy") == 0);
    CHECK(under_test.History("ada").size() == before.size());
    under_test.Feed({FedSurvivor("ada", "bob"), FedDeletion("ada")});
    CHECK(purchases("bob") == 1);
    CHECK(under_test.History("ada").empty());
    under_test.Feed({FedSurvivor("cy", "bob"), FedDeletion("bob"), FedDeletion("cy")});
    CHECK(under_test.History("cy").empty());
  }

  SECTION("the latest rating counts, in whatever order they come") {
    under_test.Feed({FedEvent("ada", "r2", EventKind::kRating, "mug", 2, 2),
                     FedEvent("ada", "r1", EventKind::kRating, "mug", 1, 5),
                     FedEvent("ada", "r3", EventKind::kRating, "mug", 3, 0)});
    CHECK(under_test.History("ada").at(0).rating == 2);
    under_test.Feed({FedEvent("ada", "r0", EventKind::kRating, "mug", 0, 4)});
    CHECK(under_test.History("ada").at(0).rating == 2);
    under_test.Feed({FedEvent("ada", "r9", EventKind::kRating, "mug", 2, 3)});
    CHECK(under_test.History("ada").at(0).rating == 3);  // at the same time, the greater id
    CHECK(under_test.History("ada").at(0).first_time == FedTime(0));
  }

  SECTION("the latest dismissal is told, and it is no other interaction") {
    under_test.Feed({FedEvent("ada", "d2", EventKind::kDismiss, "mug", 4),
                     FedEvent("ada", "d1", EventKind::kDismiss, "mug", 2),
                     FedEvent("ada", "d0", EventKind::kDismiss, "", 9)});
    CHECK(AsTuple(under_test.History("ada").at(0)) == std::tuple("mug", 0, 0, 0, 0, 0.0, FedTime(2),
                                                                 FedTime(4), FedTime(4),
                                                                 absl::InfinitePast()));
    CHECK(under_test.interactions.Statistics({}, "mug")->views == 0);
    under_test.Feed({FedEvent("ada", "d3", EventKind::kDismiss, "mug", 7),
                     FedEvent("ada", "e1", EventKind::kView, "mug", 8)});
    CHECK(under_test.History("ada").at(0).dismiss_time == FedTime(7));
    CHECK(under_test.History("ada").at(0).last_time == FedTime(8));
    under_test.Feed({FedDeletion("ada"), FedEvent("ada", "e1", EventKind::kView, "mug", 1)});
    CHECK(under_test.History("ada").at(0).dismiss_time == absl::InfinitePast());
  }

  SECTION("a deleted customer loses everything, the others nothing, and may come again") {
    under_test.Feed({FedEvent("ada", "e1", EventKind::kPurchase, "mug"),
                     FedEvent("bob", "e1", EventKind::kPurchase, "mug")});
    under_test.Feed({FedEvent("ada", "e2", EventKind::kPurchase, "cup"), FedDeletion("ada"),
                     FedEvent("bob", "e2", EventKind::kPurchase, "cup")});
    CHECK(under_test.History("ada").empty());
    CHECK(under_test.History("bob").size() == 2);
    CHECK(under_test.interactions.Statistics({}, "mug")->purchases == 1);
    CHECK(under_test.interactions.Statistics({}, "mug")->customers == 1);
    under_test.Feed({FedEvent("ada", "e1", EventKind::kView, "mug")});
    CHECK(under_test.History("ada").at(0).purchases == 0);
  }

  SECTION("events of a type that grew too old are nothing any more, and the sums are of the rest") {
    const auto revision = [&](const std::string& customer) {
      return under_test.interactions.History({}, customer, {})->revision;
    };
    under_test.Feed({FedEvent("ada", "v1", EventKind::kView, "mug", 1),
                     FedEvent("ada", "v2", EventKind::kView, "mug", 5),
                     FedEvent("ada", "v3", EventKind::kView, "cup", 2),
                     FedEvent("ada", "p1", EventKind::kPurchase, "mug", 1),
                     FedEvent("bob", "v1", EventKind::kView, "mug", 9)});
    const std::int64_t ada = revision("ada");
    const std::int64_t bob = revision("bob");
    // What comes in the same batch before and behind it.
    under_test.Feed({FedEvent("cy", "v1", EventKind::kView, "mug", 4),
                     FedExpiry(EventKind::kView, 5),
                     FedEvent("cy", "v2", EventKind::kView, "cup", 4)});
    REQUIRE(under_test.History("ada").size() == 1);
    CHECK(AsTuple(under_test.History("ada")[0]) == std::tuple("mug", 1, 0, 1, 0, 0.0, FedTime(1),
                                                              FedTime(5), absl::InfinitePast(),
                                                              FedTime(1)));
    CHECK(revision("ada") != ada);
    CHECK(revision("bob") == bob);
    REQUIRE(under_test.History("cy").size() == 1);
    CHECK(under_test.History("cy")[0].item_id == "cup");
    CHECK(under_test.interactions.Statistics({}, "mug")->views == 2);
    CHECK(under_test.interactions.Statistics({}, "cup")->views == 1);
    CHECK(under_test.interactions.Statistics({}, "mug")->purchases == 1);
    // Again, of what is no interaction, and of everything.
    under_test.Feed({FedExpiry(EventKind::kView, 5), FedExpiry(EventKind::kSearch, 99)});
    CHECK(under_test.interactions.Statistics({}, "mug")->views == 2);
    under_test.Feed({FedExpiry(EventKind::kView, 99), FedExpiry(EventKind::kPurchase, 99)});
    CHECK(under_test.History("ada").empty());
    CHECK(under_test.History("cy").empty());
    CHECK(under_test.interactions.Statistics({}, "mug")->views == 0);
    CHECK(under_test.interactions.Statistics({}, "mug")->customers == 0);
  }

  SECTION("what is expired of one customer alone stays of the others") {
    under_test.Feed({FedEvent("ada", "v1", EventKind::kView, "mug", 1),
                     FedEvent("bob", "v1", EventKind::kView, "mug", 1)});
    // What comes in the same batch before and behind it.
    under_test.Feed({FedEvent("ada", "v2", EventKind::kView, "mug", 4),
                     FedEvent("ada", "v3", EventKind::kView, "mug", 5),
                     FedExpiry(EventKind::kView, 5, "ada"),
                     FedEvent("ada", "v4", EventKind::kView, "mug", 2)});
    REQUIRE(under_test.History("ada").size() == 1);
    CHECK(under_test.History("ada")[0].views == 2);
    REQUIRE(under_test.History("bob").size() == 1);
    CHECK(under_test.interactions.Statistics({}, "mug")->views == 3);
    under_test.Feed({FedExpiry(EventKind::kPurchase, 99, "ada")});
    CHECK(under_test.History("ada")[0].views == 2);
  }

  SECTION("what a customer decided is told with the history, and goes with the customer") {
    using consent::Decision;
    using consent::Purpose;
    const auto consents = [&](const std::string& customer) {
      const auto history = under_test.interactions.History({}, customer, {});
      REQUIRE(history.ok());
      return history->consents;
    };
    CHECK(consents("ada") == consent::Consents());
    under_test.Feed({FedConsent("ada", Purpose::kRecommendation, Decision::kWithdrawn),
                     FedConsent("bob", Purpose::kMarketing, Decision::kGranted)});
    CHECK(consents("ada").Of(Purpose::kRecommendation) == Decision::kWithdrawn);
    CHECK(consents("ada").Of(Purpose::kMarketing) == Decision::kNone);
    CHECK(consents("bob").Of(Purpose::kMarketing) == Decision::kGranted);
    under_test.Feed({FedConsent("ada", Purpose::kRecommendation, Decision::kGranted),
                     FedConsent("bob", Purpose::kProfiling, Decision::kWithdrawn),
                     FedDeletion("bob")});
    CHECK(consents("ada").Of(Purpose::kRecommendation) == Decision::kGranted);
    CHECK(consents("bob") == consent::Consents());
  }

  SECTION("who did not consent to recommendations is not trained on") {
    using consent::Decision;
    using consent::Purpose;
    under_test.CreateItem("mug");
    under_test.Feed({FedEvent("ada", "e1", EventKind::kPurchase, "mug"),
                     FedEvent("bob", "e1", EventKind::kPurchase, "mug"),
                     FedConsent("ada", Purpose::kRecommendation, Decision::kWithdrawn)});
    const auto set = under_test.training.LoadTrainingSet({});
    REQUIRE(set.ok());
    CHECK(set->customer_ids == std::vector<std::string>{"bob"});
    CHECK(set->examples.size() == 1);
    CHECK(under_test.History("ada").size() == 1);
  }

  SECTION("items are told again only after they changed") {
    const auto read = [&](std::int64_t known) {
      const auto history = under_test.interactions.History({}, "ada", {}, known);
      REQUIRE(history.ok());
      return *history;
    };
    CHECK(read(0).revision == 0);
    under_test.Feed({FedEvent("ada", "e1", EventKind::kPurchase, "mug")});
    const CustomerHistory first = read(0);
    CHECK(first.revision != 0);
    CHECK(first.items.size() == 1);
    CHECK(read(first.revision).revision == first.revision);
    CHECK(read(first.revision).items.empty());
    // Of another customer, or there already.
    under_test.Feed({FedEvent("bob", "e1", EventKind::kPurchase, "mug"),
                     FedEvent("ada", "e1", EventKind::kPurchase, "mug")});
    CHECK(read(first.revision).revision == first.revision);
    under_test.Feed({FedEvent("ada", "e2", EventKind::kView, "mug")});
    const CustomerHistory second = read(first.revision);
    CHECK(second.revision != first.revision);
    CHECK(second.items.at(0).views == 1);
    under_test.Feed({FedDeletion("ada")});
    CHECK(read(second.revision).revision == 0);
    CHECK(read(second.revision).items.empty());
    under_test.Feed({FedEvent("ada", "e1", EventKind::kView, "cup"),
                     FedEvent("ada", "e2", EventKind::kView, "cup")});
    CHECK(read(first.revision).items.size() == 1);
    CHECK(read(second.revision).items.size() == 1);
  }

  SECTION("sums equal those of their definition after late, repeated and expired events") {
    std::mt19937 random(20'261'128);
    const std::vector<std::string> customers = {"ada", "bob", "eve"};
    constexpr EventKind kKinds[] = {EventKind::kView,   EventKind::kCart,   EventKind::kPurchase,
                                    EventKind::kReturn, EventKind::kRating, EventKind::kSearch,
                                    EventKind::kDismiss};
    std::map<std::string, std::map<std::string, changefeed::ChangedEvent>> stored;
    for (int batch = 0; batch < 40; ++batch) {
      std::vector<changefeed::Change> changes;
      for (int i = 0; i < 12; ++i) {
        const std::string& customer = customers[random() % customers.size()];
        if (random() % 60 == 0) {
          changes.push_back(FedDeletion(customer));
          stored.erase(customer);
          continue;
        }
        changes.push_back(
            FedEvent(customer, absl::StrCat("e", random() % 200),
                     kKinds[random() % std::size(kKinds)], absl::StrCat("item-", random() % 7),
                     static_cast<int>(random() % 50), static_cast<double>(random() % 6)));
        // What counts is stored once; what does not leaves no trace.
        const changefeed::ChangedEvent& event = changes.back().event;
        if (InteractionTypeOf(event).has_value()) {
          stored[customer].try_emplace(event.event_id, event);
        }
      }
      under_test.Feed(changes);
      if (batch % 5 == 4) {
        const EventKind kind = kKinds[random() % std::size(kKinds)];
        const int minute = static_cast<int>(random() % 40);
        const std::string whose = random() % 2 == 0 ? customers[random() % customers.size()] : "";
        under_test.Feed({FedExpiry(kind, minute, whose)});
        for (auto& [customer, events] : stored) {
          if (!whose.empty() && whose != customer) continue;
          std::erase_if(events, [&](const auto& one) {
            return one.second.type == kind && one.second.event_time < FedTime(minute);
          });
        }
      }
      for (const std::string& customer : customers) {
        std::vector<changefeed::ChangedEvent> events;
        for (const auto& [id, event] : stored[customer]) events.push_back(event);
        const auto expected = SummedPlainly(events);
        const auto actual = under_test.History(customer);
        REQUIRE(actual.size() == expected.size());
        for (std::size_t i = 0; i < actual.size(); ++i) {
          REQUIRE(AsTuple(actual[i]) == AsTuple(expected[i]));
        }
      }
    }
  }
}

}  // namespace clientele::recommend::testing

#endif  // CLIENTELE_TESTS_CONTRACT_RECOMMEND_INTERACTION_HISTORY_CONTRACT_H_
