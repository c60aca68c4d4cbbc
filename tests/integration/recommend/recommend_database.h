#ifndef CLIENTELE_TESTS_INTEGRATION_RECOMMEND_RECOMMEND_DATABASE_H_
#define CLIENTELE_TESTS_INTEGRATION_RECOMMEND_RECOMMEND_DATABASE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/changefeed/change.h"
#include "common/idempotency/ledger.h"
#include "common/postgres/connection_pool.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/core/items/catalog.h"
#include "services/recommend-service/core/items/items.h"
#include "services/recommend-service/store/interactions/pg_interaction_store.h"
#include "services/recommend-service/store/items/pg_item_store.h"
#include "services/recommend-service/store/migrations.h"
#include "services/recommend-service/store/pg_change_sink.h"
#include "services/recommend-service/store/training/pg_training_store.h"
#include "tests/contract/recommend/feed.h"
#include "tests/contract/recommend/interaction_history_contract.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_database.h"

namespace clientele::recommend {

// A database of its own with the service's schema, and the stores on it.
struct RecommendDatabase {
  clientele::testing::TestDatabase database =
      clientele::testing::TestDatabase::Migrated<MigrateSchema>();
  std::unique_ptr<postgres::ConnectionPool> pool = database.Pool();
  clientele::testing::FakeClock clock;
  Ledger ledger{kSchema, nullptr, &clock};
  PgItemStore item_store{pool.get(), &ledger, &clock};
  PgInteractionStore interaction_store{pool.get()};
  PgTrainingStore training_store{pool.get(), absl::Minutes(1), kTrainingPageRows,
                                 testing::kEndlessDismissals};
  PgChangeSink sink{pool.get(), &ledger};
  Catalog catalog{&item_store};
  Items items{&item_store, &catalog};

  static Item MakeItem(const std::string& id, const std::string& category = "kitchen") {
    Item item;
    item.id = id;
    item.title = "Title of " + id;
    item.category = category;
    item.price_micros = 1'000'000;
    item.currency_code = "GBP";
    return item;
  }
  static MutationId Mutation(std::string method, std::string request_id = "",
                             std::string body = "body") {
    return {"tester", std::move(method), std::move(request_id), std::move(body)};
  }
  Item Create(const std::string& id, const std::string& category = "kitchen") {
    auto item = items.Create({}, Mutation("CreateItem"), MakeItem(id, category), false);
    INFO(item.status());
    REQUIRE(item.ok());
    return *std::move(item);
  }

  // Rows of the one column of a statement, such as a count.
  std::int64_t Count(const postgres::Statement& statement,
                     const std::vector<postgres::Value>& params = {}) {
    std::int64_t count = -1;
    const absl::Status status = pool->Transact({}, [&](postgres::Transaction& t) -> absl::Status {
      CLIENTELE_ASSIGN_OR_RETURN(const postgres::Result rows, t.Execute(statement, params));
      count = rows[0].Int64(0);
      return absl::OkStatus();
    });
    INFO(status);
    REQUIRE(status.ok());
    return count;
  }

  // Rows that a store removed of what is older.
  std::int64_t Pruned(absl::StatusOr<std::int64_t> (*prune)(postgres::Transaction&, absl::Time,
                                                            std::int64_t),
                      absl::Time before, std::int64_t limit) {
    std::int64_t pruned = -1;
    REQUIRE(pool->Transact({},
                           [&](postgres::Transaction& t) -> absl::Status {
                             CLIENTELE_ASSIGN_OR_RETURN(pruned, prune(t, before, limit));
                             return absl::OkStatus();
                           })
                .ok());
    return pruned;
  }

  // The feed starts anew, with this one customer.
  void ApplySnapshotOf(const std::string& customer) {
    changefeed::ChangeBatch snapshot;
    snapshot.changes.push_back(
        testing::CustomerChange(changefeed::Change::Kind::kCustomerCreated, customer));
    snapshot.snapshot = changefeed::SnapshotRange{};
    snapshot.cursor = "after";
    REQUIRE(sink.Apply(*sink.LoadCursor(), snapshot).ok());
  }

  static changefeed::Change Event(const std::string& customer, const std::string& event,
                                  changefeed::EventKind type, const std::string& item,
                                  int minute = 0) {
    changefeed::Change change;
    change.kind = changefeed::Change::Kind::kEvent;
    change.customer_id = customer;
    change.change_time = absl::FromUnixSeconds(1'700'000'000);
    change.event.event_id = event;
    change.event.type = type;
    change.event.event_time = absl::FromUnixSeconds(1'600'000'000) + absl::Minutes(minute);
    change.event.item_id = item;
    change.event.quantity = 1;
    return change;
  }
  static changefeed::Change Deleted(const std::string& customer) {
    changefeed::Change change;
    change.kind = changefeed::Change::Kind::kCustomerDeleted;
    change.customer_id = customer;
    return change;
  }
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_TESTS_INTEGRATION_RECOMMEND_RECOMMEND_DATABASE_H_
