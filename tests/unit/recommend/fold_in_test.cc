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
  const auto solution = fold_in.Solve({{{1, 4.0}}});
  REQUIRE(solution.ok());
  const CustomerFactors& customer = solution->customer();
  REQUIRE(customer.factors.size() == 1);
  CHECK(customer.factors[0] == Approx(7.0 / 6));
  CHECK(customer.bias == Approx(3.5 / 6));
}

TEST_CASE("unobserved items pull a customer's factors towards zero") {
  // As above with c0 = 0.5. Item a is unobserved: f = (1, 1), residual 0 - 1.5, and
  // W = 1 + 0.5.
  //   gram   = 0.5 f_a f_a^T + f_b f_b^T + 1.5 I = [[6, 2.5], [2.5, 3]]
  //   target = 0.5 (-1.5) f_a + 3.5 f_b          = (6.25, 2.75)
  //   det = 11.75, p = (18.75 - 6.875)/11.75, b_u = (16.5 - 15.625)/11.75
  const FoldIn fold_in(TwoItems({0.5, 1, 1}));
  const auto solution = fold_in.Solve({{{1, 4.0}}});
  REQUIRE(solution.ok());
  const CustomerFactors& customer = solution->customer();
  CHECK(customer.factors[0] == Approx(11.875 / 11.75));
  CHECK(customer.bias == Approx(0.875 / 11.75));
}

TEST_CASE("penalties of factors and of the bias are separate") {
  // Penalties 1 and 1e9: no bias, p = 7 / (4 + 1).
  const FoldIn fold_in(TwoItems({0, 1, 1e9}));
  const auto solution = fold_in.Solve({{{1, 4.0}}});
  REQUIRE(solution.ok());
  const CustomerFactors& customer = solution->customer();
  CHECK(customer.factors[0] == Approx(1.4).epsilon(1e-6));
  CHECK(customer.bias == Approx(0).margin(1e-6));
}

TEST_CASE("a preference's influence is what taking it out of the equations changes") {
  // Three items, K = 1, c0 = 0.25, penalties 1 and 1 that stay those of two observed of three:
  // W = 2 + 0.25. Of f_i^T z only the answer to "without b" is asked.
  const auto model = std::make_shared<FakeCollaborativeModel>(
      std::vector<std::string>{"a", "b", "c"}, std::vector<float>{1, 2, -1},
      std::vector<float>{0.5, -0.5, 0.25}, 1.0f, ImplicitLossWeights{0.25, 1, 1});
  const auto solution = FoldIn(model).Solve({{{1, 4.0}, {2, 2.0}}});
  REQUIRE(solution.ok());
  const std::vector<double> solved = solution->Solve(model->item_factors().subspan(1, 1));
  const double influence = solution->Influence(*model, {1, 4.0}, solved);
  // By hand, with f_a = (1, 1), f_b = (2, 1), f_c = (-1, 1) and the residuals -1.5, -0.5, -1.25 of
  // target 0, 3.5 of b and 0.75 of c:
  //   with b:    0.25 f_a f_a^T + f_b f_b^T + f_c f_c^T + 2.25 I = [[7.5, 1.25], [1.25, 4.5]]
  //              0.25 (-1.5) f_a + 3.5 f_b + 0.75 f_c           = (5.875, 3.875)
  //   without b: 0.25 f_a f_a^T + 0.25 f_b f_b^T + f_c f_c^T + 2.25 I = [[4.5, -0.25],
  //   [-0.25, 3.75]]
  //              0.25 (-1.5) f_a + 0.25 (-0.5) f_b + 0.75 f_c         = (-1.375, 0.25)
  const double with_b[] = {(5.875 * 4.5 - 3.875 * 1.25) / 32.1875,
                           (3.875 * 7.5 - 5.875 * 1.25) / 32.1875};
  const double without_b[] = {(-1.375 * 3.75 + 0.25 * 0.25) / 16.8125,
                              (0.25 * 4.5 - 1.375 * 0.25) / 16.8125};
  CHECK(solution->customer().factors[0] == Approx(with_b[0]));
  CHECK(solution->customer().bias == Approx(with_b[1]));
  for (const double q : {1.0, 2.0, -1.0}) {
    const double lost = q * (with_b[0] - without_b[0]) + with_b[1] - without_b[1];
    CHECK(influence * (q * solved[0] + solved[1]) == Approx(lost).epsilon(1e-5));
  }
}

TEST_CASE("a row outside the model is refused") {
  const FoldIn fold_in(TwoItems({0, 1, 1}));
  CHECK(absl::IsInvalidArgument(fold_in.Solve({{{2, 1.0}}}).status()));
  CHECK(absl::IsInvalidArgument(fold_in.Solve({{{-1, 1.0}}}).status()));
}

}  // namespace
}  // namespace clientele::recommend
