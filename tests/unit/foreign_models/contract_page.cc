#include "tests/unit/foreign_models/contract_page.h"

#include <fstream>
#include <iterator>
#include <stdexcept>

#include "tests/support/paths.h"

namespace clientele::foreign {
namespace {

// The first block of a language below a heading.
std::string Block(const std::string& heading, const std::string& language) {
  std::ifstream in(clientele::testing::SourceDir() + "/deploy/models/CONTRACTS.md");
  const std::string page(std::istreambuf_iterator<char>(in), {});
  const std::string begin = "```" + language + "\n";
  const std::size_t section = page.find("\n## " + heading + "\n");
  const std::size_t next = section == std::string::npos ? section : page.find("\n## ", section + 1);
  const std::size_t block = page.find(begin, section);
  const std::size_t end = block == std::string::npos ? block : page.find("```", block + 3);
  if (end == std::string::npos || end > next) {
    throw std::runtime_error("CONTRACTS.md shows no " + language + " under " + heading);
  }
  return page.substr(block + begin.size(), end - block - begin.size());
}

}  // namespace

std::string MethodsOf(const std::string& section) { return Block(section, "python"); }
std::string ExampleManifest() { return Block("Bringing your own", "json"); }

}  // namespace clientele::foreign
