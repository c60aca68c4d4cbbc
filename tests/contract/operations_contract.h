#ifndef CLIENTELE_TESTS_CONTRACT_OPERATIONS_CONTRACT_H_
#define CLIENTELE_TESTS_CONTRACT_OPERATIONS_CONTRACT_H_

// What callers may rely on of operations::Operations; run on the fake and on the real one.

#include <functional>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/operations/operations.h"
#include "common/status/error_details.h"

namespace clientele::operations {

struct OperationsUnderTest {
  Operations* operations;
  // A worker takes the one operation that is queued.
  std::function<void(const std::string& id)> claim;
  // And ends it.
  std::function<void(const std::string& id, const std::string& result)> finish;
};

inline void CheckOperationsContract(const OperationsUnderTest& test) {
  Operations& operations = *test.operations;
  const RequestContext context;
  const auto start = [&](const std::string& request_id = "", const std::string& body = "b") {
    return operations.Start(context, {"caller", "Method", request_id, body},
                            {.kind = "erase", .request = "req", .metadata = "0%"});
  };
  const auto get = [&](const std::string& id) { return operations.Get(context, id); };
  const std::string none(32, 'f');

  // Started once for one request id.
  const auto started = start("r-1");
  REQUIRE(started.ok());
  CHECK(started->state == State::kQueued);
  CHECK(started->kind == "erase");
  CHECK(started->request == "req");
  CHECK(started->metadata == "0%");
  CHECK(start("r-1")->id == started->id);
  CHECK(GetReason(start("r-1", "other").status()) == reason::kRequestIdReused);

  // Neither deleted nor ended by a cancellation while it runs.
  test.claim(started->id);
  CHECK(absl::IsFailedPrecondition(operations.Delete(context, started->id)));
  CHECK(operations.Cancel(context, started->id).ok());
  CHECK(get(started->id)->state == State::kRunning);
  CHECK(get(started->id)->cancel_requested);

  // A cancellation that came too late changes nothing.
  test.finish(started->id, "receipt");
  CHECK(operations.Cancel(context, started->id).ok());
  CHECK(get(started->id)->state == State::kSucceeded);
  CHECK(get(started->id)->result == "receipt");

  // A queued one ends with its cancellation, and is deleted then, not before.
  const auto second = start();
  REQUIRE(second.ok());
  CHECK(GetReason(operations.Delete(context, second->id)) == "OPERATION_NOT_DONE");
  CHECK(operations.Cancel(context, second->id).ok());
  CHECK(get(second->id)->done());
  CHECK(absl::IsCancelled(get(second->id)->error));

  // Newest first, page by page.
  const auto page = operations.List(context, 1, "");
  REQUIRE(page.ok());
  REQUIRE(page->operations.size() == 1);
  CHECK(page->operations[0].id == second->id);
  const auto rest = operations.List(context, 1, page->next_page_token);
  REQUIRE(rest.ok());
  REQUIRE(rest->operations.size() == 1);
  CHECK(rest->operations[0].id == started->id);
  CHECK(rest->next_page_token.empty());
  CHECK(absl::IsInvalidArgument(operations.List(context, 1, "no token").status()));

  CHECK(operations.Delete(context, second->id).ok());
  CHECK(absl::IsNotFound(get(second->id).status()));
  CHECK(operations.List(context, 10, "")->operations.size() == 1);

  CHECK(absl::IsNotFound(get(none).status()));
  CHECK(absl::IsNotFound(operations.Cancel(context, none)));
  CHECK(absl::IsNotFound(operations.Delete(context, none)));
}

}  // namespace clientele::operations

#endif  // CLIENTELE_TESTS_CONTRACT_OPERATIONS_CONTRACT_H_
