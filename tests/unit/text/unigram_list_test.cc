// vocab.json of Universal Sentence Encoder Lite: a list of pieces with scores.
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"

#include "common/text/tokenizer/tokenizer.h"
#include "tests/support/paths.h"

namespace clientele::text {
namespace {

using Ids = std::vector<std::int64_t>;

// The six that are reserved, then ids from 6 on.
std::string PieceList(const std::string& pieces) {
  return R"([["�", 0], ["<s>", 0], ["</s>", 0], ["x1", 0], ["x2", 0], ["x3", 0], )" + pieces + "]";
}

Ids EncodeWith(const std::string& pieces, const std::string& text) {
  const auto tokenizer = Tokenizer::FromFiles({{"vocab.json", PieceList(pieces)}});
  INFO(tokenizer.status());
  REQUIRE(tokenizer.ok());
  const auto encoding = (*tokenizer)->Encode(text);
  REQUIRE(encoding.ok());
  return encoding->ids;
}

TEST_CASE("a text is cut into the listed pieces with the largest sum of scores") {
  const std::string pieces =
      R"(["▁", -1], ["a", -2], ["b", -2], ["ab", -3.5], ["▁ab", -6], ["▁a", -2.7])";
  CHECK(EncodeWith(pieces, "ab") == Ids{6, 9});  // -1 - 3.5 beats -2.7 - 2
  CHECK(EncodeWith(pieces, "ab ab") == Ids{6, 9, 6, 9});
  CHECK(EncodeWith(pieces, "").empty());
  CHECK(EncodeWith(pieces, "  ") == Ids{6, 6, 6});  // each space is its mark, one in front
}

TEST_CASE("of two ways with one sum, the last piece that starts later wins") {
  CHECK(EncodeWith(R"(["▁", -1], ["a", -1], ["▁a", -2], ["b", -9])", "a") == Ids{6, 7});
  CHECK(EncodeWith(R"(["▁", -1], ["a", -1], ["▁a", -1.5], ["b", -9])", "a") == Ids{8});
}

TEST_CASE("characters of no piece have id 0, and a run of them is one token") {
  const std::string pieces = R"(["▁", -1], ["a", -2])";
  CHECK(EncodeWith(pieces, "a退货a") == Ids{6, 7, 0, 7});
  CHECK(EncodeWith(pieces, "退a货") == Ids{6, 0, 7, 0});
}

TEST_CASE("reserved pieces take no part, and a score of null is 0") {
  CHECK(EncodeWith(R"(["▁", -1], ["<", -1], ["s", -1], [">", -1], [":", null])", "<s>:") ==
        Ids{6, 7, 8, 9, 10});
}

TEST_CASE("of a piece that comes twice the last one counts") {
  CHECK(EncodeWith(R"(["▁", -1], ["a", -2], ["a", -3])", "a") == Ids{6, 8});
}

TEST_CASE("full-width letters are their plain form") {
  CHECK(EncodeWith(R"(["▁", -1], ["a", -2])", "ａ") == Ids{6, 7});
}

TEST_CASE("ids go back to the text") {
  const auto tokenizer =
      Tokenizer::FromFiles({{"vocab.json", PieceList(R"(["▁", -1], ["a", -2], ["b", -2])")}});
  REQUIRE(tokenizer.ok());
  CHECK((*tokenizer)->Decode((*tokenizer)->Encode("a b a")->ids).value() == "a b a");
}

TEST_CASE("a list that is no vocabulary is refused with its entry") {
  const auto message = [](const std::string& list) {
    return std::string(Tokenizer::FromFiles({{"vocab.json", list}}).status().message());
  };
  CHECK(absl::StrContains(message("[]"), "behind the six"));
  CHECK(absl::StrContains(message(PieceList("[\"a\"]")), "vocab.json: [6]"));
  CHECK(absl::StrContains(message(PieceList("[\"a\", \"b\"]")), "must be a number or null"));
  CHECK(absl::StrContains(message(PieceList("[1, 2]")), "vocab.json: [6]"));
  CHECK(absl::StrContains(message(PieceList("\"a\"")), "vocab.json: [6]"));
}

TEST_CASE("the published ids of the real vocabulary are reproduced") {
  const auto folder =
      std::filesystem::path(clientele::testing::SourceDir()) / "../shared/hf/use-lite";
  if (!std::filesystem::exists(folder)) SKIP("shared/hf/use-lite is not here");
  const auto tokenizer = Tokenizer::FromFolder(folder.string());
  REQUIRE(tokenizer.ok());
  std::ifstream in(folder / "golden.json");
  for (const auto& golden : nlohmann::json::parse(in)) {
    const std::string text = golden["text"];
    INFO(text);
    CHECK((*tokenizer)->Encode(text)->ids == golden["ids"].get<Ids>());
  }
}

}  // namespace
}  // namespace clientele::text
