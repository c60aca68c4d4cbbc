#include "services/qa-service/core/answering/stated_names.h"

#include <set>
#include <string>

#include <catch2/catch_test_macros.hpp>

namespace clientele::qa {
namespace {

using Names = std::set<std::string>;

TEST_CASE("a word with a capital that does not begin a sentence is a name") {
  CHECK(NamesOf("Write to Ann Lee. Returns go by DHL's van, as I said.") ==
        Names{"ann", "dhl", "lee"});
  CHECK(NamesOf("请联系Ann，或在iPhone上打开。") == Names{"ann", "iphone"});
  CHECK(NamesOf("I'm sure that I'll call. And I’ve called.").empty());
  CHECK(NamesOf("").empty());
}

TEST_CASE("what belongs to a value is no name") {
  CHECK(NamesOf("It costs 50 GBP until March 5, with 5GB, for Thirty Days.").empty());
}

TEST_CASE("a name is found among the words of a text, however they are written") {
  const Names words = WrittenWords("Ask ann's office, or Dhl.");
  CHECK(words.count("ann") == 1);
  CHECK(words.count("dhl") == 1);
  CHECK(words.count("lee") == 0);
}

}  // namespace
}  // namespace clientele::qa
