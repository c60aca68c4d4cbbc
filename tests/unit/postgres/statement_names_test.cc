// Names of statements are metric labels, so they follow one scheme: <schema>.<verb>_<object>.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/paths.h"

namespace {

namespace fs = std::filesystem;

struct Found {
  std::string file;  // relative to the root
  std::string name;
};

const std::set<std::string>& Verbs() {
  static const std::set<std::string> verbs = {"cancel", "claim",   "count", "delete", "erase",
                                              "find",   "finish",  "get",   "insert", "list",
                                              "load",   "lock",    "ping",  "prune",  "release",
                                              "renew",  "reserve", "sum",   "update", "upsert"};
  return verbs;
}

// The schema of a service's statements; statements in common/ that belong to no schema say
// `postgres`.
std::string SchemaOf(const std::string& file) {
  static const std::regex service("services/([a-z]+)-service/.*");
  std::smatch match;
  return std::regex_match(file, match, service) ? match[1].str() : "postgres";
}

bool FollowsScheme(const std::string& schema, const std::string& name) {
  static const std::regex scheme("([a-z]+)\\.([a-z]+)(_[a-z]+)+");
  std::smatch match;
  return std::regex_match(name, match, scheme) && match[1] == schema &&
         Verbs().count(match[2].str()) == 1;
}

void Collect(const std::string& file, const std::string& text, const std::regex& pattern,
             const std::string& prefix, std::vector<Found>& found) {
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at) {
    found.push_back({file, prefix + (*at)[1].str()});
  }
}

std::vector<Found> StatementsOfTheSuite() {
  // Statement kName{"name", "SQL"};
  static const std::regex constant(R"rx(\bStatement\s+k\w+\s*\{\s*"([^"]*)")rx");
  // SchemaStatement member("name", text, schema), also as a member's initializer.
  static const std::regex of_schema(R"rx((?:[:,]\s+|SchemaStatement\s+)\w+\(\s*"([^"]*)",)rx");
  const fs::path root = clientele::testing::SourceDir();
  std::vector<Found> found;
  for (const char* top : {"common", "services"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      const fs::path& path = entry.path();
      const std::string file = fs::relative(path, root).generic_string();
      if (path.extension() != ".cc" && path.extension() != ".h") continue;
      if (file == "common/postgres/statement.h") continue;  // an example
      std::ifstream in(path);
      const std::string text((std::istreambuf_iterator<char>(in)),
                             std::istreambuf_iterator<char>());
      Collect(file, text, constant, "", found);
      if (path.extension() != ".cc" || text.find("SchemaStatement") == std::string::npos) continue;
      Collect(file, text, of_schema, "postgres.", found);
    }
  }
  return found;
}

TEST_CASE("every statement is named <schema>.<verb>_<object>") {
  const std::vector<Found> found = StatementsOfTheSuite();
  std::string violations;
  for (const Found& statement : found) {
    if (!FollowsScheme(SchemaOf(statement.file), statement.name)) {
      violations += statement.file + ": " + statement.name + "\n";
    }
  }
  INFO(violations);
  CHECK(violations.empty());
  // Fewer would mean that the patterns no longer find them.
  CHECK(found.size() >= 90);
}

TEST_CASE("no name belongs to two statements") {
  std::map<std::string, std::string> files;
  for (const Found& statement : StatementsOfTheSuite()) {
    INFO(statement.name << " in " << statement.file);
    CHECK(files.emplace(statement.name, statement.file).second);
  }
}

TEST_CASE("names outside the scheme are refused") {
  CHECK(FollowsScheme("profile", "profile.insert_customer_tombstone"));
  CHECK_FALSE(FollowsScheme("profile", "customer_insert_tombstone"));
  CHECK_FALSE(FollowsScheme("profile", "qa.insert_article"));
  CHECK_FALSE(FollowsScheme("profile", "profile.customer_insert"));
  CHECK_FALSE(FollowsScheme("profile", "profile.insert"));
}

}  // namespace
