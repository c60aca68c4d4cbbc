#include "services/recommend-service/training/sequence/sequence_windows.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "tests/support/catch_with_torch.h"
//
#include <ATen/ATen.h>

namespace clientele::recommend {
namespace {

TEST_CASE("rows come in the order of time, and of equal times in that of the log") {
  InteractionLog log;
  log.customers = {"a", "b", "c"};
  log.items = {"w", "x", "y", "z"};
  log.rows = {{2, 0, 1, 9}, {0, 1, 1, 5}, {0, 2, 1, 3}, {0, 3, 1, 5}, {2, 1, 1, 8}, {0, 0, 1, 4}};
  const ItemSequences sequences = SequencesOf(log, {0, 1, 2, 3, 4}, {10, 11, 12, 13});
  CHECK(sequences.customers() == 3);
  CHECK(std::vector<std::int32_t>(sequences.Of(0).begin(), sequences.Of(0).end()) ==
        std::vector<std::int32_t>{12, 11, 13});
  CHECK(sequences.Of(1).empty());
  CHECK(std::vector<std::int32_t>(sequences.Of(2).begin(), sequences.Of(2).end()) ==
        std::vector<std::int32_t>{11, 10});
}

TEST_CASE("each pair of neighbors is in one window, and the last window is as long as it can be") {
  const ItemSequences sequences{.begin = {0, 1, 8, 10, 12},
                                .item = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}};
  const std::vector<std::int64_t> lengths = {1, 7, 2, 1};
  const std::vector<SequenceWindow> windows = SequenceWindows(sequences, lengths, 4);
  CHECK((windows == std::vector<SequenceWindow>{{3, 4}, {1, 2}, {8, 1}}));

  const WindowTensors batch = TensorsOf(sequences, windows, {{1, 0}});
  const std::vector<std::int64_t> items = {1, 2, 0, 0, 3, 4, 5, 6}, places = {0, 1, 4, 5, 6, 7},
                                  targets = {2, 3, 4, 5, 6, 7};
  CHECK(at::equal(batch.items, at::tensor(items).view({2, 4})));
  CHECK(at::equal(batch.places, at::tensor(places)));
  CHECK(at::equal(batch.targets, at::tensor(targets)));
}

TEST_CASE("batches cost at most what they may, and every seed has as many with other neighbors") {
  std::vector<SequenceWindow> windows;
  for (std::int64_t at = 0; at < 60; ++at) windows.push_back({at, 1 + at % 5});
  const auto one = WindowBatches(windows, 16, 1), two = WindowBatches(windows, 16, 2);
  CHECK(one.size() == two.size());
  CHECK(one != two);
  CHECK(one == WindowBatches(windows, 16, 1));
  std::multiset<std::size_t> seen;
  for (const auto& batch : one) {
    std::int64_t longest = 0;
    for (const std::size_t window : batch) {
      longest = std::max(longest, windows[window].places);
      seen.insert(window);
    }
    CHECK(longest * static_cast<std::int64_t>(batch.size()) <= 16);
  }
  CHECK(seen.size() == windows.size());
  CHECK(std::set<std::size_t>(seen.begin(), seen.end()).size() == windows.size());
}

}  // namespace
}  // namespace clientele::recommend
