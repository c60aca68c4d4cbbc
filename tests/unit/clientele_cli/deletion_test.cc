#include "tools/clientele/commands/deletion.h"

#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tools/clientele/commands/commands.h"

namespace clientele::cli {
namespace {

// Whether the command line is understood, as `clientele ARGUMENTS...`.
bool Parses(const std::string& arguments) {
  CLI::App app;
  std::vector<Command> commands;
  AddDeleteCommands(app, commands);
  try {
    app.parse(arguments);
  } catch (const CLI::ParseError&) {
    return false;
  }
  return commands.size() == 1 && commands[0].app->parsed();
}

TEST_CASE("a deletion names its customer exactly once") {
  CHECK(Parses("delete customer customers/42"));
  CHECK(Parses("delete customer --id 42 --yes"));
  CHECK(Parses("delete customer --yes customers/42"));
  CHECK_FALSE(Parses("delete customer"));
  CHECK_FALSE(Parses("delete customer --yes"));
  CHECK_FALSE(Parses("delete customer customers/42 --id 42"));
  CHECK_FALSE(Parses("delete customer customers/42 customers/43"));
  CHECK_FALSE(Parses("delete"));
}

TEST_CASE("a name is taken as it is, and an id becomes one as imports make it") {
  CHECK(*CustomerToDelete("customers/42", "") == "customers/42");
  CHECK(*CustomerToDelete("", "15056 BL") == "customers/15056_.20BL");
  CHECK(absl::IsInvalidArgument(CustomerToDelete("42", "").status()));
  CHECK(absl::IsInvalidArgument(CustomerToDelete("customers/", "").status()));
}

TEST_CASE("nothing but yes deletes") {
  for (const char* refusal : {"", "\n", "y\n", "no\n", "YES\n", "yes please\n"}) {
    std::istringstream in(refusal);
    std::ostringstream out;
    CHECK_FALSE(ConfirmDeletion("customers/42 with 7 events", in, out));
  }
  std::istringstream in("yes\n");
  std::ostringstream out;
  CHECK(ConfirmDeletion("customers/42 with 7 events", in, out));
  CHECK(out.str().find("customers/42 with 7 events") != std::string::npos);
}

}  // namespace
}  // namespace clientele::cli
