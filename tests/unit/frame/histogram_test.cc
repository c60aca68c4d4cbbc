#include "common/frame/histogram.h"

#include <limits>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

namespace clientele::frame {
namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

TEST_CASE("a histogram counts what is missing, below, within and above its training") {
  Histogram trained = Histogram::Learn({{1, 2, 3, 4, kNothing}}, 2);
  // Missing, below 1, [1, 3), [3, 4], above 4.
  CHECK(trained.counts() == std::vector<double>{1, 0, 2, 2, 0});
  Histogram now = trained.Emptied();
  CHECK(now.counts() == std::vector<double>{0, 0, 0, 0, 0});
  for (const double value : {kNothing, 0.5, -9.0, 1.0, 2.9, 3.0, 4.0, 4.1}) now.Add(value);
  CHECK(now.counts() == std::vector<double>{1, 2, 2, 2, 1});
}

TEST_CASE("values above a constant, and values where there were none, are seen") {
  Histogram constant = Histogram::Learn({{5, 5, 5}}).Emptied();
  for (const double value : {4.0, 5.0, 6.0, 7.0}) constant.Add(value);
  CHECK(constant.counts() == std::vector<double>{0, 1, 1, 2});
  Histogram none = Histogram::Learn({{kNothing}});
  CHECK(none.counts().at(0) == 1);
  none.Add(3);
  double all = 0;
  for (const double count : none.counts()) all += count;
  CHECK(all == 2);
  CHECK(none.counts().at(0) == 1);
}

TEST_CASE("histograms of features are read back as they were written") {
  FeatureHistograms trained =
      FeatureHistograms::Learn({"age", "orders"}, {{20, 1}, {30, 2}, {40, 2}, {1}}, 3);
  trained.Add(std::vector<float>{50, 1});
  trained.Add(std::vector<float>{50});  // no row of these features
  const auto read = FeatureHistograms::FromJson(nlohmann::json::parse(trained.ToJson().dump()));
  REQUIRE(read.ok());
  CHECK(read->features() == std::vector<std::string>{"age", "orders"});
  for (const std::size_t at : {std::size_t{0}, std::size_t{1}}) {
    CHECK(read->histogram(at).counts() == trained.histogram(at).counts());
  }
  CHECK(trained.histogram(0).counts().back() == 1);
}

TEST_CASE("what is no histogram is refused") {
  const char* const kWrong[] = {
      R"({})",
      R"([1])",
      R"([{"feature": 1, "histogram": {}}])",
      R"([{"feature": "a"}])",
      R"([{"feature": "a", "histogram": {"least": 1, "edges": [], "greatest": 2}}])",
      R"([{"feature": "a", "histogram": {"least": 1, "edges": [], "greatest": 2, "counts": [1]}}])",
      R"([{"feature": "a",
          "histogram": {"least": 1, "edges": [], "greatest": 2, "counts": [1, 2, -3, 4]}}])",
      R"([{"feature": "a",
          "histogram": {"least": "x", "edges": [], "greatest": 2, "counts": [1, 2, 3, 4]}}])"};
  for (const char* const wrong : kWrong) {
    INFO(wrong);
    CHECK(absl::IsInvalidArgument(
        FeatureHistograms::FromJson(nlohmann::json::parse(wrong)).status()));
  }
}

}  // namespace
}  // namespace clientele::frame
