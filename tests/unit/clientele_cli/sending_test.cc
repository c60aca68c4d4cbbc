#include <atomic>
#include <filesystem>
#include <latch>
#include <set>
#include <sstream>
#include <thread>

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"
#include "tests/support/fake_clock.h"
#include "tools/clientele/commands/printing.h"
#include "tools/clientele/import/import_file.h"
#include "tools/clientele/import/progress.h"
#include "tools/clientele/import/retry.h"
#include "tools/clientele/import/work_window.h"

namespace clientele::cli {
namespace {

TEST_CASE("a busy suite is asked again after the delay that it names") {
  std::vector<absl::Duration> slept;
  RetryPolicy policy;
  policy.sleep = [&](absl::Duration d) { slept.push_back(d); };
  int calls = 0;
  const absl::StatusOr<int> result = WithRetry(policy, [&]() -> absl::StatusOr<int> {
    ++calls;
    if (calls == 1) return BusyError("full", absl::Milliseconds(700));
    if (calls == 2) return absl::UnavailableError("away");
    return 42;
  });
  CHECK(*result == 42);
  CHECK(slept == std::vector{absl::Milliseconds(700), absl::Milliseconds(200)});
}

TEST_CASE("retries are bounded in number and delay, and bad requests are not repeated") {
  std::vector<absl::Duration> slept;
  RetryPolicy policy;
  policy.max_attempts = 9;
  policy.sleep = [&](absl::Duration d) { slept.push_back(d); };
  const auto away =
      WithRetry(policy, []() -> absl::StatusOr<int> { return absl::UnavailableError("away"); });
  CHECK(absl::IsUnavailable(away.status()));
  REQUIRE(slept.size() == 8);
  CHECK(slept.back() == absl::Seconds(5));
  slept.clear();
  const auto bad =
      WithRetry(policy, []() -> absl::StatusOr<int> { return absl::InvalidArgumentError("bad"); });
  CHECK(absl::IsInvalidArgument(bad.status()));
  CHECK(slept.empty());
}

TEST_CASE("the window runs everything and never more at once than its width") {
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  std::atomic<int> done = 0;
  std::latch three(3);
  WorkWindow window(3);
  for (int i = 0; i < 200; ++i) {
    REQUIRE(window
                .Submit([&, i] {
                  const int now = ++running;
                  int seen = most;
                  while (now > seen && !most.compare_exchange_weak(seen, now)) {
                  }
                  if (i < 3) three.arrive_and_wait();
                  std::this_thread::yield();
                  ++done;
                  --running;
                  return absl::OkStatus();
                })
                .ok());
  }
  CHECK(window.Finish().ok());
  CHECK(done == 200);
  CHECK(most == 3);
}

TEST_CASE("after the first error the window takes nothing more") {
  WorkWindow window(1);
  REQUIRE(window.Submit([] { return absl::DataLossError("lost"); }).ok());
  CHECK(absl::IsDataLoss(window.Finish()));
  CHECK(absl::IsDataLoss(window.Submit([] { return absl::OkStatus(); })));
}

TEST_CASE("halving finds the bad rows and sends every other one once") {
  std::multiset<size_t> sent;
  std::set<size_t> rejected;
  const auto send = [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      if (i == 3 || i == 10) return absl::InvalidArgumentError("bad row");
    }
    for (size_t i = begin; i < end; ++i) sent.insert(i);
    return absl::OkStatus();
  };
  REQUIRE(
      SendHalving(0, 11, send, [&](size_t i, const absl::Status&) { rejected.insert(i); }).ok());
  CHECK(rejected == std::set<size_t>{3, 10});
  CHECK(sent == std::multiset<size_t>{0, 1, 2, 4, 5, 6, 7, 8, 9});
  const auto away = [](size_t, size_t) { return absl::UnavailableError("away"); };
  CHECK(absl::IsUnavailable(SendHalving(0, 4, away, [](size_t, const absl::Status&) {})));
}

TEST_CASE("the summary adds up and is readable by people and programs") {
  ImportCounts counts;
  counts.rows = 525461;
  counts.created = 417534;
  counts.anonymous_created = 107927;
  CHECK(Summary("events", counts, absl::Seconds(10)) ==
        "events: 525,461 rows in 10.0 s (52,546 rows/s): 417,534 created, 0 stored before, "
        "0 rejected, 107,927 without a customer counted");
  const std::string json = SummaryJson("events", counts, absl::Seconds(10), {});
  CHECK(json.find("\"created\":417534") != std::string::npos);
  CHECK(json.find("\"anonymous\":107927") != std::string::npos);
  CHECK(json.find("\"rows_per_second\":52546") != std::string::npos);
}

TEST_CASE("progress is one line, shown a few times a second, and silent without a terminal") {
  testing::FakeClock clock;
  std::ostringstream out;
  Progress progress("events", &out, &clock);
  clock.Advance(absl::Seconds(1));
  progress.Show(1500, 2);
  CHECK(out.str().find("1,500 rows, 1,500 rows/s, 2 rejected") != std::string::npos);
  const size_t size = out.str().size();
  progress.Show(1600, 2);
  CHECK(out.str().size() == size);
  Progress silent("events", nullptr, &clock);
  silent.Show(1, 0);
  silent.Clear();
}

TEST_CASE("numbers are grouped") {
  CHECK(WithCommas(0) == "0");
  CHECK(WithCommas(999) == "999");
  CHECK(WithCommas(1000) == "1,000");
  CHECK(WithCommas(-1234567) == "-1,234,567");
  CHECK(WithCommas(-123) == "-123");
}

TEST_CASE("a file's source name does not depend on compression") {
  CHECK(SourceName("/data/shop.csv.gz") == "shop.csv");
  CHECK(SourceName("shop.csv") == "shop.csv");
}

TEST_CASE("the rejected file may be a device, which is left alone") {
  {
    RejectedRows rejected("/dev/null", {.header = "a"});
    rejected.Add(2, "bad", "1");
    CHECK(rejected.Close().ok());
  }
  CHECK(std::filesystem::is_character_file("/dev/null"));
  RejectedRows nowhere("/nowhere/at/all.csv", {.header = "a"});
  nowhere.Add(2, "bad", "1");
  CHECK(absl::IsUnavailable(nowhere.Close()));
}

TEST_CASE("text is cut between characters and money has two digits") {
  CHECK(Shortened("short", 10) == "short");
  CHECK(Shortened("中文字", 4) == "中...");
  CHECK(Money(6950000) == "6.95");
  CHECK(Money(5000) == "0.01");
}

}  // namespace
}  // namespace clientele::cli
