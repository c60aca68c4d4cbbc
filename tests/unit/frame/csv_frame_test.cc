#include "common/frame/csv_frame.h"

#include <cmath>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/temporary_folder.h"

namespace clientele::frame {
namespace {

absl::StatusOr<CsvFrame> Read(const std::string& content, const CsvFrameOptions& options = {}) {
  testing::TemporaryFolder folder;
  auto reader = csv::CsvReader::Open(folder.Write("t.csv", content));
  REQUIRE(reader.ok());
  return ReadFrame(**reader, options);
}

bool Says(const absl::Status& status, const std::string& text) {
  return absl::IsInvalidArgument(status) &&
         std::string(status.message()).find(text) != std::string::npos;
}

TEST_CASE("types are inferred and said") {
  const auto read = Read(
      "id,age,plan,empty\n"
      "7, 41 ,gold,\n"
      "8,NA,free,\n"
      "9,-1.5e1,?,NULL\n");
  REQUIRE(read.ok());
  CHECK(read->frame.schema() == Schema{{"id", ColumnType::kNumeric},
                                       {"age", ColumnType::kNumeric},
                                       {"plan", ColumnType::kCategorical},
                                       {"empty", ColumnType::kCategorical}});
  const auto& ages = (*read->frame.Numeric("age"))->values;
  CHECK(ages[0] == 41);
  CHECK(std::isnan(ages[1]));
  CHECK(ages[2] == -15);
  CHECK((*read->frame.Categorical("plan"))->codes == std::vector<std::int32_t>{0, 1, kMissingCode});
  CHECK((*read->frame.Categorical("empty"))->categories.empty());
  REQUIRE(read->inferred.size() == 4);
  CHECK(Describe(read->inferred[1]) ==
        "column \"age\" is numeric: every value of the first 3 rows is a number; 1 of 3 are "
        "missing");
  CHECK(Describe(read->inferred[2]) ==
        "column \"plan\" is categorical: \"gold\" in line 2 is not a number; 1 of 3 are missing");
  CHECK(Describe(read->inferred[3]) ==
        "column \"empty\" is categorical: the first 3 rows have no value");
}

TEST_CASE("given types go before what the values look like") {
  const auto read =
      Read("zip,score\n01234,1\n1234,2\n", {.types = {{"zip", ColumnType::kCategorical}}});
  REQUIRE(read.ok());
  CHECK((*read->frame.Categorical("zip"))->categories == std::vector<std::string>{"01234", "1234"});
  REQUIRE(read->inferred.size() == 1);
  CHECK(read->inferred[0].name == "score");
}

TEST_CASE("columns are chosen, ordered and left out by name") {
  const auto read = Read("a,b,c\n1,2,3\n", {.columns = {"c", "a"}});
  REQUIRE(read.ok());
  CHECK(read->frame.schema() == Schema{{"c", ColumnType::kNumeric}, {"a", ColumnType::kNumeric}});
  CHECK((*read->frame.Numeric("c"))->values == std::vector<double>{3});
  const auto rest = Read("a,b,c\n1,2,3\n", {.ignore = {"b"}});
  REQUIRE(rest.ok());
  CHECK(rest->frame.schema().size() == 2);
  CHECK_FALSE(Read("a\n1\n", {.columns = {"b"}}).ok());
  CHECK_FALSE(Read("a\n1\n", {.ignore = {"b"}}).ok());
  CHECK_FALSE(Read("a\n1\n", {.types = {{"b", ColumnType::kNumeric}}}).ok());
}

TEST_CASE("a value that does not keep the type is an error with its line") {
  CHECK(Says(Read("a\n1\nx\n", {.types = {{"a", ColumnType::kNumeric}}}).status(),
             "line 3: \"x\" in the numeric column \"a\" is not a finite number"));
  CHECK(Says(Read("a\n1\n2\nx\n", {.inference_rows = 2}).status(),
             "the type was inferred from 2 rows"));
  CHECK(Says(Read("a\n1e999\n", {.types = {{"a", ColumnType::kNumeric}}}).status(), "line 2"));
  CHECK(Read("a\n1e999\n")->frame.schema()[0].type == ColumnType::kCategorical);
}

TEST_CASE("a file of a header alone gives columns without rows, an empty file an error") {
  const auto read = Read("a,b\n");
  REQUIRE(read.ok());
  CHECK(read->frame.rows() == 0);
  CHECK(read->frame.schema().size() == 2);
  testing::TemporaryFolder folder;
  CHECK_FALSE(csv::CsvReader::Open(folder.Write("empty.csv", "")).ok());
}

TEST_CASE("one row is read, and a wrong row ends the reading with its line") {
  const auto one = Read("a,b\n1,x");
  REQUIRE(one.ok());
  CHECK(one->frame.rows() == 1);
  CHECK(Says(Read("a,b\n1,x\n1\n").status(), "line 3"));
  CHECK(Says(Read("a,b\n1,x\n1\n", {.inference_rows = 1}).status(), "line 3"));
}

TEST_CASE("limits name the line that passes them") {
  CHECK(Says(Read("a\n1\n2\n3\n", {.limits = {.max_rows = 2}}).status(),
             "line 4: there are more than 2 rows"));
  CHECK(Says(Read("a\nx\ny\n", {.limits = {.max_categories = 1}}).status(), "line 3"));
}

TEST_CASE("few rows of inference and many give the same frame") {
  std::string content = "n,c\n";
  for (int i = 0; i < 500; ++i) {
    content += std::to_string(i * 0.5) + ",c" + std::to_string(i % 7) + "\n";
  }
  const auto few = Read(content, {.inference_rows = 1});
  const auto bytes = Read(content, {.inference_bytes = 1});
  const auto many = Read(content);
  REQUIRE((few.ok() && bytes.ok() && many.ok()));
  CHECK(bytes->inferred[0].rows == 1);
  CHECK((*few->frame.Numeric("n"))->values == (*many->frame.Numeric("n"))->values);
  CHECK((*few->frame.Categorical("c"))->codes == (*bytes->frame.Categorical("c"))->codes);
  CHECK(many->frame.rows() == 500);
}

}  // namespace
}  // namespace clientele::frame
