// Each kind of violation is planted once.
#include "tests/unit/layering/layering_check.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <catch2/matchers/catch_matchers_vector.hpp>

namespace clientele::layering {
namespace {

using Catch::Matchers::ContainsSubstring;

AllowList SmallList() {
  return {
      .families = {{"absl", {"absl/status/"}},
                   {"grpc", {"grpcpp/", "*.grpc.pb.h"}},
                   {"protos", {"clientele/"}},
                   {"pqxx", {"pqxx/"}},
                   {"csv", {"csv.h"}}},
      .rules = {{"common/status", {}, {"absl"}},
                {"common/postgres", {"common/status"}, {"pqxx"}},
                {"common/csv", {"common/status"}, {"csv"}},
                {"services/{service}/main.cc", {"services/{service}"}, {}},
                {"services/{service}",
                 {"services/{service}/core", "services/{service}/rpc", "services/{service}/store"},
                 {}},
                {"services/{service}/core/**", {"common/status"}, {"absl"}},
                {"services/{service}/rpc/**", {"services/{service}/core"}, {"grpc", "protos"}},
                {"services/{service}/store/**",
                 {"common/postgres/row.h", "services/{service}/core"},
                 {}}}};
}

// Uses everything that SmallList() allows.
std::vector<SourceFile> SmallTree() {
  return {{"common/status/a.h", {{1, "absl/status/status.h"}, {2, "vector"}}},
          {"common/postgres/row.h", {{1, "common/status/a.h"}, {2, "pqxx/pqxx"}}},
          {"common/csv/reader.cc", {{1, "csv.h"}, {2, "common/status/a.h"}}},
          {"services/qa-service/main.cc", {{1, "services/qa-service/server.h"}}},
          {"services/qa-service/server.h",
           {{1, "services/qa-service/rpc/r.h"}, {2, "services/qa-service/store/articles/s.h"}}},
          {"services/qa-service/core/articles/c.h", {{1, "common/status/a.h"}}},
          {"services/qa-service/rpc/r.h",
           {{1, "grpcpp/server.h"},
            {2, "clientele/qa/v1/qa_service.grpc.pb.h"},
            {3, "clientele/qa/v1/qa_service.pb.h"},
            {4, "services/qa-service/core/articles/c.h"}}},
          {"services/qa-service/store/articles/s.h",
           {{1, "common/postgres/row.h"}, {2, "services/qa-service/core/articles/c.h"}}}};
}

// What is wrong once `file` has `header` in line 9.
std::vector<std::string> ProblemsOf(const std::string& file, const std::string& header) {
  std::vector<SourceFile> files = SmallTree();
  files.push_back({file, {{9, header}}});
  return CheckLayering(files, SmallList()).problems;
}

void RequireOne(const std::vector<std::string>& problems, const std::string& part) {
  CAPTURE(problems);
  REQUIRE(problems.size() == 1);
  CHECK_THAT(problems[0], ContainsSubstring(part));
}

TEST_CASE("what the list allows passes, and every include is counted") {
  const Findings findings = CheckLayering(SmallTree(), SmallList());
  CHECK_THAT(findings.problems, Catch::Matchers::Equals(std::vector<std::string>{}));
  REQUIRE(findings.counts.size() == 8);
  const FolderCount status = findings.counts.at("common/status");
  CHECK(status.files == 1);
  CHECK(status.ours == 0);
  CHECK(status.third_party == 1);
  CHECK(status.standard == 1);
  CHECK(findings.counts.at("services/qa-service/rpc").ours == 1);
  CHECK(findings.counts.at("services/qa-service/rpc").third_party == 3);
}

TEST_CASE("a folder that the rule does not name is refused, with what to add") {
  RequireOne(ProblemsOf("services/qa-service/rpc/x.cc", "services/qa-service/store/articles/s.h"),
             "services/qa-service/rpc/x.cc:9: services/qa-service/rpc may not include");
  RequireOne(ProblemsOf("services/qa-service/core/x.h", "services/qa-service/server.h"),
             "allow services/{service} in the rule of services/{service}/core/**");
  RequireOne(ProblemsOf("services/qa-service/main.cc", "services/qa-service/rpc/r.h"),
             "services/qa-service/main.cc may not include");
  RequireOne(ProblemsOf("common/postgres/x.cc", "services/qa-service/core/articles/c.h"),
             "common/postgres may not include services/");
}

TEST_CASE("where a rule names one header, the others of its folder are refused") {
  RequireOne(ProblemsOf("services/qa-service/store/x.cc", "common/postgres/pool.h"),
             "services/qa-service/store may not include common/postgres/pool.h");
}

TEST_CASE("a service may not include another") {
  RequireOne(ProblemsOf("services/qa-service/rpc/x.cc", "services/profile-service/core/y.h"),
             "may not include services/profile-service/core/y.h");
}

TEST_CASE("production code may include no test") {
  RequireOne(ProblemsOf("common/status/x.cc", "tests/support/paths.h"), "may not include tests/");
}

TEST_CASE("a family that the rule does not name is refused") {
  RequireOne(ProblemsOf("services/qa-service/store/x.cc", "pqxx/pqxx"), "Keep pqxx where it is");
  RequireOne(ProblemsOf("services/qa-service/core/x.cc", "clientele/qa/v1/qa_service.pb.h"),
             "Keep protos where it is");
  RequireOne(ProblemsOf("common/csv/x.cc", "clientele/qa/v1/qa_service.grpc.pb.h"),
             "Keep grpc where it is");
}

TEST_CASE("a header of no family is refused, with what to add") {
  RequireOne(ProblemsOf("common/status/x.cc", "catch2/catch_test_macros.hpp"),
             "catch2/catch_test_macros.hpp is of no known family");
  RequireOne(ProblemsOf("common/status/x.cc", "absl/synchronization/mutex.h"), "no known family");
  RequireOne(ProblemsOf("common/status/x.cc", "csv.hpp"), "csv.hpp is of no known family");
  RequireOne(ProblemsOf("common/status/x.cc", "status.h"), "status.h is of no known family");
}

TEST_CASE("a folder without a rule is refused, with what to add") {
  RequireOne(ProblemsOf("common/new/x.cc", "vector"), "common/new/x.cc: no rule for this folder");
  RequireOne(ProblemsOf("common/csv/dialects/x.cc", "vector"), "no rule for this folder");
  RequireOne(ProblemsOf("services/qa-service/model/x.cc", "vector"), "no rule for this folder");
}

TEST_CASE("an include that cannot be read is refused") {
  RequireOne(ProblemsOf("common/status/x.cc", ""), "common/status/x.cc:9: not a plain #include");
}

TEST_CASE("a cycle in common is printed, even where the list allows it") {
  AllowList list = SmallList();
  list.rules[0].folders.push_back("common/csv");
  std::vector<SourceFile> files = SmallTree();
  files.push_back({"common/status/x.cc", {{1, "common/csv/reader.h"}}});
  RequireOne(CheckLayering(files, list).problems,
             "common has a cycle: common/csv -> common/status -> common/csv");
}

TEST_CASE("a rule without a file is stale") {
  AllowList list = SmallList();
  list.rules.push_back({"common/gone", {}, {}});
  RequireOne(CheckLayering(SmallTree(), list).problems, "stale: no file is in common/gone");
}

TEST_CASE("a permission that one folder does not use is stale") {
  AllowList list = SmallList();
  list.rules[2].folders.push_back("common/postgres");
  RequireOne(CheckLayering(SmallTree(), list).problems,
             "stale: common/csv includes nothing of common/postgres");
  list = SmallList();
  list.rules[2].families.push_back("absl");
  RequireOne(CheckLayering(SmallTree(), list).problems,
             "stale: common/csv includes nothing of absl");
}

TEST_CASE("a permission of every service may await its first use") {
  AllowList list = SmallList();
  list.rules[5].folders.push_back("common/csv");
  CHECK(CheckLayering(SmallTree(), list).problems.empty());
}

TEST_CASE("a folder and a permission with a question mark may await their first use") {
  AllowList list = SmallList();
  list.rules[2].folders.push_back("?common/postgres");
  list.rules[2].families.push_back("?absl");
  list.rules.push_back({"?common/media", {"common/csv"}, {"absl"}});
  CHECK(CheckLayering(SmallTree(), list).problems.empty());
  CHECK(CheckAllowList(list).empty());

  // Used, they are as those without.
  std::vector<SourceFile> files = SmallTree();
  files.push_back({"common/csv/x.cc", {{1, "common/postgres/row.h"}, {2, "absl/status/status.h"}}});
  CHECK(CheckLayering(files, list).problems.empty());
  files.push_back({"common/media/x.cc", {{1, "common/csv/reader.h"}}});
  RequireOne(CheckLayering(files, list).problems, "stale: common/media includes nothing of absl");
}

TEST_CASE("a family without a header is stale") {
  AllowList list = SmallList();
  list.families.push_back({"torch", {"torch/"}});
  RequireOne(CheckLayering(SmallTree(), list).problems,
             "stale: no file includes a header of torch");
}

TEST_CASE("the list may name only what it defines, and in common what is above") {
  CHECK(CheckAllowList(SmallList()).empty());
  AllowList list = SmallList();
  list.rules[1].families.push_back("sql");
  RequireOne(CheckAllowList(list), "common/postgres allows sql, which is no family");
  list = SmallList();
  list.rules[1].folders.push_back("common/sql");
  RequireOne(CheckAllowList(list), "common/postgres allows common/sql, which has no rule");
  list = SmallList();
  list.rules[0].folders.push_back("common/csv");
  RequireOne(CheckAllowList(list), "common/status allows common/csv, which is not above it");
  list = SmallList();
  list.rules.push_back({"common/csv", {}, {}});
  RequireOne(CheckAllowList(list), "two rules for common/csv");
}

}  // namespace
}  // namespace clientele::layering
