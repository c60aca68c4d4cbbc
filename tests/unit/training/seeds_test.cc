#include "common/training/seeds.h"

#include <set>

#include "tests/support/catch_with_torch.h"
//
#include <ATen/Functions.h>
#include <ATen/core/Generator.h>

namespace clientele::training {
namespace {

TEST_CASE("the same seed gives the same numbers of both generators, another seed others") {
  RandomSource first(1);
  const at::Tensor a = at::rand({5});
  const std::uint64_t x = first.engine()();
  RandomSource second(1);
  CHECK(at::equal(at::rand({5}), a));
  CHECK(second.engine()() == x);
  RandomSource third(2);
  CHECK_FALSE(at::equal(at::rand({5}), a));
  CHECK(third.engine()() != x);
}

TEST_CASE("a restored state gives what came after it") {
  RandomSource random(7);
  at::randn({3});  // an odd number: one normal sample is kept for later
  random.engine()();
  const RandomState state = random.Save();
  const at::Tensor a = at::randn({6});
  const std::uint64_t x = random.engine()();
  RandomSource other(99);
  at::rand({100});
  REQUIRE(other.Restore(state).ok());
  CHECK(at::equal(at::randn({6}), a));
  CHECK(other.engine()() == x);
}

TEST_CASE("a state that is none is refused and changes nothing") {
  RandomSource random(7);
  const RandomState state = random.Save();
  CHECK(absl::IsInvalidArgument(random.Restore({})));
  CHECK(absl::IsInvalidArgument(random.Restore({state.torch.substr(1), state.engine})));
  CHECK(absl::IsInvalidArgument(random.Restore({state.torch, "engine"})));
  CHECK(random.Save() == state);
}

TEST_CASE("a generator of its own is moved by nobody else") {
  at::Generator own = TorchGenerator(5);
  at::rand({10});
  const at::Tensor a = at::rand({4}, own);
  at::Generator again = TorchGenerator(5);
  CHECK(at::equal(at::rand({4}, again), a));
}

TEST_CASE("streams of neighboring seeds have nothing in common") {
  std::set<std::uint64_t> seeds;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    for (std::uint64_t stream = 0; stream < 50; ++stream) seeds.insert(DeriveSeed(seed, stream));
  }
  CHECK(seeds.size() == 2500);
}

}  // namespace
}  // namespace clientele::training
