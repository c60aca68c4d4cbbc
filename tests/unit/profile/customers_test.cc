#include "services/profile-service/core/customers/customers.h"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"
#include "tests/contract/profile/memory_stores.h"
#include "tests/contract/profile/samples.h"
#include "tests/support/fake_clock.h"

namespace clientele::profile::testing {
namespace {

struct CustomersFixture {
  clientele::testing::FakeClock clock;
  MemoryStores stores{&clock};
  ChangeNotifier notifier{&stores, &clock};
  Customers customers{&stores, &notifier, &clock};
  RequestContext context;

  Customer Create(const std::string& id) {
    auto created = customers.Create(context, Mutation(), MakeCustomer(id), false);
    REQUIRE(created.ok());
    return *created;
  }
};

TEST_CASE("a created customer gets its times and first etag from the service") {
  CustomersFixture f;
  Customer sent = MakeCustomer("42");
  sent.revision = 99;
  sent.create_time = absl::UnixEpoch();
  const auto created = f.customers.Create(f.context, Mutation(), sent, false);
  REQUIRE(created.ok());
  CHECK(created->create_time == f.clock.Now());
  CHECK(EtagOf(*created) == "1");
  CHECK(f.notifier.generation() == 1);
}

TEST_CASE("validate_only checks a creation and stores nothing") {
  CustomersFixture f;
  f.Create("taken");
  CHECK(f.customers.Create(f.context, Mutation(), MakeCustomer("42"), true).ok());
  CHECK(absl::IsNotFound(f.customers.Get(f.context, "42").status()));
  CHECK(absl::IsAlreadyExists(
      f.customers.Create(f.context, Mutation(), MakeCustomer("taken"), true).status()));
  CHECK(absl::IsInvalidArgument(
      f.customers.Create(f.context, Mutation(), MakeCustomer("a b"), true).status()));
}

TEST_CASE("a batch is refused when it is empty, too large or has one bad row") {
  CustomersFixture f;
  const auto create = [&](std::vector<Customer> customers) {
    return f.customers.CreateMany(f.context, Mutation(), std::move(customers)).status();
  };
  CHECK(absl::IsInvalidArgument(create({})));
  CHECK(absl::IsInvalidArgument(create(std::vector<Customer>(1001, MakeCustomer("1")))));
  Customer bad = MakeCustomer("2");
  bad.email = "\xFF";
  const absl::Status refused = create({MakeCustomer("1"), bad});
  CHECK(absl::IsInvalidArgument(refused));
  CHECK(GetFieldViolations(refused).at(0).field == "customers[1].email");
  CHECK(absl::IsNotFound(f.customers.Get(f.context, "1").status()));
}

TEST_CASE("an update changes only the fields that the mask names") {
  CustomersFixture f;
  f.Create("42");
  f.clock.Advance(absl::Seconds(5));
  CustomerUpdate update;
  update.values.id = "42";
  update.values.email = "new@example.com";
  update.values.region = "FR";
  update.values.attributes = {{"tier", "1"}};
  update.mask = {"email", "phone", "attributes.tier", "attributes.segment"};
  const auto updated = f.customers.Update(f.context, Mutation(), update, false);
  REQUIRE(updated.ok());
  CHECK(updated->email == "new@example.com");
  CHECK(updated->phone.empty());
  CHECK(updated->region == "GB");
  CHECK(updated->attributes == std::map<std::string, std::string>{{"tier", "1"}});
  CHECK(EtagOf(*updated) == "2");
  CHECK(updated->update_time == updated->create_time + absl::Seconds(5));
  CHECK(*f.customers.Get(f.context, "42") == *updated);
}

TEST_CASE("without a mask the fields that are set are changed, with * all of them") {
  CustomersFixture f;
  f.Create("42");
  CustomerUpdate update;
  update.values.id = "42";
  update.values.region = "FR";
  auto updated = f.customers.Update(f.context, Mutation(), update, false);
  REQUIRE(updated.ok());
  CHECK(updated->region == "FR");
  CHECK(updated->email == "ada@example.com");
  update.mask = {"*"};
  updated = f.customers.Update(f.context, Mutation(), update, false);
  REQUIRE(updated.ok());
  CHECK(updated->email.empty());
  CHECK(updated->attributes.empty());
}

TEST_CASE("an update with a stale etag is aborted") {
  CustomersFixture f;
  f.Create("42");
  CustomerUpdate update{.values = {}, .mask = {}, .etag = "1"};
  update.values.id = "42";
  update.values.region = "FR";
  CHECK(f.customers.Update(f.context, Mutation(), update, false).ok());
  const absl::Status stale = f.customers.Update(f.context, Mutation(), update, false).status();
  CHECK(absl::IsAborted(stale));
  CHECK(GetReason(stale) == "ETAG_MISMATCH");
}

TEST_CASE("an update that breaks a limit or names an unknown field changes nothing") {
  CustomersFixture f;
  const Customer before = f.Create("42");
  CustomerUpdate update;
  update.values.id = "42";
  update.values.email = std::string(400, 'x');
  update.mask = {"email", "create_time"};
  const absl::Status refused = f.customers.Update(f.context, Mutation(), update, false).status();
  CHECK(absl::IsInvalidArgument(refused));
  CHECK(GetFieldViolations(refused).size() == 2);
  CHECK(*f.customers.Get(f.context, "42") == before);
}

TEST_CASE("validate_only shows an update without storing it") {
  CustomersFixture f;
  f.Create("42");
  CustomerUpdate update;
  update.values.id = "42";
  update.values.region = "FR";
  CHECK(f.customers.Update(f.context, Mutation(), update, true)->region == "FR");
  CHECK(f.customers.Get(f.context, "42")->region == "GB");
}

TEST_CASE("pages of customers continue with the token of the page before") {
  CustomersFixture f;
  for (const char* id : {"a", "b", "c"}) f.Create(id);
  const auto first = f.customers.List(f.context, 2, "");
  REQUIRE(first.ok());
  CHECK(first->customers.size() == 2);
  const auto second = f.customers.List(f.context, 2, first->next_page_token);
  REQUIRE(second.ok());
  CHECK(second->customers.at(0).id == "c");
  CHECK(second->next_page_token.empty());
  CHECK(absl::IsInvalidArgument(f.customers.List(f.context, 2, "made up").status()));
}

}  // namespace
}  // namespace clientele::profile::testing
