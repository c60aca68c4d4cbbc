#include "services/recommend-service/core/ranking/fold_in.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/recommend/fake_collaborative_model.h"

namespace clientele::recommend {
namespace {

using Catch::Approx;

// Two items, K = 1: q = (1, 2), b = (0.5, -0.5), mu = 1.
std::shared_ptr<FakeCollaborativeModel> TwoItems(ImplicitLossWeights weights) {
  return std::make_shared<FakeCollaborativeModel>(std::vector<std::string>{"a", "b"},
                                                  std::vector<float>{1, 2},
                                                  std::vector<float>{0.5, -0.5}, 1.0f, weights);
}

TEST_CASE("folding in solves the ridge regression of the observed items") {
  // One observation r = 4 of item b, penalties 1 and 1, no weight elsewhere:
  //   f = (2, 1), residual 4 - 1 + 0.5 = 3.5
  //   [[4+1, 2], [2, 1+1]] z = (7, 3.5)  ->  det 6, p = (14-7)/6, b_u = (17.5-14)/6
  const FoldIn fold_in(TwoItems({0, 1, 1}));
  const auto customer = fold_in.Solve({{{1, 4.0}}});
  REQUIRE(customer.ok());
  REQUIRE(customer->factors.size() == 1);
  CHECK(customer->factors[0] == Approx(7.0 / 6));
  CHECK(customer->bias == Approx(3.5 / 6));
}

TEST_CASE("unobserved items pull a customer's factors towards zero") {
  // As above with c0 = 0.5. Item a is unobserved: f = (1, 1), residual 0 - 1.5, and
  // W = 1 + 0.5.
  //   gram   = 0.5 f_a f_a^T + f_b f_b^T + 1.5 I = [[6, 2.5], [2.5, 3]]
  //   target = 0.5 (-1.5) f_a + 3.5 f_b          = (6.25, 2.75)
  //   det = 11.75, p = (18.75 - 6.875)/11.75, b_u = (16.5 - 15.625)/11.75
  const FoldIn fold_in(TwoItems({0.5, 1, 1}));
  const auto customer = fold_in.Solve({{{1, 4.0}}});
  REQUIRE(customer.ok());
  CHECK(customer->factors[0] == Approx(11.875 / 11.75));
  CHECK(customer->bias == Approx(0.875 / 11.75));
}

TEST_CASE("penalties of factors and of the bias are separate") {
  // Penalties 1 and 1e9: no bias, p = 7 / (4 + 1).
  const FoldIn fold_in(TwoItems({0, 1, 1e9}));
  const auto customer = fold_in.Solve({{{1, 4.0}}});
  REQUIRE(customer.ok());
  CHECK(customer->factors[0] == Approx(1.4).epsilon(1e-6));
  CHECK(customer->bias == Approx(0).margin(1e-6));
}

TEST_CASE("a row outside the model is refused") {
  const FoldIn fold_in(TwoItems({0, 1, 1}));
  CHECK(absl::IsInvalidArgument(fold_in.Solve({{{2, 1.0}}}).status()));
  CHECK(absl::IsInvalidArgument(fold_in.Solve({{{-1, 1.0}}}).status()));
}

}  // namespace
}  // namespace clientele::recommend
