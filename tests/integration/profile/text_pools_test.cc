// The direction of a customer's newest texts, which is stored apart from their vectors.
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "services/profile-service/core/profiles/profiles.h"
#include "tests/contract/profile/store_calls.h"
#include "tests/integration/profile/pg_stores_under_test.h"

namespace clientele::profile::testing {
namespace {

using postgres::Statement;

constexpr char kModel[] = "text/1";
// As many as a profile uses.
const SignalQuery kNewest{.model_id = kModel, .limit = 50, .pictures = {}};

constexpr Statement kCountPools{"test.count_text_pools", "SELECT count(*) FROM profile.text_pools"};

Event Message(const std::string& customer, int number, absl::Time time) {
  Event event = MakeEvent(customer, absl::StrCat("t", number), EventType::kMessage);
  event.event_time = time;
  event.text = absl::StrCat("text ", number);
  return event;
}

TextVector VectorOf(const std::string& customer, int number) {
  const auto value = static_cast<float>(number);
  return {customer, absl::StrCat("t", number), {std::cos(value), std::sin(value), 0.5F}};
}

void Put(PgStoresUnderTest& stores, const std::vector<TextVector>& vectors) {
  REQUIRE(stores.text_vectors().Put(kContext, kModel, vectors, kNow).ok());
}

std::int64_t Pools(PgStoresUnderTest& stores) {
  std::int64_t count = 0;
  REQUIRE(stores.pool()
              .Transact(kContext,
                        [&](postgres::Transaction& transaction) {
                          const auto rows = transaction.Execute(kCountPools);
                          if (rows.ok()) count = (*rows)[0].Int64(0);
                          return rows.status();
                        })
              .ok());
  return count;
}

KnownTexts Read(PgStoresUnderTest& stores, const std::string& customer) {
  const auto behavior = stores.behavior().Read(kContext, customer, kNow, {}, kNewest);
  REQUIRE(behavior.ok());
  return behavior->texts;
}

// The same texts one by one.
KnownTexts ReadEach(PgStoresUnderTest& stores, const std::string& customer) {
  const auto parts = stores.overviews().ReadEvidence(kContext, customer, kNow, {}, kNewest, 0);
  REQUIRE(parts.ok());
  return parts->behavior.texts;
}

void CheckSameDirection(PgStoresUnderTest& stores, const std::string& customer) {
  const KnownTexts read = Read(stores, customer);
  const KnownTexts each = ReadEach(stores, customer);
  CHECK(read.pending == each.pending);
  const std::vector<float> direction = MeanDirection(read.vectors);
  const std::vector<float> expected = MeanDirection(each.vectors);
  REQUIRE(direction.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(std::abs(direction[i] - expected[i]) < 1e-6);
  }
}

TEST_CASE("the newest texts are read as one vector once all of them have theirs") {
  PgStoresUnderTest stores;
  CreateCustomers(stores, {"a"});
  Insert(stores, {Message("a", 1, kNow), Message("a", 2, kNow - absl::Hours(1)),
                  Message("a", 3, kNow - absl::Hours(2))});
  Put(stores, {VectorOf("a", 1), VectorOf("a", 2)});
  CHECK(Read(stores, "a").vectors.size() == 2);
  Put(stores, {VectorOf("a", 3)});
  CHECK(Read(stores, "a").vectors.size() == 1);
  CHECK(ReadEach(stores, "a").vectors.size() == 3);
  CheckSameDirection(stores, "a");
  // It says nothing of a text that has come since.
  Insert(stores, {Message("a", 4, kNow - absl::Hours(3))});
  CHECK(Read(stores, "a").pending == 1);
  CHECK(Read(stores, "a").vectors.size() == 3);
  // Nor of another number of texts, or another model's.
  const SignalQuery fewer{.model_id = kModel, .limit = 2, .pictures = {}};
  CHECK(stores.behavior().Read(kContext, "a", kNow, {}, fewer)->texts.vectors.size() == 2);
  const SignalQuery other{.model_id = "text/2", .limit = 50, .pictures = {}};
  CHECK(stores.behavior().Read(kContext, "a", kNow, {}, other)->texts.pending == 4);
}

TEST_CASE("whatever happens to texts, their direction is that of the newest ones") {
  PgStoresUnderTest stores;
  std::mt19937 random(5);
  const auto pick = [&](int count) { return static_cast<int>(random() % count); };
  CreateCustomers(stores, {"a", "b"});
  std::vector<TextVector> waiting;
  for (int step = 0; step < 150; ++step) {
    const std::string customer = pick(3) == 0 ? "b" : "a";
    Insert(stores, {Message(customer, step, kNow - absl::Minutes(pick(100'000)))});
    waiting.push_back(VectorOf(customer, step));
    if (pick(4) == 0) {
      Put(stores, waiting);
      waiting.clear();
    }
    if (step == 100) {
      const std::vector<ExpiryRule> rules = {{EventType::kMessage, kNow - absl::Minutes(60'000)}};
      REQUIRE(stores.expiry().ExpireEvents(kContext, rules, "", {}).ok());
    }
    if (step % 5 == 0) {
      CheckSameDirection(stores, "a");
      CheckSameDirection(stores, "b");
    }
  }
  Put(stores, waiting);
  CHECK(Read(stores, "a").vectors.size() == 1);
  CheckSameDirection(stores, "a");
}

TEST_CASE("one person's texts are in one direction, whichever customer wrote them") {
  PgStoresUnderTest stores;
  CreateCustomers(stores, {"a", "b"});
  Insert(stores, {Message("a", 1, kNow), Message("b", 2, kNow)});
  Put(stores, {VectorOf("a", 1), VectorOf("b", 2)});
  REQUIRE(stores.merges()
              .MergeCustomers(kContext, Mutation(), {.survivor_id = "a", .customer_ids = {"b"}}, {})
              .ok());
  CHECK(Read(stores, "a").vectors.size() == 2);
  CheckSameDirection(stores, "a");
  CheckSameDirection(stores, "b");
}

TEST_CASE("a direction goes with what it was made of") {
  PgStoresUnderTest stores;
  CreateCustomers(stores, {"deleted", "withdrawn", "expired", "kept"});
  int number = 0;
  for (const std::string customer : {"deleted", "withdrawn", "expired", "kept"}) {
    const absl::Time time = customer == "expired" ? kNow - absl::Hours(24 * 90) : kNow;
    Insert(stores, {Message(customer, ++number, time)});
    Put(stores, {VectorOf(customer, number)});
  }
  CHECK(Pools(stores) == 4);
  REQUIRE(stores.customers().Delete(kContext, Mutation(), "deleted", "").ok());
  CHECK(Pools(stores) == 3);
  const ConsentDecision withdrawal{.customer_id = "withdrawn",
                                   .purpose = consent::Purpose::kProfiling,
                                   .granted = false,
                                   .decision_time = kNow,
                                   .store_time = kNow};
  REQUIRE(stores.consents().Record(kContext, Mutation(), {withdrawal}, {}).ok());
  CHECK(Pools(stores) == 2);
  const std::vector<ExpiryRule> rules = {{EventType::kMessage, kNow - absl::Hours(24 * 30)}};
  REQUIRE(stores.expiry().ExpireEvents(kContext, rules, "", {}).ok());
  CHECK(Pools(stores) == 1);
  CheckSameDirection(stores, "kept");
}

}  // namespace
}  // namespace clientele::profile::testing
