#include "common/training/early_stopping.h"

#include <cmath>

#include <catch2/catch_test_macros.hpp>

namespace clientele::training {
namespace {

TEST_CASE("it stops after so many observations without a better one, and remembers the best") {
  EarlyStopping stopping({.patience = 2});
  CHECK(stopping.Observe(0, 1.0));
  CHECK_FALSE(stopping.Observe(1, 1.5));
  CHECK(stopping.Observe(2, 0.9));
  CHECK_FALSE(stopping.Observe(3, 0.9));
  CHECK_FALSE(stopping.ShouldStop());
  CHECK_FALSE(stopping.Observe(4, 0.95));
  CHECK(stopping.ShouldStop());
  CHECK(stopping.best() == EarlyStopping::Best{2, 0.9});
}

TEST_CASE("a value must be better by more than the least gain, in the direction asked for") {
  EarlyStopping stopping(
      {.patience = 1, .min_delta = 0.1, .direction = Direction::kHigherIsBetter});
  CHECK(stopping.Observe(0, 0.5));
  CHECK_FALSE(stopping.Observe(1, 0.55));
  CHECK(stopping.ShouldStop());
  CHECK(stopping.Observe(2, 0.7));
  CHECK_FALSE(stopping.ShouldStop());
}

TEST_CASE("what is not a number is never the best") {
  EarlyStopping stopping({.patience = 2});
  CHECK_FALSE(stopping.Observe(0, std::nan("")));
  CHECK_FALSE(stopping.best().has_value());
  CHECK(stopping.Observe(1, 7));
  CHECK_FALSE(stopping.Observe(2, std::nan("")));
  CHECK(stopping.best() == EarlyStopping::Best{1, 7});
}

TEST_CASE("no patience means no stop") {
  EarlyStopping stopping({.patience = 0});
  for (int i = 0; i < 100; ++i) stopping.Observe(i, i);
  CHECK_FALSE(stopping.ShouldStop());
}

TEST_CASE("a restored state goes on where it was") {
  EarlyStopping first({.patience = 2});
  first.Observe(0, 1);
  first.Observe(1, 2);
  EarlyStopping second({.patience = 2}, first.state());
  second.Observe(2, 3);
  CHECK(second.ShouldStop());
  CHECK(second.best() == EarlyStopping::Best{0, 1});
}

}  // namespace
}  // namespace clientele::training
