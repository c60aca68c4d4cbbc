#include "tools/clientele-models/evaluate/interactions_file.h"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"

#include "tests/support/temporary_folder.h"

namespace clientele::models {
namespace {

using clientele::testing::TemporaryFolder;
using recommend::InteractionRow;

TEST_CASE("columns are found by the names of the header, in any order") {
  const TemporaryFolder folder;
  const auto file = ReadInteractions(
      {.file = folder.Write("a.csv", "when,stars,movie,who\n9,4.5,m1,u1\n8,2,m2,u1\n7,3,m1,u2\n"),
       .user = "who",
       .item = "movie",
       .rating = "stars",
       .time = "when"});
  REQUIRE(file.ok());
  CHECK(file->log.customers == std::vector<std::string>{"u1", "u2"});
  CHECK(file->log.items == std::vector<std::string>{"m1", "m2"});
  CHECK(file->log.rows == std::vector<InteractionRow>{{0, 0, 4.5, 9}, {0, 1, 2, 8}, {1, 0, 3, 7}});
}

TEST_CASE("numbered columns read files without a header, of one row too") {
  const TemporaryFolder folder;
  const InteractionColumns columns{.file = folder.Write("u.data", "1\t1\t5\t874965758\n"),
                                   .user = "1",
                                   .item = "2",
                                   .rating = "3",
                                   .time = "4",
                                   .sep = "\\t"};
  const auto file = ReadInteractions(columns);
  REQUIRE(file.ok());
  CHECK(file->log.rows == std::vector<InteractionRow>{{0, 0, 5, 874965758}});
}

TEST_CASE("numbered columns pass a header over") {
  const TemporaryFolder folder;
  for (const bool with_rating : {true, false}) {
    const auto file =
        ReadInteractions({.file = folder.Write("a.csv", "user,item,stars\n7,8,3\n9,8,4\n"),
                          .user = "1",
                          .item = "2",
                          .rating = with_rating ? "3" : ""});
    REQUIRE(file.ok());
    CHECK(file->log.customers == std::vector<std::string>{"7", "9"});
  }
  const auto names = ReadInteractions(
      {.file = folder.Write("b.csv", "ann,tea\nbob,milk\n"), .user = "1", .item = "2"});
  REQUIRE(names.ok());
  CHECK(names->log.customers == std::vector<std::string>{"ann", "bob"});
}

TEST_CASE("separators of several characters, spaces and decimal commas are read") {
  const TemporaryFolder folder;
  const auto double_colon = ReadInteractions(
      {.file = folder.Write("r.dat", "1::1193::5::978300760\n1::661::3::978302109\n"),
       .user = "1",
       .item = "2",
       .rating = "3",
       .time = "4",
       .sep = "::"});
  REQUIRE(double_colon.ok());
  CHECK(double_colon->log.items == std::vector<std::string>{"1193", "661"});
  CHECK(double_colon->log.rows[1].rating == 3);
  const auto named = ReadInteractions({.file = folder.Write("n.dat", "u::i::r\n4::5::1\n"),
                                       .user = "u",
                                       .item = "i",
                                       .rating = "r",
                                       .sep = "::"});
  REQUIRE(named.ok());
  CHECK(named->log.rows[0].rating == 1);
  const auto comma = ReadInteractions(
      {.file = folder.Write("c.csv", "u;i;r\na;b;4,5\n"), .user = "u", .item = "i", .rating = "r"});
  REQUIRE(comma.ok());
  CHECK(comma->log.rows[0].rating == 4.5);
}

TEST_CASE("rows of a test file follow, with the same numbers of users and items") {
  const TemporaryFolder folder;
  const auto file = ReadInteractions({.file = folder.Write("a.csv", "u,i\na,x\nb,y\n"),
                                      .test = folder.Write("b.csv", "u,i\nb,x\nc,z\n"),
                                      .user = "u",
                                      .item = "i"});
  REQUIRE(file.ok());
  CHECK(file->file_rows == 2);
  CHECK(file->log.rows == std::vector<InteractionRow>{{0, 0}, {1, 1}, {1, 0}, {2, 2}});
}

TEST_CASE("rows without a user or an item are left out and counted") {
  const TemporaryFolder folder;
  const auto file = ReadInteractions(
      {.file = folder.Write("a.csv", "u,i\na,x\n,y\nb, \n"), .user = "u", .item = "i"});
  REQUIRE(file.ok());
  CHECK(file->log.rows.size() == 1);
  CHECK(file->rows_without_ids == 2);
}

TEST_CASE("what is wrong is named: the line, the columns, an empty file") {
  const TemporaryFolder folder;
  const auto message = [&](const std::string& text, const std::string& sep = "") {
    const auto file = ReadInteractions(
        {.file = folder.Write("a.csv", text), .user = "u", .item = "i", .rating = "r", .sep = sep});
    return file.ok() ? std::string("read") : std::string(file.status().message());
  };
  CHECK(absl::StrContains(message("u,i,r\na,x,NaN\n"), "line 2"));
  CHECK(absl::StrContains(message("u,i,r\na,x,3\nb,y,\n"), "line 3"));
  CHECK(absl::StrContains(message("u,i,r\na,x,inf\n"), "finite"));
  CHECK(absl::StrContains(message("u,i,r\na,x\n"), "line 2"));
  CHECK(absl::StrContains(message("u,i\na,x\n"), "no column r"));
  CHECK(absl::StrContains(message("u,i,r\n"), "no rows"));
  CHECK(absl::StrContains(message("u,i,r\na,x,3\n", "ab"), "--sep"));
  CHECK(message("") != "read");
  CHECK(!ReadInteractions({.file = folder.path() / "none.csv", .user = "u", .item = "i"}).ok());
}

}  // namespace
}  // namespace clientele::models
