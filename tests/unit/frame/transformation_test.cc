#include "common/frame/transformation.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

namespace clientele::frame {
namespace {

using Catch::Approx;

struct Person {
  double age;
  std::string plan;
};

Frame People(const std::vector<Person>& people) {
  auto builder =
      FrameBuilder::Create({{"age", ColumnType::kNumeric}, {"plan", ColumnType::kCategorical}});
  REQUIRE(builder.ok());
  for (const Person& person : people) {
    builder->Number(0, person.age);
    if (!person.plan.empty()) builder->Category(1, person.plan);
    REQUIRE(builder->EndRow().ok());
  }
  return std::move(*builder).Finish();
}

const std::vector<FeaturePlan> kPlans = {
    {.column = "plan", .encoding = Encoding::kVocabulary, .vocabulary = {.min_count = 2}},
    {.column = "age", .encoding = Encoding::kScaled},
    {.column = "age", .encoding = Encoding::kBins, .bins = {.bins = 2}}};

Transformation Learned() {
  auto learned = Transformation::Learn(
      People({{20, "gold"}, {30, "gold"}, {40, "free"}, {50, "free"}, {60, "free"}, {70, "odd"}}),
      kPlans);
  REQUIRE(learned.ok());
  return *std::move(learned);
}

TEST_CASE("rows become indices and numbers in the order of the plans") {
  const Transformation transformation = Learned();
  CHECK(transformation.index_sizes() == std::vector<std::int32_t>{4, 3});
  CHECK(transformation.number_count() == 1);
  CHECK(transformation.schema() ==
        Schema{{"plan", ColumnType::kCategorical}, {"age", ColumnType::kNumeric}});
  const auto encoded = transformation.Apply(
      People({{45, "gold"}, {kMissingNumber, ""}, {90, "odd"}, {20, "never seen"}}));
  REQUIRE(encoded.ok());
  CHECK(encoded->rows == 4);
  CHECK(encoded->indices == std::vector<std::int32_t>{3, 1, 0, 0, 1, 2, 1, 1});
  CHECK(encoded->numbers[0] == 0);
  CHECK(encoded->numbers[1] == 0);
  CHECK(encoded->numbers[2] == Approx(45 / std::sqrt(1750.0 / 6)));
}

TEST_CASE("a stored transformation gives the same bits, one row at a time as in a batch") {
  const Transformation trained = Learned();
  const auto served = Transformation::FromJson(nlohmann::json::parse(trained.ToJson().dump()));
  REQUIRE(served.ok());
  CHECK(served->schema() == trained.schema());
  const std::vector<Person> people = {{31.7, "gold"}, {1e6, "free"}, {kMissingNumber, "odd"}};
  const auto batch = trained.Apply(People(people));
  REQUIRE(batch.ok());
  for (std::size_t i = 0; i < people.size(); ++i) {
    const auto one = served->Apply(People({people[i]}));
    REQUIRE(one.ok());
    CHECK(one->indices ==
          std::vector<std::int32_t>{batch->indices[i * 2], batch->indices[i * 2 + 1]});
    CHECK(one->numbers[0] == batch->numbers[i]);
  }
}

TEST_CASE("a frame without rows is encoded, one without a column is refused") {
  const Transformation transformation = Learned();
  const auto nothing = transformation.Apply(People({}));
  REQUIRE(nothing.ok());
  CHECK(nothing->indices.empty());
  CHECK(absl::IsNotFound(transformation.Apply(Frame()).status()));
  CHECK(absl::IsNotFound(Transformation::Learn(Frame(), kPlans).status()));
  CHECK(absl::IsInvalidArgument(
      Transformation::Learn(People({}), {{.column = "age", .encoding = Encoding::kVocabulary}})
          .status()));
}

TEST_CASE("what is no stored transformation is refused, the wrong feature named") {
  for (const char* text :
       {"[]", "{}", R"({"version": 2, "features": []})", R"({"version": 1})",
        R"({"version": 1, "features": [7]})",
        R"({"version": 1, "features": [{"column": "a", "encoding": "bins"}]})",
        R"({"version": 1, "features": [{"column": "a", "encoding": "magic", "state": {}}]})",
        R"({"version": 1, "features": [{"column": "a", "encoding": "bins", "state": {}}]})"}) {
    CHECK(absl::IsInvalidArgument(Transformation::FromJson(nlohmann::json::parse(text)).status()));
  }
  const auto second = Transformation::FromJson(nlohmann::json::parse(
      R"({"version": 1, "features": [
           {"column": "a", "encoding": "bins", "state": {"edges": []}},
           {"column": "b", "encoding": "scaled", "state": {"mean": 1}}]})"));
  CHECK(std::string(second.status().message()).find("feature 1 ") != std::string::npos);
}

}  // namespace
}  // namespace clientele::frame
