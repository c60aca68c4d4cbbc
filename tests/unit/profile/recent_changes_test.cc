#include "services/profile-service/core/changes/recent_changes.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "tests/contract/profile/samples.h"

namespace clientele::profile::testing {
namespace {

// Changes with the ids first, first + 1, ...
std::vector<Change> Changes(int first, int count) {
  std::vector<Change> changes;
  for (int i = first; i < first + count; ++i) {
    Event event = MakeEvent("a", absl::StrCat(i));
    event.text = "never kept";
    changes.push_back({ChangeKind::kEvent, "a", kNow + absl::Seconds(i), std::move(event)});
  }
  return changes;
}

std::string Ids(const std::optional<ChangePage>& page) {
  if (!page.has_value()) return "none";
  std::string ids;
  for (const Change& change : page->changes) absl::StrAppend(&ids, change.event.event_id, " ");
  return ids;
}

TEST_CASE("changes are told from their numbers on, across runs, up to the first gap") {
  RecentChanges recent({});
  const RecentChanges::Reader reader(recent);
  recent.Add(13, Changes(13, 2));  // committed second, told first
  recent.Add(11, Changes(11, 2));
  recent.Add(16, Changes(16, 1));
  CHECK(Ids(recent.Read(10, {})) == "11 12 13 14 ");
  CHECK(Ids(recent.Read(12, {})) == "13 14 ");
  CHECK(Ids(recent.Read(13, {})) == "14 ");
  CHECK(Ids(recent.Read(15, {})) == "16 ");
  for (const int64_t after : {0, 9, 14, 16}) CHECK(Ids(recent.Read(after, {})) == "none");
  const auto page = recent.Read(10, {.changes = 3});
  CHECK(Ids(page) == "11 12 13 ");
  CHECK(page->last_seq == 13);
  CHECK(page->last_time == kNow + absl::Seconds(13));
  CHECK(page->changes[0].event.text.empty());
  CHECK(Ids(recent.Read(10, {.bytes = 1})) == "11 ");
}

TEST_CASE("without a reader nothing is kept") {
  RecentChanges recent({});
  CHECK_FALSE(recent.wanted());
  recent.Add(1, Changes(1, 1));
  {
    const RecentChanges::Reader reader(recent);
    CHECK(recent.wanted());
    CHECK(Ids(recent.Read(0, {})) == "none");
    recent.Add(2, Changes(2, 1));
    const RecentChanges::Reader another(recent);
  }
  const RecentChanges::Reader reader(recent);
  CHECK(Ids(recent.Read(1, {})) == "none");
}

TEST_CASE("the oldest changes go when there are too many, or they take too much memory") {
  const auto options = [](std::size_t changes, int64_t bytes) {
    return RecentChanges::Options{.max_changes = changes, .max_bytes = bytes};
  };
  Change without_text = Changes(1, 1)[0];
  without_text.event.text.clear();
  const int64_t bytes = BytesOf(without_text);
  for (const auto& bounds : {options(4, 100 * bytes), options(100, 4 * bytes)}) {
    RecentChanges recent(bounds);
    const RecentChanges::Reader reader(recent);
    for (const int first : {1, 3, 5}) recent.Add(first, Changes(first, 2));
    CHECK(Ids(recent.Read(0, {})) == "none");
    CHECK(Ids(recent.Read(2, {})) == "3 4 5 6 ");
  }
}

TEST_CASE("numbers that are given again replace everything older") {
  RecentChanges recent({});
  const RecentChanges::Reader reader(recent);
  recent.Add(1, Changes(1, 10));
  recent.Add(8, Changes(80, 2));
  CHECK(Ids(recent.Read(0, {})) == "none");
  CHECK(Ids(recent.Read(7, {})) == "80 81 ");
}

}  // namespace
}  // namespace clientele::profile::testing
