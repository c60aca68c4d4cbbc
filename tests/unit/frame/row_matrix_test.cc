#include "common/frame/row_matrix.h"

#include <cmath>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "common/frame/field_codes.h"

namespace clientele::frame {
namespace {

Frame Plans(const std::vector<const char*>& plans) {
  FrameBuilder builder =
      *FrameBuilder::Create({{"plan", ColumnType::kCategorical}, {"age", ColumnType::kNumeric}});
  double age = 20;
  for (const char* plan : plans) {
    if (plan != nullptr) builder.Category(0, plan);
    if (plan != nullptr) builder.Number(1, age++);
    REQUIRE(builder.EndRow().ok());
  }
  return std::move(builder).Finish();
}

TEST_CASE("a row is numbers: the number, the category's index, and NaN for what is missing") {
  const auto encoder = RowEncoder::Learn(Plans({"gold", "gold", "silver"}), {"age", "plan"}, {});
  REQUIRE(encoder.ok());
  const auto rows = encoder->Encode(Plans({"silver", nullptr, "new"}));
  REQUIRE(rows.ok());
  CHECK(rows->fields == std::vector<MatrixField>{{"age", 0}, {"plan", 4}});
  CHECK(rows->Row(0)[0] == 20);
  CHECK(rows->Row(0)[1] == 3);
  CHECK(std::isnan(rows->Row(1)[0]));
  CHECK(std::isnan(rows->Row(1)[1]));
  CHECK(rows->Row(2)[1] == Vocabulary::kUnknown);
  CHECK(rows->Select(std::vector<std::size_t>{2, 0}).Row(1)[1] == 3);
  CHECK_FALSE(RowEncoder::Learn(Plans({"gold"}), {"size"}, {}).ok());
}

TEST_CASE("an encoder reads back what it wrote, and nothing else") {
  const auto encoder = RowEncoder::Learn(Plans({"gold", "silver"}), {"age", "plan"}, {});
  REQUIRE(encoder.ok());
  const auto again = RowEncoder::FromJson(encoder->NamesToJson(), encoder->CategoriesToJson());
  REQUIRE(again.ok());
  CHECK(again->fields() == encoder->fields());
  CHECK(again->vocabulary(1).Index("silver") == encoder->vocabulary(1).Index("silver"));
  using nlohmann::json;
  CHECK_FALSE(RowEncoder::FromJson(json::object(), json::object()).ok());
  CHECK_FALSE(RowEncoder::FromJson({1}, json::object()).ok());
  CHECK_FALSE(RowEncoder::FromJson({"age"}, {{"plan", {{"categories", {"a"}}}}}).ok());
  CHECK_FALSE(RowEncoder::FromJson({"plan"}, {{"plan", {{"categories", {1}}}}}).ok());
}

TEST_CASE("a value that most rows have takes one bin and leaves the others to the rest") {
  RowMatrix rows{.fields = {{"gain", 0}}, .rows = 1000};
  for (int i = 0; i < 1000; ++i) rows.values.push_back(i < 900 ? 0 : i);
  const FieldCodes codes = FieldCodes::Learn(rows, {.bins = 10});
  // Missing, the bin of 0, and five for the hundred others, which plain quantiles give one.
  CHECK(codes.total() == 7);
  const CodedRows coded = codes.Encode(rows);
  CHECK(coded.codes[0] == coded.codes[899]);
  CHECK(coded.codes[900] != coded.codes[999]);
}

TEST_CASE("categories beyond the codes share them, and what is unknown has one of its own") {
  RowMatrix rows{.fields = {{"city", 100}}, .rows = 5};
  rows.values = {kMissingNumber, 1, 2, 99, 150};
  const FieldCodes codes = FieldCodes::Learn(rows, {.max_codes = 12});
  CHECK(codes.total() == 12);
  CHECK(codes.Encode(rows).codes == std::vector<std::int32_t>{0, 1, 2, 2 + 97 % 10, 1});
}

}  // namespace
}  // namespace clientele::frame
