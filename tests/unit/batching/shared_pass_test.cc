#include "common/batching/shared_pass.h"

#include <latch>
#include <thread>

#include <catch2/catch_test_macros.hpp>

namespace clientele::batching {
namespace {

using Pass = SharedPass<int, int>;

TEST_CASE("a lone caller makes a pass at once") {
  Pass pass({}, [](absl::Span<const int* const> queries) {
    return std::vector<int>(queries.size(), 2 * *queries[0]);
  });
  CHECK(pass.Run(21) == 42);
  CHECK(pass.Run(1) == 2);
}

TEST_CASE("callers who come during a pass share the next one, each with its own result") {
  std::latch entered(1);
  std::latch open(1);
  std::vector<std::size_t> callers;  // of each pass; passes follow each other
  Pass pass({.passes = 1}, [&](absl::Span<const int* const> queries) {
    if (callers.empty()) {
      entered.count_down();
      open.wait();
    }
    callers.push_back(queries.size());
    std::vector<int> results;
    for (const int* query : queries) results.push_back(10 * *query);
    return results;
  });
  std::vector<int> results(4);
  std::vector<std::thread> threads;
  threads.emplace_back([&] { results[0] = pass.Run(0); });
  entered.wait();
  for (int i = 1; i < 4; ++i) threads.emplace_back([&, i] { results[i] = pass.Run(i); });
  while (pass.waiting() < 3) std::this_thread::yield();
  open.count_down();
  for (std::thread& thread : threads) thread.join();
  CHECK(results == std::vector<int>{0, 10, 20, 30});
  CHECK(callers == std::vector<std::size_t>{1, 3});
}

TEST_CASE("a pass takes no more callers than it may, and nobody is forgotten") {
  Pass pass({.passes = 2, .max_callers = 3}, [](absl::Span<const int* const> queries) {
    std::vector<int> results;
    for (const int* query : queries) results.push_back(*query + 1);
    if (results.size() > 3) results.clear();
    return results;
  });
  std::vector<std::thread> threads;
  std::vector<int> wrong(8, 0);
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) wrong[t] += pass.Run(i) == i + 1 ? 0 : 1;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == std::vector<int>(8, 0));
}

}  // namespace
}  // namespace clientele::batching
