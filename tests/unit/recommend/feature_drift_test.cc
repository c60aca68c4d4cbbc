#include "services/recommend-service/core/drift/feature_drift.h"

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "services/recommend-service/core/drift/drift_observing_ranker.h"
#include "services/recommend-service/core/drift/history_features.h"
#include "tests/support/fake_clock.h"

namespace clientele::recommend {
namespace {

using Catch::Approx;
using Rows = std::vector<std::vector<float>>;

// Of one feature: half of the training was 1 and half was 2.
FeatureDrift::Histograms HalfAndHalf() {
  return std::make_shared<const frame::FeatureHistograms>(
      frame::FeatureHistograms::Learn({"size"}, {{1}, {1}, {2}, {2}}, 2));
}

// One that measures four calls or more of a minute.
struct Drifting {
  void Observe(const std::string& model, const Rows& rows) {
    drift.Observe(
        model,
        [&] {
          ++asked;
          return HalfAndHalf();
        },
        rows);
  }
  clientele::testing::FakeClock clock;
  FeatureDrift drift{&clock, {.interval = absl::Minutes(1), .min_calls = 4}};
  int asked = 0;
};

TEST_CASE("the index of what was served is made when enough came in enough time") {
  Drifting one;
  CHECK(one.drift.Latest().indices.empty());
  one.drift.Refresh();
  for (const float value : {1.0F, 2.0F, 2.0F}) one.Observe("m/1", {{value}});
  one.clock.Advance(absl::Minutes(2));
  one.drift.Refresh();
  CHECK(one.drift.Latest().indices.empty());  // three calls
  one.Observe("m/1", {{2.0F}});
  one.drift.Refresh();
  const DriftReport report = one.drift.Latest();
  CHECK(report.model_id == "m/1");
  CHECK(report.rows == 4);
  // As by hand: shares 0.5 and 0.5 became 0.25 and 0.75.
  CHECK(report.indices.at("size") == Approx(0.274653).epsilon(1e-5));
  CHECK(one.asked == 1);

  // The next index is of the next calls alone.
  for (int i = 0; i < 4; ++i) one.Observe("m/1", {{static_cast<float>(1 + i % 2)}});
  one.drift.Refresh();
  CHECK(one.drift.Latest().indices.at("size") > 0.2);  // not a minute yet
  one.clock.Advance(absl::Minutes(1));
  one.drift.Refresh();
  CHECK(one.drift.Latest().indices.at("size") == 0);
}

TEST_CASE("what lies outside the training, or is missing, moves the index far") {
  for (const float value : {0.5F, 9.0F, std::nanf("")}) {
    Drifting one;
    for (int i = 0; i < 4; ++i) one.Observe("m/1", {{value}});
    one.clock.Advance(absl::Minutes(1));
    one.drift.Refresh();
    CHECK(one.drift.Latest().indices.at("size") > 5);
  }
}

TEST_CASE("another version begins anew, and one without histograms is not measured") {
  Drifting one;
  for (int i = 0; i < 4; ++i) one.Observe("m/1", {{1}});
  one.clock.Advance(absl::Minutes(1));
  one.drift.Refresh();
  CHECK(!one.drift.Latest().indices.empty());
  one.Observe("m/2", {{1}});
  CHECK(one.asked == 2);
  CHECK(one.drift.Latest().indices.empty());
  const Rows row = {{1}};
  for (int i = 0; i < 4; ++i) {
    one.drift.Observe(
        "m/3", [] { return FeatureDrift::Histograms(); }, row);
  }
  one.clock.Advance(absl::Minutes(1));
  one.drift.Refresh();
  CHECK(one.drift.Latest().model_id.empty());
}

TEST_CASE("of a call with many rows a few are counted, spread over all of them") {
  CHECK(EvenlyChosen(3, 10) == std::vector<std::size_t>{0, 1, 2});
  CHECK(EvenlyChosen(10, 5) == std::vector<std::size_t>{0, 2, 4, 6, 8});
  CHECK(EvenlyChosen(0, 5).empty());
  Drifting one;
  const Rows rows(1000, std::vector<float>{1});
  for (int i = 0; i < 4; ++i) one.Observe("m/1", rows);
  one.clock.Advance(absl::Minutes(1));
  one.drift.Refresh();
  CHECK(one.drift.Latest().rows == static_cast<std::int64_t>(4 * kDriftRowsOfCall));
}

TEST_CASE("a history in numbers is the same in training and in serving") {
  HistoryFeatures features;
  CHECK(features.Row()[0] == 0);
  CHECK(std::isnan(features.Row()[1]));
  features.Add(-1, 0.5);
  features.Add(-3, 0.25);
  CHECK(features.Row() == std::vector<float>{2, -2, -1, 0.375F});

  TrainingSet set;
  set.customer_ids = {"ada", "bob"};
  set.item_ids = {"cup", "mug"};
  set.examples = {{0, 0, -1, 0}, {0, 1, -3, 0}, {1, 1, 2, 0}};
  Factorization factorization;
  factorization.item_biases = {0.5F, 0.25F};
  frame::FeatureHistograms now = HistoryHistograms(set, factorization).Emptied();
  REQUIRE(now.features() == HistoryFeatureNames());
  now.Add(features.Row());
  for (std::size_t at = 0; at < now.features().size(); ++at) {
    // Neither missing, below, nor above.
    CHECK(now.histogram(at).counts().front() == 0);
    CHECK(now.histogram(at).counts()[1] == 0);
    CHECK(now.histogram(at).counts().back() == 0);
  }
}

// Scores every row 1, as the version that serves or as a canary.
struct ScriptedRanker final : Ranker {
  struct Version final : RankerVersion {
    const std::string& id() const override { return name; }
    std::optional<RankerRecipe> recipe() const override { return std::nullopt; }
    std::shared_ptr<const frame::FeatureHistograms> histograms() const override {
      return HalfAndHalf();
    }
    absl::StatusOr<std::vector<float>> Score(const Rows& rows) const override {
      return std::vector<float>(rows.size(), 1);
    }
    std::string name = "ranker/1";
  };
  std::shared_ptr<const RankerVersion> Current() override {
    return std::make_shared<const Version>();
  }
  bool stands() const override { return true; }
  absl::StatusOr<RankerScores> Score(const RequestContext&, const Rows& rows,
                                     absl::string_view) override {
    if (!error.ok()) return error;
    return RankerScores{answers, std::vector<float>(rows.size(), 1)};
  }
  std::string answers = "ranker/1";
  absl::Status error;
};

TEST_CASE("rows are counted that the serving version scored, and scores stay as they are") {
  Drifting one;
  ScriptedRanker inner;
  DriftObservingRanker ranker(&inner, &one.drift);
  CHECK(ranker.stands());
  CHECK(ranker.Current()->id() == "ranker/1");
  for (int i = 0; i < 4; ++i) {
    const auto scores = ranker.Score({}, {{2}, {2}}, "c");
    REQUIRE(scores.ok());
    CHECK(scores->scores == std::vector<float>{1, 1});
  }
  inner.answers = "ranker/2";
  REQUIRE(ranker.Score({}, {{1}}, "c").ok());
  inner.error = absl::UnavailableError("away");
  CHECK(absl::IsUnavailable(ranker.Score({}, {{1}}, "c").status()));
  one.clock.Advance(absl::Minutes(1));
  one.drift.Refresh();
  CHECK(one.drift.Latest().rows == 8);
}

}  // namespace
}  // namespace clientele::recommend
