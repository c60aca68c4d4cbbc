// The arrows of ARCHITECTURE.md, checked by reading every #include:
//   main -> server -> {rpc, store, model, training, upstream} -> core -> common
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/paths.h"
#include "tests/unit/layering/allow_list.h"
#include "tests/unit/layering/include_reader.h"
#include "tests/unit/layering/layering_check.h"

namespace clientele::layering {
namespace {

void PrintCounts(const std::map<std::string, FolderCount>& counts) {
  std::cout << std::left << std::setw(42) << "includes read of" << std::right << std::setw(7)
            << "files" << std::setw(7) << "ours" << std::setw(13) << "third-party" << std::setw(10)
            << "standard"
            << "\n";
  FolderCount all;
  const auto print = [](const std::string& name, const FolderCount& count) {
    std::cout << std::left << std::setw(42) << name << std::right << std::setw(7) << count.files
              << std::setw(7) << count.ours << std::setw(13) << count.third_party << std::setw(10)
              << count.standard << "\n";
  };
  for (const auto& [folder, count] : counts) {
    print(folder, count);
    all.files += count.files;
    all.ours += count.ours;
    all.third_party += count.third_party;
    all.standard += count.standard;
  }
  print("all", all);
}

std::string Lines(const std::vector<std::string>& problems) {
  std::string text;
  for (const std::string& problem : problems) text += problem + "\n";
  return text;
}

// The modules that common/CMakeLists.txt adds, in its order.
std::vector<std::string> BuildOrder() {
  std::ifstream in(std::filesystem::path(testing::SourceDir()) / "common/CMakeLists.txt");
  constexpr std::string_view kAdd = "add_subdirectory(";
  std::vector<std::string> modules;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(kAdd)) continue;
    modules.push_back("common/" + line.substr(kAdd.size(), line.find(')') - kAdd.size()));
  }
  return modules;
}

// The modules of common in the allow-list's order; those that are awaited only where `built` has
// them.
std::vector<std::string> ListOrder(const std::vector<std::string>& built) {
  std::vector<std::string> modules;
  for (const FolderRule& rule : ProjectAllowList().rules) {
    const bool awaited = rule.folder.starts_with('?');
    const std::string folder = rule.folder.substr(awaited ? 1 : 0);
    if (!folder.starts_with("common/")) continue;
    const std::string module = folder.substr(0, folder.find('/', sizeof("common/") - 1));
    if (awaited && std::ranges::count(built, module) == 0) continue;
    if (modules.empty() || modules.back() != module) modules.push_back(module);
  }
  return modules;
}

TEST_CASE("every include is on the allow-list, and everything on it is used") {
  const auto files = ReadSources(testing::SourceDir(), {"common", "services", "tools"});
  const Findings findings = CheckLayering(files, ProjectAllowList());
  PrintCounts(findings.counts);
  INFO(Lines(findings.problems));
  CHECK(findings.problems.empty());
}

TEST_CASE("the allow-list names what exists, and common in the order of its needs") {
  const std::vector<std::string> problems = CheckAllowList(ProjectAllowList());
  INFO(Lines(problems));
  CHECK(problems.empty());
}

TEST_CASE("common is built in the allow-list's order") {
  const std::vector<std::string> built = BuildOrder();
  CHECK(built == ListOrder(built));
}

}  // namespace
}  // namespace clientele::layering
