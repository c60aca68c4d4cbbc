#include "common/evaluation/pair_agreement.h"

#include <random>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

namespace clientele::evaluation {
namespace {

TEST_CASE("pairs are counted as a loop over all of them counts") {
  std::mt19937 random(2);
  for (int i = 0; i < 50; ++i) {
    std::vector<std::uint32_t> found, truth;
    for (int item = 0; item < 60; ++item) {
      found.push_back(random() % 20);
      truth.push_back(random() % 25);
    }
    std::int64_t right = 0, in_found = 0, in_truth = 0;
    for (std::size_t a = 0; a < found.size(); ++a) {
      for (std::size_t b = a + 1; b < found.size(); ++b) {
        in_found += found[a] == found[b];
        in_truth += truth[a] == truth[b];
        right += found[a] == found[b] && truth[a] == truth[b];
      }
    }
    const PairAgreement agreement = *AgreementOfPairs(found, truth);
    CHECK(agreement.found_pairs == in_found);
    CHECK(agreement.true_pairs == in_truth);
    CHECK(agreement.right_pairs == right);
    CHECK(agreement.f1 == Catch::Approx(2.0 * right / (in_found + in_truth)));
  }
}

TEST_CASE("without pairs nothing was found wrongly, and nothing was missed") {
  const PairAgreement agreement = *AgreementOfPairs({0, 1, 2}, {5, 6, 7});
  CHECK(agreement.precision == 1);
  CHECK(agreement.recall == 1);
  CHECK(agreement.f1 == 1);
  CHECK(AgreementOfPairs({0, 0}, {1, 2})->precision == 0);
  CHECK(AgreementOfPairs({0, 1}, {1, 1})->recall == 0);
  CHECK_FALSE(AgreementOfPairs({0}, {1, 1}).ok());
}

}  // namespace
}  // namespace clientele::evaluation
