#include "common/operations/operation_store.h"

#include <set>

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "tests/integration/operations/operations_fixture.h"

namespace clientele::operations {
namespace {

using postgres::Statement;
using postgres::Transaction;

constexpr Statement kLeak{
    "leak",
    "SELECT count(*) FROM shop.operations WHERE position('secret'::bytea IN request || metadata ||"
    " result) > 0"};

TEST_CASE("an operation is queued, claimed once, and finished once") {
  OperationsFixture f;
  const Operation created =
      f.Create({.kind = "erase", .subject = "ada", .request = "req", .metadata = "0%"});
  REQUIRE(created.id.size() == 32);
  REQUIRE(f.Read(created.id).state == State::kQueued);
  REQUIRE(f.Read(created.id).request == "req");
  REQUIRE(f.Read(created.id).metadata == "0%");

  const auto lease = f.Claim();
  REQUIRE(lease.has_value());
  REQUIRE(lease->operation.id == created.id);
  REQUIRE(lease->operation.attempts == 1);
  REQUIRE_FALSE(f.Claim().has_value());
  REQUIRE(f.Read(created.id).state == State::kRunning);

  f.clock.Advance(absl::Seconds(10));
  REQUIRE(f.Try([&](Transaction& t) {
             return f.store.Heartbeat(t, *lease, absl::Minutes(1), "50%");
           }).ok());
  REQUIRE(f.Read(created.id).metadata == "50%");

  const auto finish = [&](const absl::StatusOr<std::string>& result) {
    return f.Try([&](Transaction& t) { return f.store.Finish(t, *lease, result); });
  };
  REQUIRE(finish("receipt").ok());
  REQUIRE(absl::IsAborted(finish("another")));
  REQUIRE(absl::IsAborted(finish(absl::InternalError("late"))));
  const Operation done = f.Read(created.id);
  REQUIRE(done.done());
  REQUIRE(done.state == State::kSucceeded);
  REQUIRE(done.result == "receipt");
  REQUIRE(done.finish_time == f.clock.Now());
  REQUIRE_FALSE(f.Claim().has_value());
}

TEST_CASE("an expired lease goes to another worker, and the first can no longer write") {
  OperationsFixture f;
  const Operation created = f.Create({.kind = "erase"});
  const auto first = f.Claim();
  f.clock.Advance(absl::Seconds(59));
  REQUIRE_FALSE(f.Claim().has_value());
  f.clock.Advance(absl::Seconds(1));
  const auto second = f.Claim();
  REQUIRE(second.has_value());
  REQUIRE(second->operation.attempts == 2);
  REQUIRE(absl::IsAborted(f.Try(
      [&](Transaction& t) { return f.store.Heartbeat(t, *first, absl::Minutes(1), "mine"); })));
  REQUIRE(absl::IsAborted(
      f.Try([&](Transaction& t) { return f.store.Finish(t, *first, std::string("mine")); })));
  REQUIRE(
      f.Try([&](Transaction& t) { return f.store.Finish(t, *second, std::string("ours")); }).ok());
  REQUIRE(f.Read(created.id).result == "ours");
}

TEST_CASE("a heartbeat keeps the lease") {
  OperationsFixture f;
  f.Create({.kind = "erase"});
  const auto lease = f.Claim();
  for (int i = 0; i < 5; ++i) {
    f.clock.Advance(absl::Seconds(50));
    REQUIRE(
        f.Try([&](Transaction& t) { return f.store.Heartbeat(t, *lease, absl::Minutes(1)); }).ok());
    REQUIRE_FALSE(f.Claim().has_value());
  }
}

TEST_CASE("the error of a failed operation keeps code, message and reason") {
  OperationsFixture f;
  const Operation created = f.Create({.kind = "erase"});
  const auto lease = f.Claim();
  REQUIRE(f.Try([&](Transaction& t) {
             return f.store.Finish(t, *lease, NotFound("customers/7"));
           }).ok());
  const Operation failed = f.Read(created.id);
  REQUIRE(failed.state == State::kFailed);
  REQUIRE(absl::IsNotFound(failed.error));
  REQUIRE(failed.error.message() == NotFound("customers/7").message());
  REQUIRE(GetReason(failed.error) == reason::kNotFound);
}

TEST_CASE("workers claim their own kinds only, oldest first") {
  OperationsFixture f;
  const Operation older = f.Create({.kind = "erase"});
  f.clock.Advance(absl::Seconds(1));
  const Operation younger = f.Create({.kind = "erase"});
  f.Create({.kind = "export"});
  REQUIRE(f.Claim()->operation.id == older.id);
  REQUIRE(f.Claim()->operation.id == younger.id);
  REQUIRE_FALSE(f.Claim().has_value());
  REQUIRE(f.Claim({"train", "export"})->operation.kind == "export");
}

TEST_CASE("a released operation waits out its delay") {
  OperationsFixture f;
  f.Create({.kind = "erase"});
  const auto lease = f.Claim();
  REQUIRE(f.Try([&](Transaction& t) { return f.store.Release(t, *lease, absl::Seconds(5)); }).ok());
  REQUIRE_FALSE(f.Claim().has_value());
  f.clock.Advance(absl::Seconds(5));
  REQUIRE(f.Claim().has_value());
}

TEST_CASE("canceling ends a queued operation and tells a running one's worker") {
  OperationsFixture f;
  const Operation running = f.Create({.kind = "erase"});
  const auto lease = f.Claim();
  const Operation queued = f.Create({.kind = "erase"});
  for (const std::string& id : {running.id, queued.id}) {
    REQUIRE(f.Try([&](Transaction& t) { return f.store.Cancel(t, id); }).ok());
  }
  REQUIRE(absl::IsCancelled(f.Read(queued.id).error));
  REQUIRE_FALSE(f.Claim().has_value());
  REQUIRE(f.Read(running.id).state == State::kRunning);
  REQUIRE(absl::IsCancelled(
      f.Try([&](Transaction& t) { return f.store.Heartbeat(t, *lease, absl::Minutes(1)); })));
  REQUIRE(absl::IsNotFound(
      f.Try([&](Transaction& t) { return f.store.Cancel(t, std::string(32, '0')); })));
}

TEST_CASE("canceling ends what a dead worker left, and its late word changes nothing") {
  OperationsFixture f;
  const Operation created = f.Create({.kind = "erase"});
  const auto lease = f.Claim();
  f.clock.Advance(absl::Minutes(1));
  REQUIRE(f.Try([&](Transaction& t) { return f.store.Cancel(t, created.id); }).ok());
  REQUIRE(absl::IsCancelled(f.Read(created.id).error));
  REQUIRE(absl::IsAborted(
      f.Try([&](Transaction& t) { return f.store.Finish(t, *lease, std::string("late")); })));
  REQUIRE_FALSE(f.Claim().has_value());
}

TEST_CASE("lists go page by page, newest first, without gaps or repeats") {
  OperationsFixture f;
  std::vector<std::string> newest_first;
  for (int i = 0; i < 5; ++i) {  // two at each instant
    newest_first.push_back(f.Create({.kind = "erase"}).id);
    if (i % 2 == 1) f.clock.Advance(absl::Seconds(1));
  }
  f.Create({.kind = "export"});
  std::set<std::string> seen;
  absl::Time last = absl::InfiniteFuture();
  std::string token;
  int pages = 0;
  do {
    const auto page =
        f.Get<OperationPage>([&](auto& t) { return f.store.List(t, "erase", 2, token); });
    for (const Operation& operation : page.operations) {
      REQUIRE(seen.insert(operation.id).second);
      REQUIRE(operation.create_time <= last);
      last = operation.create_time;
    }
    token = page.next_page_token;
    ++pages;
  } while (!token.empty());
  REQUIRE(pages == 3);
  REQUIRE(seen == std::set<std::string>(newest_first.begin(), newest_first.end()));
  for (const char* bad : {"x", "AAAA", "%%%", "MTIzOg"}) {
    REQUIRE(absl::IsInvalidArgument(
        f.Try([&](Transaction& t) { return f.store.List(t, "", 2, bad).status(); })));
  }
}

TEST_CASE("bytes are stored encrypted, and forgotten with their subject") {
  OperationsFixture f;
  const Operation created =
      f.Create({.kind = "export", .subject = "ada", .request = "secret", .metadata = "secret"});
  const auto lease = f.Claim({"export"});
  REQUIRE(
      f.Try([&](Transaction& t) { return f.store.Finish(t, *lease, std::string("secret")); }).ok());
  REQUIRE(f.Get<int64_t>([](auto& t) -> absl::StatusOr<int64_t> {
    CLIENTELE_ASSIGN_OR_RETURN(const postgres::Result rows, t.Execute(kLeak));
    return rows[0].Int64(0);
  }) == 0);
  REQUIRE(f.Read(created.id).result == "secret");
  REQUIRE(f.Try([&](Transaction& t) { return f.store.Forget(t, "ada"); }).ok());
  const Operation forgotten = f.Read(created.id);
  REQUIRE(forgotten.subject.empty());
  REQUIRE(forgotten.request.empty());
  REQUIRE(forgotten.result.empty());
  REQUIRE(forgotten.state == State::kSucceeded);

  f.clock.Advance(absl::Hours(1));
  REQUIRE(f.Get<int64_t>([&](auto& t) { return f.store.Prune(t, absl::Hours(2)); }) == 0);
  REQUIRE(f.Get<int64_t>([&](auto& t) { return f.store.Prune(t, absl::Hours(1)); }) == 1);
}

}  // namespace
}  // namespace clientele::operations
