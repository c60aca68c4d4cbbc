#include "common/training/tables/labeled_table.h"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"

#include "tests/support/temporary_folder.h"

namespace clientele::training {
namespace {

using clientele::testing::TemporaryFolder;

std::string ErrorOf(const std::string& csv, LabeledTableOptions options) {
  const TemporaryFolder folder;
  options.csv = folder.Write("table.csv", csv);
  return std::string(ReadLabeledTable(options).status().message());
}

TEST_CASE("columns find their types, and useless ones and rows without a label are left out") {
  const TemporaryFolder folder;
  const auto table = ReadLabeledTable(
      {.csv = folder.Write("t.csv",
                           "id;age;plan;empty;same;left\n1;30;gold;;x;yes\n2;;silver;;x;no\n"
                           "3;41;NA;;x;\n4;50;gold;;x;no\n"),
       .label = "left",
       .ignored = {"id"}});
  INFO(table.status());
  REQUIRE(table.ok());
  CHECK(table->columns == std::vector<std::string>{"age", "plan"});
  CHECK(table->labels == std::vector<std::string>{"yes", "no", "no"});
  CHECK(table->frame.rows() == 3);
  CHECK(table->notes.size() == 3);
}

TEST_CASE("a type is found from the whole file, not from its beginning") {
  const TemporaryFolder folder;
  std::string csv = "code,left\n";
  for (int i = 0; i < 20'000; ++i) csv += std::to_string(i % 7) + (i % 2 ? ",yes\n" : ",no\n");
  csv += "A1,no\n";
  const auto table = ReadLabeledTable({.csv = folder.Write("t.csv", csv), .label = "left"});
  INFO(table.status());
  REQUIRE(table.ok());
  CHECK(table->frame.Categorical("code").ok());
}

TEST_CASE("what a file lacks is said in a sentence") {
  CHECK(absl::StrContains(ErrorOf("a,b\n1,2\n", {.label = "left"}), "left"));
  CHECK(absl::StrContains(ErrorOf("a,left\n", {.label = "left"}), "no rows"));
  CHECK(absl::StrContains(ErrorOf("a,left\n1,\n", {.label = "left"}), "that have a label"));
  CHECK_FALSE(ErrorOf("", {.label = "left"}).empty());
  CHECK(absl::StrContains(ErrorOf("a,left\n,yes\n,no\n", {.label = "left"}), "no column to learn"));
  CHECK(absl::StrContains(ErrorOf("a,left\n1,yes\n", {.label = "left", .numeric = {"b"}}), "b"));
  CHECK(absl::StrContains(ErrorOf("a,left\nx,yes\n1,no\n", {.label = "left", .numeric = {"a"}}),
                          "not a finite number"));
  CHECK(absl::StrContains(
      ErrorOf("a,left\n1,yes\n", {.label = "left", .categorical = {"a"}, .numeric = {"a"}}),
      "given twice"));
  CHECK_FALSE(ReadLabeledTable({.csv = "/nowhere.csv", .label = "a"}).ok());
}

TEST_CASE("the positive label is the one given, the one that says yes, or the rarer one") {
  const auto positive = [](const std::vector<std::string>& labels, const char* given) {
    const auto binary = ToBinaryLabels(labels, given);
    return binary.ok() ? binary->positive : std::string(binary.status().message());
  };
  CHECK(positive({"a", "b", "b"}, "b") == "b");
  CHECK(positive({"No", "Yes", "Yes"}, "") == "Yes");
  CHECK(positive({"0", "1", "1"}, "") == "1");
  CHECK(positive({"FALSE", "TRUE"}, "") == "TRUE");
  CHECK(positive({"stays", "leaves", "stays"}, "") == "leaves");
  CHECK(positive({"1.0", "0.0"}, "1") == "1.0");
  CHECK(positive({"a", "b", "c"}, "c") == "c");
  CHECK(absl::StrContains(positive({"a", "b", "c"}, ""), "say which is the positive one"));
  CHECK(absl::StrContains(positive({"a", "b"}, "z"), "no row has the positive label 'z'"));
  CHECK(absl::StrContains(positive({"a", "a"}, "a"), "same in every row: 'a' in 2 rows"));
}

}  // namespace
}  // namespace clientele::training
