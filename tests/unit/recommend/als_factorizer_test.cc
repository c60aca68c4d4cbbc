#include "services/recommend-service/training/als_factorizer.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "services/recommend-service/core/ranking/fold_in.h"
#include "services/recommend-service/training/ranking_evaluation.h"
#include "tests/unit/recommend/fake_collaborative_model.h"

namespace clientele::recommend {
namespace {

using Catch::Approx;

constexpr double kNoise = 0.2;

absl::Status Ignore(int, int) { return absl::OkStatus(); }

std::string Id(const char* prefix, int number) {
  std::string digits = std::to_string(number);
  return prefix + std::string(4 - digits.size(), '0') + digits;
}

// Explicit ratings 3 + b_u + b_i + q_i^T p_u + noise of rank 3; a share of all pairs.
TrainingSet LowRank(int customers, int items, double share) {
  std::mt19937 random(5);
  std::normal_distribution<double> normal;
  std::vector<double> p(static_cast<std::size_t>(customers) * 3),
      q(static_cast<std::size_t>(items) * 3);
  std::vector<double> bu(static_cast<std::size_t>(customers)), bi(static_cast<std::size_t>(items));
  for (auto* values : {&p, &q})
    for (double& v : *values) v = normal(random);
  for (auto* values : {&bu, &bi})
    for (double& v : *values) v = 0.5 * normal(random);
  TrainingSet set;
  for (int i = 0; i < items; ++i) set.item_ids.push_back(Id("i", i));
  for (int u = 0; u < customers; ++u) {
    set.customer_ids.push_back(Id("c", u));
    for (int i = 0; i < items; ++i) {
      if (std::uniform_real_distribution<double>()(random) > share) continue;
      double value = 3 + bu[static_cast<std::size_t>(u)] + bi[static_cast<std::size_t>(i)] +
                     kNoise * normal(random);
      for (std::size_t j = 0; j < 3; ++j) {
        value += p[static_cast<std::size_t>(u) * 3 + j] * q[static_cast<std::size_t>(i) * 3 + j];
      }
      set.examples.push_back(
          {u, i, static_cast<float>(value), static_cast<std::int64_t>(random() % 100000)});
    }
  }
  set.interaction_count = static_cast<std::int64_t>(set.examples.size());
  return set;
}

// Purchases of customers who each like one of four kinds of items; some items of
// every kind are bought by everybody's taste alike.
TrainingSet Tastes() {
  std::mt19937 random(11);
  TrainingSet set;
  for (int i = 0; i < 120; ++i) set.item_ids.push_back(Id("i", i));
  for (int u = 0; u < 300; ++u) {
    set.customer_ids.push_back(Id("c", u));
    std::vector<int> bought;
    while (bought.size() < 12) {
      const bool own = random() % 10 < 9;
      const int item =
          own ? (u % 4) * 30 + static_cast<int>(random() % 30) : static_cast<int>(random() % 120);
      if (std::find(bought.begin(), bought.end(), item) == bought.end()) bought.push_back(item);
    }
    std::sort(bought.begin(), bought.end());
    for (const int item : bought) {
      set.examples.push_back({u, item, 1.0f, static_cast<std::int64_t>(random() % 100000)});
    }
  }
  set.interaction_count = static_cast<std::int64_t>(set.examples.size());
  return set;
}

TEST_CASE("explicit ratings of low rank are predicted down to their noise") {
  const AlsFactorizer factorizer(
      {.unobserved_weight = 0, .factor_penalty = 0.01, .bias_penalty = 0.01});
  const auto model = factorizer.Train(LowRank(200, 120, 0.4), {4, 30, 1}, Ignore);
  REQUIRE(model.ok());
  INFO(model->metrics.at("rmse"));
  CHECK(model->metrics.at("held_out_customers") > 150);
  CHECK(model->metrics.at("rmse") < kNoise * 1.35);
  CHECK(model->metrics.at("training_rmse") < kNoise);
  CHECK(model->mu == Approx(3).margin(0.5));
}

TEST_CASE("purchases of tastes are ranked far better than by popularity") {
  const auto model = AlsFactorizer({.unobserved_weight = 0.05}).Train(Tastes(), {8, 15, 1}, Ignore);
  REQUIRE(model.ok());
  INFO(model->metrics.at("recall_at_10") << " vs " << model->metrics.at("popularity_recall_at_10"));
  CHECK(model->metrics.at("recall_at_10") > 2 * model->metrics.at("popularity_recall_at_10"));
  CHECK(model->metrics.at("ndcg_at_10") > 2 * model->metrics.at("popularity_ndcg_at_10"));
}

TEST_CASE("the same seed gives the same model, another seed another") {
  const TrainingSet set = Tastes();
  const AlsFactorizer factorizer;
  const auto a = factorizer.Train(set, {8, 3, 42}, Ignore);
  const auto b = factorizer.Train(set, {8, 3, 42}, Ignore);
  const auto c = factorizer.Train(set, {8, 3, 43}, Ignore);
  REQUIRE((a.ok() && b.ok() && c.ok()));
  CHECK(a->item_factors == b->item_factors);
  CHECK(a->customer_factors == b->customer_factors);
  CHECK(a->metrics == b->metrics);
  CHECK(a->item_factors != c->item_factors);
}

TEST_CASE("folding a customer of the training in gives their trained factors") {
  const TrainingSet set = Tastes();
  const auto model = AlsFactorizer().Train(set, {8, 5, 1}, Ignore);
  REQUIRE(model.ok());
  const FoldIn fold_in(std::make_shared<FakeCollaborativeModel>(set.item_ids, model->item_factors,
                                                                model->item_biases, model->mu,
                                                                model->implicit_loss_weights));
  for (const std::int32_t customer : {0, 17, 299}) {
    std::vector<ObservedPreference> observed;
    for (const TrainingExample& e : set.examples) {
      if (e.customer == customer) observed.push_back({e.item, e.value});
    }
    const auto folded = fold_in.Solve(observed);
    REQUIRE(folded.ok());
    for (std::size_t j = 0; j < 8; ++j) {
      CHECK(
          folded->customer().factors[j] ==
          Approx(model->customer_factors[static_cast<std::size_t>(customer) * 8 + j]).margin(1e-4));
    }
    CHECK(folded->customer().bias ==
          Approx(model->customer_biases[static_cast<std::size_t>(customer)]).margin(1e-4));
  }
}

TEST_CASE("the gradient of the objective vanishes at a customer's factors") {
  const TrainingSet set = Tastes();
  const AlsOptions als{.unobserved_weight = 0.1, .factor_penalty = 0.2, .bias_penalty = 0.3};
  const auto model = AlsFactorizer(als).Train(set, {4, 2, 1}, Ignore);
  REQUIRE(model.ok());
  std::vector<double> gradient(5, 0);
  for (std::int32_t i = 0; i < 120; ++i) {
    const float* const q = model->item_factors.data() + i * 4;
    double predicted = static_cast<double>(model->mu) + model->customer_biases[7] +
                       model->item_biases[static_cast<std::size_t>(i)];
    for (std::size_t j = 0; j < 4; ++j) predicted += double{q[j]} * model->customer_factors[28 + j];
    const bool observed = std::any_of(set.examples.begin(), set.examples.end(), [&](const auto& e) {
      return e.customer == 7 && e.item == i;
    });
    const double error = observed ? predicted - 1.0 : 0.1 * predicted;
    for (std::size_t j = 0; j < 4; ++j) gradient[j] += error * q[j];
    gradient[4] += error;
  }
  const double total = 12 + 0.1 * (120 - 12);
  for (std::size_t j = 0; j < 4; ++j) {
    CHECK(gradient[j] + 0.2 * total * model->customer_factors[28 + j] == Approx(0).margin(1e-4));
  }
  CHECK(gradient[4] + 0.3 * total * model->customer_biases[7] == Approx(0).margin(1e-4));
}

TEST_CASE("progress is told to the end, and can stop the training") {
  std::vector<int> epochs;
  REQUIRE(AlsFactorizer()
              .Train(Tastes(), {2, 4, 1},
                     [&](int epoch, int total) {
                       CHECK(total == 4);
                       epochs.push_back(epoch);
                       return absl::OkStatus();
                     })
              .ok());
  CHECK(std::is_sorted(epochs.begin(), epochs.end()));
  CHECK(epochs.back() == 4);
  const auto stopped = AlsFactorizer().Train(
      Tastes(), {2, 4, 1}, [](int, int) { return absl::CancelledError("enough"); });
  CHECK(absl::IsCancelled(stopped.status()));
}

TEST_CASE("one customer with one purchase can be trained on") {
  TrainingSet set;
  set.customer_ids = {"c"};
  set.item_ids = {"i"};
  set.examples = {{0, 0, 1.0f, 0}};
  const auto model = AlsFactorizer().Train(set, {2, 2, 1}, Ignore);
  REQUIRE(model.ok());
  CHECK(std::isfinite(model->item_factors[0]));
  CHECK(model->metrics.count("recall_at_10") == 0);
  CHECK(model->metrics.count("rmse") == 1);
}

TEST_CASE("the last liked item of each customer with two is held out") {
  TrainingSet set;
  set.customer_ids = {"a", "b", "c"};
  set.item_ids = {"i", "j", "k"};
  set.examples = {{0, 0, 1, 50}, {0, 1, 1, 99},   {0, 2, 1, 10},  // j
                  {1, 0, 1, 5},                                   // has one item alone
                  {2, 0, 1, 5},  {2, 2, -0.5f, 7}};               // gave the last one back
  const HoldOut split = HoldLastOut(set);
  REQUIRE(split.held.size() == 1);
  CHECK(split.held[0].item == 1);
  CHECK(split.training.size() == 5);
}

TEST_CASE("a training gives the same on any number of threads") {
  const TrainingSet set = Tastes();
  const auto one = AlsFactorizer({.threads = 1}).Train(set, {8, 3, 1}, Ignore);
  const auto two = AlsFactorizer({.threads = 2}).Train(set, {8, 3, 1}, Ignore);
  REQUIRE(one.ok());
  REQUIRE(two.ok());
  REQUIRE(one->customer_factors.size() == two->customer_factors.size());
  for (std::size_t i = 0; i < one->customer_factors.size(); ++i) {
    REQUIRE(one->customer_factors[i] == Approx(two->customer_factors[i]).margin(1e-6));
  }
  for (const auto& [name, value] : one->metrics) {
    INFO(name);
    CHECK(two->metrics.at(name) == Approx(value).margin(1e-6));
  }
}

}  // namespace
}  // namespace clientele::recommend
