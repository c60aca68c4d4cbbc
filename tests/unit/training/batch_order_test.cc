#include "common/training/batch_order.h"

#include <algorithm>
#include <vector>

#include <catch2/catch_test_macros.hpp>

namespace clientele::training {
namespace {

using Examples = std::vector<std::size_t>;

Examples Epoch(BatchOrder& order, std::int64_t epoch) {
  Examples all;
  for (std::int64_t step = 0; step < order.steps_per_epoch(); ++step) {
    const auto batch = order.Batch(epoch, step);
    all.insert(all.end(), batch.begin(), batch.end());
  }
  return all;
}

Examples Sorted(Examples examples) {
  std::sort(examples.begin(), examples.end());
  return examples;
}

TEST_CASE("an epoch holds every example once, each epoch in another order") {
  auto order = BatchOrder::Create({.examples = 10, .batch_size = 4, .seed = 3});
  REQUIRE(order.ok());
  CHECK(order->steps_per_epoch() == 3);
  CHECK(order->Batch(0, 2).size() == 2);
  const Examples first = Epoch(*order, 0);
  CHECK(Sorted(first) == Examples{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  CHECK(Sorted(Epoch(*order, 1)) == Sorted(first));
  CHECK(Epoch(*order, 1) != first);
  CHECK(Epoch(*order, 0) == first);
}

TEST_CASE("a batch is that of its epoch and step, whatever was asked for before") {
  auto walked = BatchOrder::Create({.examples = 100, .batch_size = 7, .seed = 5});
  auto resumed = BatchOrder::Create({.examples = 100, .batch_size = 7, .seed = 5});
  REQUIRE((walked.ok() && resumed.ok()));
  for (std::int64_t epoch = 0; epoch < 3; ++epoch) Epoch(*walked, epoch);
  const auto a = walked->Batch(3, 6);
  const auto b = resumed->Batch(3, 6);
  CHECK(Examples(a.begin(), a.end()) == Examples(b.begin(), b.end()));
  auto other = BatchOrder::Create({.examples = 100, .batch_size = 7, .seed = 6});
  const auto c = other->Batch(3, 6);
  CHECK(Examples(a.begin(), a.end()) != Examples(c.begin(), c.end()));
}

TEST_CASE("without shuffling examples come in their order") {
  auto order = BatchOrder::Create({.examples = 5, .batch_size = 2, .shuffle = false});
  REQUIRE(order.ok());
  CHECK(Epoch(*order, 0) == Examples{0, 1, 2, 3, 4});
  CHECK(Epoch(*order, 1) == Examples{0, 1, 2, 3, 4});
}

TEST_CASE("a last batch that is too small can be left out") {
  auto order = BatchOrder::Create({.examples = 10, .batch_size = 4, .drop_last = true});
  REQUIRE(order.ok());
  CHECK(order->steps_per_epoch() == 2);
  CHECK(Epoch(*order, 0).size() == 8);
}

TEST_CASE("an order without a batch is refused") {
  CHECK(absl::IsInvalidArgument(BatchOrder::Create({.examples = 0}).status()));
  CHECK(absl::IsInvalidArgument(BatchOrder::Create({.examples = 5, .batch_size = 0}).status()));
  CHECK(absl::IsInvalidArgument(
      BatchOrder::Create({.examples = 3, .batch_size = 4, .drop_last = true}).status()));
}

}  // namespace
}  // namespace clientele::training
