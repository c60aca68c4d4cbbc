#include "tools/clientele-models/encoder/retrieval_files.h"

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"

#include "tests/support/temporary_folder.h"

namespace clientele::models {
namespace {

using clientele::testing::TemporaryFolder;
using Ids = std::vector<std::string>;

TEST_CASE("passages and queries are read from CSV files of either spelling") {
  const TemporaryFolder folder;
  const auto passages =
      ReadPassages(folder.Write("p.csv", "\xEF\xBB\xBFid;text\n7;\"Free; returns\"\n8;退货\n"), {});
  INFO(passages.status());
  REQUIRE(passages.ok());
  REQUIRE(passages->size() == 2);
  CHECK((*passages)[0].id == "7");
  CHECK((*passages)[0].text == "Free; returns");

  // Where a query has an id of its own, passage_id is the right passage's.
  const auto queries =
      ReadQueries(folder.Write("q.csv", "id,question,passage_id\n1,how?,7\n2,why?,8\n"), {});
  INFO(queries.status());
  REQUIRE(queries.ok());
  REQUIRE(queries->size() == 2);
  CHECK((*queries)[1].text == "why?");
  CHECK((*queries)[1].right == Ids{"8"});

  const auto named = ReadQueries(folder.Write("n.csv", "frage,artikel\nwie?,7\n"),
                                 {.text = "frage", .id = "artikel"});
  INFO(named.status());
  REQUIRE(named.ok());
  CHECK((*named)[0].right == Ids{"7"});
}

TEST_CASE("queries are read from lines of JSON, with one right id or several") {
  const TemporaryFolder folder;
  const auto queries = ReadQueries(folder.Write("q.jsonl",
                                                "\n{\"text\": \"how?\", \"id\": 7}\n"
                                                "{\"query\": \"why?\", \"passage_id\": "
                                                "[\"8\", \"9\"]}\n"),
                                   {});
  INFO(queries.status());
  REQUIRE(queries.ok());
  REQUIRE(queries->size() == 2);
  CHECK((*queries)[0].right == Ids{"7"});
  CHECK((*queries)[1].right == Ids{"8", "9"});
}

TEST_CASE("an error names the file and the line") {
  const TemporaryFolder folder;
  const auto has = [](const absl::Status& status, absl::string_view file, absl::string_view what) {
    INFO(status);
    CHECK_FALSE(status.ok());
    CHECK(absl::StrContains(status.message(), file));
    CHECK(absl::StrContains(status.message(), what));
  };
  has(ReadQueries(folder.Write("a.jsonl", "{\"text\": \"x\", \"id\": 1}\n{\"text\": \"y\"}\n"), {})
          .status(),
      "a.jsonl", "line 2");
  has(ReadQueries(folder.Write("b.jsonl", "{\"text\": \"x\", \"id\": 1}\nnonsense\n"), {}).status(),
      "b.jsonl", "line 2");
  has(ReadQueries(folder.Write("c.csv", "words,id\nx,1\n"), {}).status(), "c.csv", "text");
  has(ReadQueries(folder.Write("d.csv", "text,id\nx,\n"), {}).status(), "d.csv", "line 2");
  has(ReadPassages(folder.Write("e.csv", "id,text\n"), {}).status(), "e.csv", "no rows");
  has(ReadPassages(folder.path() / "missing.csv", {}).status(), "missing.csv", "");
  has(ReadPairs(folder.Write("f.csv", "question,reply\nx,y\n"), "question", "answer").status(),
      "f.csv", "answer");
  has(ReadPairs(folder.Write("g.csv", "question,answer\nx,\n"), "question", "answer").status(),
      "g.csv", "no row");
}

}  // namespace
}  // namespace clientele::models
