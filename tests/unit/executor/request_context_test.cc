#include "common/executor/request_context.h"

#include <latch>
#include <stop_token>
#include <thread>

#include <catch2/catch_test_macros.hpp>

#include "common/executor/cancellation.h"
#include "common/status/error_details.h"

namespace clientele {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

TEST_CASE("a context without deadline or cancellation is always wanted") {
  CHECK(RequestContext{}.Check(absl::InfinitePast()).ok());
  CHECK(RequestContext{}.Check(kNow).ok());
}

TEST_CASE("a context is unwanted from its deadline on") {
  RequestContext context;
  context.deadline = kNow;
  CHECK(context.Check(kNow - absl::Nanoseconds(1)).ok());
  CHECK(absl::IsDeadlineExceeded(context.Check(kNow)));
  CHECK(GetReason(context.Check(kNow)) == reason::kDeadlineExceeded);
}

TEST_CASE("cancellation reaches every copy of a token, also after its source is gone") {
  RequestContext context;
  {
    CancellationSource source;
    context.cancellation = source.token();
    const RequestContext copy = context;
    CHECK(copy.Check(kNow).ok());
    source.Cancel();
    source.Cancel();
    CHECK(absl::IsCancelled(copy.Check(kNow)));
  }
  CHECK(absl::IsCancelled(context.Check(kNow)));
}

TEST_CASE("waiting ends with the cancellation") {
  CancellationSource source;
  const CancellationToken token = source.token();
  CHECK_FALSE(token.WaitFor(absl::ZeroDuration()));
  std::latch started(1);
  std::jthread waiter([&] {
    started.count_down();
    CHECK(token.WaitFor(absl::InfiniteDuration()));
  });
  started.wait();
  source.Cancel();
}

TEST_CASE("a default token is never cancelled") {
  const CancellationToken token;
  CHECK_FALSE(token.IsCancelled());
  CHECK_FALSE(token.WaitFor(absl::Microseconds(1)));
}

TEST_CASE("a stop callback runs on cancellation") {
  CancellationSource source;
  bool called = false;
  const CancellationToken token = source.token();
  const std::stop_callback on_cancel(token.stop_token(), [&called] { called = true; });
  CHECK_FALSE(called);
  source.Cancel();
  CHECK(called);
}

}  // namespace
}  // namespace clientele
