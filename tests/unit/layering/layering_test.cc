// The arrows of ARCHITECTURE.md, checked by reading every #include:
//   main -> server -> {rpc, store, model, training} -> core -> common

#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/paths.h"

namespace {

namespace fs = std::filesystem;

struct Rule {
  const char* name;
  std::regex include;  // an include path that the rule is about
  std::regex allowed;  // files, relative to the root, that may include it
};

struct FolderRule {
  const char* name;
  std::regex file;       // files that the rule is about
  std::regex forbidden;  // include paths that they must not have
};

const std::vector<Rule>& OwnershipRules() {
  static const std::vector<Rule> rules = {
      {"pqxx stays inside common/postgres", std::regex("^pqxx/.*"),
       std::regex("^common/postgres/.*")},
      {"torch stays inside common/inference, model/, training/ and tools/clientele-models",
       std::regex("^(torch|ATen|c10)/.*"),
       std::regex(
           "^(common/inference/|services/[^/]+/(model|training)/|tools/clientele-models/).*")},
      {"gRPC stays inside common/rpc, rpc/, upstream/ and tools/clientele",
       std::regex(R"(^(grpc|grpcpp)/.*|.*\.grpc\.pb\.h$)"),
       std::regex("^(common/rpc/|services/[^/]+/(rpc|upstream)/|tools/clientele/).*")},
  };
  return rules;
}

const std::vector<FolderRule>& FolderRules() {
  static const std::vector<FolderRule> rules = {
      {"core/ sees the domain and a few common modules alone",
       std::regex("^services/[^/]+/core/.*"),
       std::regex(
           R"(.*\.pb\.h$|^services/[^/]+/(rpc|store|model|training|upstream|server\.h).*|)"
           R"(^common/(postgres|rpc|inference|crypto|telemetry|operations|idempotency/ledger).*)")},
      {"rpc/ sees core and protos, never store, model or training",
       std::regex("^services/[^/]+/rpc/.*"),
       std::regex(R"(^services/[^/]+/(store|model|training)/.*|^common/(postgres|inference)/.*)")},
      {"store/ implements core's ports and sees no other layer",
       std::regex("^services/[^/]+/store/.*"),
       std::regex(
           R"(^services/[^/]+/(rpc|model|training|upstream)/.*|^common/(rpc|inference)/.*)")},
      {"model/ and training/ implement core's ports and see no other layer",
       std::regex("^services/[^/]+/(model|training)/.*"),
       std::regex(R"(^services/[^/]+/(rpc|store|upstream)/.*|^common/(rpc|postgres)/.*)")},
      {"common/ knows no service and no tool", std::regex("^common/.*"),
       std::regex("^(services|tools|tests)/.*")},
      {"production code knows no test", std::regex("^(common|services|tools)/.*"),
       std::regex("^tests/.*")},
      {"tools/clientele talks gRPC alone", std::regex("^tools/clientele/.*"),
       std::regex("^services/.*|^common/(postgres|inference)/.*")},
  };
  return rules;
}

std::string ServiceOf(const std::string& path) {
  static const std::regex service("^services/([^/]+)/.*");
  std::smatch match;
  return std::regex_match(path, match, service) ? match[1].str() : "";
}

// The complaints about one include of one file.
std::vector<std::string> Check(const std::string& file, const std::string& include) {
  std::vector<std::string> complaints;
  for (const Rule& rule : OwnershipRules()) {
    if (std::regex_match(include, rule.include) && !std::regex_match(file, rule.allowed)) {
      complaints.push_back(rule.name);
    }
  }
  for (const FolderRule& rule : FolderRules()) {
    if (std::regex_match(file, rule.file) && std::regex_match(include, rule.forbidden)) {
      complaints.push_back(rule.name);
    }
  }
  const std::string from = ServiceOf(file);
  const std::string to = ServiceOf(include);
  if (!from.empty() && !to.empty() && from != to) {
    complaints.push_back("services never include each other");
  }
  return complaints;
}

TEST_CASE("every include follows the arrows of the architecture") {
  const fs::path root = clientele::testing::SourceDir();
  static const std::regex include_line(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"].*)");
  int files = 0;
  std::string violations;
  for (const char* top : {"common", "services", "tools"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      const fs::path& path = entry.path();
      if (path.extension() != ".h" && path.extension() != ".cc") continue;
      ++files;
      const std::string file = fs::relative(path, root).generic_string();
      std::ifstream in(path);
      std::string line;
      for (int number = 1; std::getline(in, line); ++number) {
        if (line.find("include") == std::string::npos) continue;
        std::smatch match;
        if (!std::regex_match(line, match, include_line)) continue;
        for (const std::string& complaint : Check(file, match[1].str())) {
          violations +=
              file + ":" + std::to_string(number) + ": " + line + "  (" + complaint + ")\n";
        }
      }
    }
  }
  INFO(violations);
  CHECK(violations.empty());
  CHECK(files > 20);
}

TEST_CASE("the layering rules refuse what they should") {
  CHECK(Check("services/qa-service/core/a.cc", "pqxx/pqxx").size() == 1);
  CHECK(!Check("services/qa-service/core/a.cc", "clientele/qa/v1/qa_service.pb.h").empty());
  CHECK(!Check("services/qa-service/rpc/a.cc", "services/qa-service/store/b.h").empty());
  CHECK(!Check("services/qa-service/core/a.cc", "services/profile-service/core/b.h").empty());
  CHECK(!Check("services/qa-service/server.cc", "torch/script.h").empty());
  CHECK(!Check("common/rpc/a.cc", "services/qa-service/core/b.h").empty());
  CHECK(Check("services/qa-service/store/a.cc", "common/postgres/row.h").empty());
  CHECK(Check("services/qa-service/rpc/a.cc", "clientele/qa/v1/qa_service.grpc.pb.h").empty());
}

}  // namespace
