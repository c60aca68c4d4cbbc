#include "common/executor/periodic_task.h"

#include <atomic>
#include <future>
#include <memory>
#include <thread>

#include <catch2/catch_test_macros.hpp>

namespace clientele {
namespace {

TEST_CASE("the first turn comes at once") {
  std::promise<void> turned;
  PeriodicTask task(absl::Hours(1), [&] { turned.set_value(); });
  turned.get_future().wait();
}

TEST_CASE("a wake ends the pause") {
  std::promise<void> first;
  std::promise<void> second;
  int turns = 0;  // of the task's thread
  PeriodicTask task(absl::Hours(1), [&] {
    ++turns;
    if (turns == 1) first.set_value();
    if (turns == 2) second.set_value();
  });
  first.get_future().wait();
  task.Wake();
  second.get_future().wait();
}

TEST_CASE("turns follow each other after the pause") {
  std::promise<void> third;
  int turns = 0;
  PeriodicTask task(absl::Milliseconds(1), [&] {
    if (++turns == 3) third.set_value();
  });
  third.get_future().wait();
}

TEST_CASE("destruction waits for the turn that runs and ends the pause") {
  std::promise<void> began;
  std::atomic<bool> destroying = false;
  std::atomic<bool> ended = false;
  auto task = std::make_unique<PeriodicTask>(absl::Hours(1), [&] {
    began.set_value();
    while (!destroying) std::this_thread::yield();
    // Longer than a destructor needs that does not wait.
    for (int i = 0; i < 10'000; ++i) std::this_thread::yield();
    ended = true;
  });
  began.get_future().wait();
  destroying = true;
  task = nullptr;
  CHECK(ended);
}

}  // namespace
}  // namespace clientele
