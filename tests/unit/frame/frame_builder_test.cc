#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/frame/frame.h"

namespace clientele::frame {
namespace {

const Schema kSchema = {{"age", ColumnType::kNumeric}, {"plan", ColumnType::kCategorical}};

TEST_CASE("rows hold what was set, the rest is missing") {
  auto builder = FrameBuilder::Create(kSchema);
  REQUIRE(builder.ok());
  builder->Number(0, 42);
  builder->Category(1, "gold");
  REQUIRE(builder->EndRow().ok());
  REQUIRE(builder->EndRow().ok());
  builder->Category(1, "free");
  builder->Category(1, "gold");
  builder->Number(0, std::numeric_limits<double>::infinity());
  REQUIRE(builder->EndRow().ok());
  const Frame frame = std::move(*builder).Finish();
  CHECK(frame.rows() == 3);
  CHECK(frame.schema() == kSchema);
  const auto ages = frame.Numeric("age");
  REQUIRE(ages.ok());
  CHECK((*ages)->values[0] == 42);
  CHECK(std::isnan((*ages)->values[1]));
  CHECK(std::isnan((*ages)->values[2]));
  const auto plans = frame.Categorical("plan");
  REQUIRE(plans.ok());
  CHECK((*plans)->codes == std::vector<std::int32_t>{0, kMissingCode, 0});
  CHECK((*plans)->categories == std::vector<std::string>{"gold"});
}

TEST_CASE("an empty text is a category, not a missing one") {
  auto builder = FrameBuilder::Create(kSchema);
  REQUIRE(builder.ok());
  builder->Category(1, "");
  REQUIRE(builder->EndRow().ok());
  const Frame frame = std::move(*builder).Finish();
  CHECK((*frame.Categorical("plan"))->codes == std::vector<std::int32_t>{0});
}

TEST_CASE("a column is asked for by name and type") {
  const Frame frame = std::move(*FrameBuilder::Create(kSchema)).Finish();
  CHECK(absl::IsNotFound(frame.Numeric("height").status()));
  CHECK(absl::IsInvalidArgument(frame.Numeric("plan").status()));
  CHECK(absl::IsInvalidArgument(frame.Categorical("age").status()));
  CHECK(Frame().rows() == 0);
}

TEST_CASE("chosen rows come in the order asked for") {
  auto builder = FrameBuilder::Create(kSchema);
  REQUIRE(builder.ok());
  for (const int age : {10, 20, 30}) {
    builder->Number(0, age);
    if (age > 10) builder->Category(1, std::to_string(age));
    REQUIRE(builder->EndRow().ok());
  }
  const Frame frame = std::move(*builder).Finish();
  const Frame chosen = frame.Rows(std::vector<std::size_t>{2, 0, 2});
  CHECK(chosen.rows() == 3);
  CHECK((*chosen.Numeric("age"))->values == std::vector<double>{30, 10, 30});
  CHECK((*chosen.Categorical("plan"))->codes == std::vector<std::int32_t>{1, kMissingCode, 1});
}

TEST_CASE("names that repeat or are empty are refused") {
  CHECK(absl::IsInvalidArgument(
      FrameBuilder::Create({{"a", ColumnType::kNumeric}, {"a", ColumnType::kCategorical}})
          .status()));
  CHECK(absl::IsInvalidArgument(FrameBuilder::Create({{"", ColumnType::kNumeric}}).status()));
}

TEST_CASE("each limit is said, and the rows before it stay") {
  auto rows = FrameBuilder::Create(kSchema, {.max_rows = 1});
  REQUIRE(rows.ok());
  REQUIRE(rows->EndRow().ok());
  CHECK(rows->EndRow().message().find("more than 1 rows") != std::string::npos);
  CHECK(std::move(*rows).Finish().rows() == 1);

  auto bytes = FrameBuilder::Create(kSchema, {.max_bytes = 100});
  REQUIRE(bytes.ok());
  bytes->Category(1, std::string(200, 'x'));
  REQUIRE(bytes->EndRow().ok());
  CHECK(absl::IsInvalidArgument(bytes->EndRow()));

  auto categories = FrameBuilder::Create(kSchema, {.max_categories = 1});
  REQUIRE(categories.ok());
  categories->Category(1, "a");
  REQUIRE(categories->EndRow().ok());
  categories->Category(1, "a");
  REQUIRE(categories->EndRow().ok());
  categories->Category(1, "b");
  CHECK(categories->EndRow().message().find("\"plan\"") != std::string::npos);
  const Frame frame = std::move(*categories).Finish();
  CHECK(frame.rows() == 2);
  CHECK((*frame.Numeric("age"))->values.size() == 2);
}

}  // namespace
}  // namespace clientele::frame
