#include "services/recommend-service/training/candidates/score_blend.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/recommend_families/random_interactions.h"

namespace clientele::recommend {
namespace {

using Catch::Approx;

// Scores every item by a table of its own.
class Table final : public CandidateFamily {
 public:
  Table(std::string name, std::vector<float> scores, bool is_of_later_items = false)
      : name_(std::move(name)), scores_(std::move(scores)), is_of_later_items_(is_of_later_items) {}
  std::string Description() const override { return name_; }
  bool Applies(const CandidateTraining& training) const override {
    return !is_of_later_items_ || training.held_out_is_later;
  }
  absl::StatusOr<std::unique_ptr<ItemScorer>> Fit(const CandidateTraining&) const override {
    class Scorer final : public ItemScorer {
     public:
      explicit Scorer(std::vector<float> scores) : scores_(std::move(scores)) {}
      void Score(std::int64_t, absl::Span<float> scores) const override {
        std::copy(scores_.begin(), scores_.end(), scores.begin());
      }

     private:
      const std::vector<float> scores_;
    };
    return std::make_unique<Scorer>(scores_);
  }

 private:
  const std::string name_;
  const std::vector<float> scores_;
  const bool is_of_later_items_;
};

// Customer 0 has item 0 and is to get items 1 and 2 of five.
struct OneCustomer {
  SparseMatrix training = CompressRows(std::vector<SparseEntry>{{0, 0}}, 1, 5);
  SparseMatrix held_out = CompressRows(std::vector<SparseEntry>{{0, 1}, {0, 2}}, 1, 5);
  CandidateTraining Given() const {
    return {.interactions = training, .inner_training = &training, .inner_held_out = &held_out};
  }
};

TEST_CASE("a blend of one round is the member that ranks what was held out best") {
  const OneCustomer data;
  const ScoreBlend best("best",
                        {std::make_shared<Table>("wrong", std::vector<float>{0, 1, 2, 3, 4}),
                         std::make_shared<Table>("right", std::vector<float>{0, 4, 3, 2, 1})},
                        {.rounds = 1, .cutoff = 2});
  const auto scorer = best.Fit(data.Given());
  REQUIRE(scorer.ok());
  CHECK((*scorer)->Choice() == "1 x right");
  CHECK(ScoresOf(**scorer, 0, 5) == std::vector<float>{0, 4, 3, 2, 1});
}

TEST_CASE("members that know one item each are added up, standardized over the candidates") {
  const OneCustomer data;
  // Each ranks one relevant item first and the other last; together both are in front. The scales
  // differ by a thousand.
  const ScoreBlend blend("blend",
                         {std::make_shared<Table>("a", std::vector<float>{9, 4, 0, 1, 1}),
                          std::make_shared<Table>("b", std::vector<float>{9, 0, 4000, 1000, 1000})},
                         {.cutoff = 2});
  const auto scorer = blend.Fit(data.Given());
  REQUIRE(scorer.ok());
  CHECK((*scorer)->Choice() == "1 x a + 1 x b");
  const auto scores = ScoresOf(**scorer, 0, 5);
  // Candidates of a: 4, 0, 1, 1 with mean 1.5 and deviation 1.5.
  CHECK(scores[1] == Approx((4 - 1.5) / 1.5 + (0 - 1.5) / 1.5));
  CHECK(scores[2] == Approx(scores[1]));
  CHECK(scores[3] == Approx(2 * (1 - 1.5) / 1.5));
}

TEST_CASE("without anything to choose on the first member is all there is") {
  const OneCustomer data;
  const ScoreBlend blend("blend",
                         {std::make_shared<Table>("a", std::vector<float>{1, 2, 3, 4, 5}),
                          std::make_shared<Table>("b", std::vector<float>{5, 4, 3, 2, 1})});
  const auto scorer = blend.Fit({.interactions = data.training});
  REQUIRE(scorer.ok());
  CHECK(ScoresOf(**scorer, 0, 5) == std::vector<float>{1, 2, 3, 4, 5});
}

TEST_CASE("a member that says nothing of what is held out takes no part, however well it ranks") {
  const OneCustomer data;
  const ScoreBlend blend("blend",
                         {std::make_shared<Table>("next", std::vector<float>{0, 4, 3, 2, 1}, true),
                          std::make_shared<Table>("any", std::vector<float>{0, 1, 2, 3, 4})});
  CandidateTraining training = data.Given();
  const auto random = blend.Fit(training);
  REQUIRE(random.ok());
  CHECK((*random)->Choice() == "1 x any");
  training.held_out_is_later = true;
  const auto later = blend.Fit(training);
  REQUIRE(later.ok());
  CHECK((*later)->Choice().find("next") != std::string::npos);
}

TEST_CASE("members with constant scores change nothing") {
  const OneCustomer data;
  const ScoreBlend blend("blend",
                         {std::make_shared<Table>("flat", std::vector<float>{7, 7, 7, 7, 7}),
                          std::make_shared<Table>("b", std::vector<float>{0, 4, 3, 2, 1})});
  const auto scorer = blend.Fit(data.Given());
  REQUIRE(scorer.ok());
  for (const float score : ScoresOf(**scorer, 0, 5)) CHECK(std::isfinite(score));
}

}  // namespace
}  // namespace clientele::recommend
