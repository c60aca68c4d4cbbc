// docs/decisions/README.md lists the decisions, and every number is taken once.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/paths.h"

namespace clientele::testing {
namespace {

namespace fs = std::filesystem;

std::string TextOf(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> DecisionPages(const fs::path& folder) {
  std::vector<std::string> pages;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (std::regex_match(name, std::regex("\\d{4}-.*\\.md"))) pages.push_back(name);
  }
  std::sort(pages.begin(), pages.end());
  return pages;
}

TEST_CASE("the index of decisions lists each page once, in the order of their numbers") {
  const fs::path folder = fs::path(SourceDir()) / "docs/decisions";
  const std::string index = TextOf(folder / "README.md");
  const std::regex row("\\| (\\d{4}) \\| (\\d{4}-\\d{2}-\\d{2}) \\| \\[(.*)\\]\\((.*)\\) \\|");
  std::vector<std::string> listed;
  for (std::sregex_iterator it(index.begin(), index.end(), row), end; it != end; ++it) {
    const std::string page = (*it)[4];
    listed.push_back(page);
    INFO(page);
    CHECK(page.substr(0, 4) == (*it)[1]);
    const std::string text = TextOf(folder / page);
    CHECK(text.rfind("# " + (*it)[3].str() + "\n", 0) == 0);
    CHECK(text.find("\nDate: " + (*it)[2].str()) != std::string::npos);
  }
  CHECK(listed == DecisionPages(folder));
}

TEST_CASE("no number of a decision is taken twice") {
  const std::vector<std::string> pages = DecisionPages(fs::path(SourceDir()) / "docs/decisions");
  REQUIRE(pages.size() > 50);
  for (std::size_t i = 1; i < pages.size(); ++i) {
    CAPTURE(pages[i]);
    CHECK(pages[i].substr(0, 4) != pages[i - 1].substr(0, 4));
  }
}

TEST_CASE("a page that links to a decision by its number links to the page of that number") {
  const std::regex link("\\[(\\d{4})\\]\\((\\d{4})-[^)]*\\)");
  const fs::path folder = fs::path(SourceDir()) / "docs/decisions";
  for (const std::string& page : DecisionPages(folder)) {
    CAPTURE(page);
    const std::string text = TextOf(folder / page);
    for (std::sregex_iterator it(text.begin(), text.end(), link), end; it != end; ++it) {
      CHECK((*it)[1] == (*it)[2]);
    }
  }
}

}  // namespace
}  // namespace clientele::testing
