#include "common/executor/group_runner.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>

namespace clientele {
namespace {

// Groups that wait until they are let go, and what was in each.
class Gate {
 public:
  void Run(std::vector<int*>& group) {
    std::unique_lock lock(mutex_);
    std::vector<int> values;
    for (int* member : group) values.push_back((*member)++);
    groups_.push_back(values);
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void WaitForGroups(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return groups_.size() == count; });
  }
  void Open() {
    std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  std::vector<std::vector<int>> groups() const {
    std::lock_guard lock(mutex_);
    return groups_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::vector<int>> groups_;
  bool open_ = false;
};

// Callers with the values 0, 10, 20, ... of the given weights; the first has its group at once and
// the others come, in order, while it runs.
std::vector<std::vector<int>> GroupsOf(const std::vector<std::size_t>& weights,
                                       GroupRunnerOptions options) {
  Gate gate;
  GroupRunner<int> runner([&](std::vector<int*>& group) { gate.Run(group); }, options);
  std::vector<int> values(weights.size());
  std::vector<std::thread> callers;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    values[i] = static_cast<int>(i) * 10;
    callers.emplace_back([&, i] { runner.Run(values[i], weights[i]); });
    if (i == 0) gate.WaitForGroups(1);
    while (i > 0 && runner.waiting() < i) std::this_thread::yield();
  }
  gate.Open();
  for (std::thread& caller : callers) caller.join();
  for (std::size_t i = 0; i < values.size(); ++i) CHECK(values[i] == static_cast<int>(i) * 10 + 1);
  CHECK(runner.running() == 0);
  return gate.groups();
}

TEST_CASE("a lone caller is a group of one, at once") {
  CHECK(GroupsOf({1}, {}) == std::vector<std::vector<int>>{{0}});
}

TEST_CASE("who comes while a group runs is in the next one, in the order of arrival") {
  CHECK(GroupsOf({1, 1, 1, 1}, {}) == std::vector<std::vector<int>>{{0}, {10, 20, 30}});
}

TEST_CASE("groups are bounded in members and in weight") {
  CHECK(GroupsOf({1, 1, 1, 1}, {.max_members = 2}) ==
        std::vector<std::vector<int>>{{0}, {10, 20}, {30}});
  CHECK(GroupsOf({1, 3, 3, 9, 1, 2}, {.max_weight = 6}) ==
        std::vector<std::vector<int>>{{0}, {10, 20}, {30}, {40, 50}});
}

TEST_CASE("several groups may run at the same time") {
  Gate gate;
  GroupRunner<int> runner([&](std::vector<int*>& group) { gate.Run(group); },
                          {.groups_at_once = 2});
  int a = 0, b = 10;
  std::thread first([&] { runner.Run(a, 1); });
  gate.WaitForGroups(1);
  std::thread second([&] { runner.Run(b, 1); });
  gate.WaitForGroups(2);
  CHECK(runner.running() == 2);
  gate.Open();
  first.join();
  second.join();
}

TEST_CASE("every caller is run once under many threads") {
  int sum = 0;  // of one group at a time
  GroupRunner<int> runner(
      [&](std::vector<int*>& group) {
        for (int* member : group) sum += *member;
      },
      {.max_members = 5});
  std::vector<std::thread> callers;
  for (int t = 0; t < 8; ++t) {
    callers.emplace_back([&] {
      for (int i = 0; i < 500; ++i) {
        int one = 1;
        runner.Run(one, 1);
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  CHECK(sum == 4000);
}

}  // namespace
}  // namespace clientele
