#include "tools/clientele-models/identity/evaluate_identity.h"

#include <sstream>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "tests/support/temporary_folder.h"

namespace clientele::models {
namespace {

using clientele::testing::TemporaryFolder;

// 200 persons, of whom each has a second record with one error.
std::string Persons(const std::string& separator, bool febrl) {
  const auto cells = [&](int i, const char* kind, const std::string& given) {
    const std::string id = febrl ? absl::StrCat("rec-", i, "-", kind) : absl::StrCat("p", i);
    return absl::StrCat(id, separator, given, separator, "family", i * 7919 % 1000, separator,
                        1930 + i * 31 % 70, "-0", 1 + i % 9, "-1", i * 13 % 10, separator, "town",
                        i * 17 % 97, "\n");
  };
  std::string csv = absl::StrCat("id", separator, "given name", separator, "surname", separator,
                                 "date of birth", separator, "city\n");
  for (int i = 0; i < 200; ++i) {
    const std::string given =
        absl::StrCat("gi", std::string(1, static_cast<char>('a' + i % 26)), "ven", i % 40);
    csv += cells(i, "org", given);
    csv += cells(i, "dup-0", "x" + given);
  }
  return csv;
}

TEST_CASE("one JSON line with four numbers says how well persons were found") {
  const TemporaryFolder folder;
  for (const bool febrl : {false, true}) {
    std::ostringstream out, log;
    const std::string file = folder.Write("p.csv", Persons(";", febrl)).string();
    const absl::Status status = EvaluateIdentity({.files = {file}, .truth = "id"}, out, log);
    INFO(status << log.str());
    REQUIRE(status.ok());
    const auto line = nlohmann::json::parse(out.str());
    CHECK(line.size() == 4);
    CHECK(line["precision"].get<double>() > 0.99);
    CHECK(line["recall"].get<double>() > 0.99);
    CHECK(line["f1"].get<double>() > 0.99);
    CHECK(line["pairs"].get<int>() >= 198);
    CHECK(absl::StrContains(log.str(), "given name: given_name"));
  }
}

TEST_CASE("files may order their columns as they like, and lack some") {
  const TemporaryFolder folder;
  const std::string one =
      folder.Write("1.csv", "who,name,phone\n1,Anna Lee,020 7946 0000\n").string();
  const std::string two = folder.Write("2.csv", "name,who\nBob Hall,2\nAnna Lee,1\n").string();
  std::ostringstream out, log;
  const absl::Status status =
      EvaluateIdentity({.files = {one, two}, .truth = "who", .map = {"name=full_name"}}, out, log);
  INFO(status);
  CHECK(status.ok());
}

TEST_CASE("what is wrong is named") {
  const TemporaryFolder folder;
  const std::string file = folder.Write("p.csv", Persons(",", false)).string();
  const auto failure = [&](EvaluateIdentityOptions options) {
    std::ostringstream out, log;
    const absl::Status status = EvaluateIdentity(options, out, log);
    CHECK(out.str().empty());
    return std::string(status.message());
  };
  CHECK(absl::StrContains(failure({.files = {"/nowhere/x.csv"}, .truth = "id"}), "/nowhere/x.csv"));
  CHECK(absl::StrContains(failure({.files = {file}, .truth = "person"}), "person"));
  CHECK(absl::StrContains(failure({.files = {file}, .truth = "id", .map = {"city=planet"}}),
                          "planet"));
  CHECK(absl::StrContains(failure({.files = {file}, .truth = "id", .map = {"town=city"}}), "town"));
  CHECK(
      absl::StrContains(failure({.files = {file}, .truth = "id", .map = {"city"}}), "COLUMN=TYPE"));
  CHECK(absl::StrContains(failure({.files = {file},
                                   .truth = "id",
                                   .ignore = {"given name", "surname", "date of birth", "city"}}),
                          "no column is left"));
  const std::string broken = folder.Write("b.csv", "id,city\n1,a\n2,b,c,d\n").string();
  CHECK(absl::StrContains(failure({.files = {broken}, .truth = "id"}), "line 3"));
}

}  // namespace
}  // namespace clientele::models
