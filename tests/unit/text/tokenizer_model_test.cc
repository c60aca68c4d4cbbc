// Words to tokens: the four models.

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/text/tokenizer_json_builder.h"

namespace clientele::text {
namespace {

using Ids = std::vector<std::int64_t>;
using Strings = std::vector<std::string>;

Strings TokensOf(const Tokenizer& tokenizer, const std::string& text) {
  const auto encoding = tokenizer.Encode(text);
  INFO(encoding.status());
  REQUIRE(encoding.ok());
  return encoding->tokens;
}

TEST_CASE("WordPiece takes the longest piece first; a word with a hole is unknown") {
  const auto tokenizer = MakeTokenizer(
      {{"pre_tokenizer", R"({"type":"WhitespaceSplit"})"},
       {"model", R"({"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##",
                     "max_input_chars_per_word":6,
                     "vocab":{"[UNK]":0,"un":1,"##aff":2,"##able":3,"##a":4,"##f":5,"é":6}})"}});
  CHECK(TokensOf(*tokenizer, "unaff") == Strings{"un", "##aff"});
  CHECK(TokensOf(*tokenizer, "unaf") == Strings{"un", "##a", "##f"});
  CHECK(TokensOf(*tokenizer, "unx un") == Strings{"[UNK]", "un"});
  // Pieces inside a word don't begin one, nor the other way round.
  CHECK(TokensOf(*tokenizer, "aff") == Strings{"[UNK]"});
  CHECK(TokensOf(*tokenizer, "unun") == Strings{"[UNK]"});
  // Six characters are looked up, seven are unknown.
  CHECK(TokensOf(*tokenizer, "unafff") == Strings{"un", "##aff", "##f"});
  CHECK(TokensOf(*tokenizer, "unaffff") == Strings{"[UNK]"});
  CHECK(tokenizer->Encode("unaff é")->offsets == std::vector<ByteSpan>{{0, 2}, {2, 5}, {6, 8}});
}

TEST_CASE("BPE joins by rank, the leftmost of equals first") {
  const std::string vocab =
      R"("vocab":{"a":0,"b":1,"c":2,"ab":3,"bc":4,"abc":5,"aa":6,"aaa":7,"<unk>":8})";
  const auto model = [&](const std::string& merges, const std::string& more = "") {
    return MakeTokenizer(
        {{"model", R"({"type":"BPE",)" + vocab + R"(,"merges":)" + merges + more + "}"}});
  };
  CHECK(TokensOf(*model(R"(["b c","a b","a bc"])"), "abc") == Strings{"abc"});
  CHECK(TokensOf(*model(R"(["a b","b c"])"), "abc") == Strings{"ab", "c"});
  CHECK(TokensOf(*model(R"([["b","c"],["a","b"]])"), "abc") == Strings{"a", "bc"});
  CHECK(TokensOf(*model(R"(["a a"])"), "aaaaa") == Strings{"aa", "aa", "a"});
  CHECK(TokensOf(*model(R"(["a a","aa a"])"), "aaaaa") == Strings{"aa", "aaa"});
  // Characters that the vocabulary lacks are as if they were not there, or unknown, each or
  // together.
  CHECK(TokensOf(*model(R"(["a b"])"), "axb") == Strings{"ab"});
  CHECK(TokensOf(*model(R"(["a b"])", R"(,"unk_token":"<unk>")"), "axéb") ==
        Strings{"a", "<unk>", "<unk>", "b"});
  const auto fused = model(R"(["a b"])", R"(,"unk_token":"<unk>","fuse_unk":true)");
  CHECK(TokensOf(*fused, "axéb") == Strings{"a", "<unk>", "b"});
  CHECK(fused->Encode("axéb")->offsets == std::vector<ByteSpan>{{0, 1}, {1, 4}, {4, 5}});
  // A word of the vocabulary that no merge reaches.
  CHECK(TokensOf(*model("[]"), "abc") == Strings{"a", "b", "c"});
  CHECK(TokensOf(*model("[]", R"(,"ignore_merges":true)"), "abc") == Strings{"abc"});
}

TEST_CASE("long stretches join as short ones do") {
  const auto tokenizer =
      MakeTokenizer({{"model", R"({"type":"BPE","vocab":{"a":0,"b":1,"aa":2,"aaaa":3,"ab":4},
                     "merges":["a a","a b","aa aa"]})"}});
  Strings expected;
  for (int i = 0; i < 250; ++i) expected.push_back("aaaa");
  expected.push_back("ab");
  CHECK(TokensOf(*tokenizer, std::string(1001, 'a') + "b") == expected);
}

TEST_CASE("BPE with prefixes and suffixes of words") {
  const auto suffix =
      MakeTokenizer({{"pre_tokenizer", R"({"type":"WhitespaceSplit"})"},
                     {"decoder", R"({"type":"BPEDecoder","suffix":"</w>"})"},
                     {"model", R"({"type":"BPE","end_of_word_suffix":"</w>","merges":["l o</w>"],
                     "vocab":{"l":0,"o":1,"o</w>":2,"lo</w>":3,"l</w>":4}})"}});
  CHECK(TokensOf(*suffix, "lo ol") == Strings{"lo</w>", "o", "l</w>"});
  CHECK(suffix->Decode(Ids{3, 1, 4}).value() == "lo ol");
  const auto prefix = MakeTokenizer(
      {{"model", R"({"type":"BPE","continuing_subword_prefix":"##","merges":["a ##b","##b ##c"],
                     "vocab":{"a":0,"##b":1,"##c":2,"ab":3,"##bc":4}})"}});
  CHECK(TokensOf(*prefix, "abc") == Strings{"ab", "##c"});
  CHECK(TokensOf(*prefix, "abbc") == Strings{"ab", "##bc"});
}

TEST_CASE("byte fallback writes what the vocabulary lacks as bytes") {
  const auto tokenizer = MakeTokenizer(
      {{"decoder", R"({"type":"Sequence","decoders":[{"type":"ByteFallback"},{"type":"Fuse"}]})"},
       {"model", R"({"type":"BPE","byte_fallback":true,"unk_token":"<unk>","merges":[],
                     "vocab":{"<unk>":0,"a":1,"<0xC3>":2,"<0xA9>":3}})"}});
  CHECK(TokensOf(*tokenizer, "aé") == Strings{"a", "<0xC3>", "<0xA9>"});
  // Not every byte has a token.
  CHECK(TokensOf(*tokenizer, "è") == Strings{"<unk>"});
  CHECK(tokenizer->Encode("aé")->offsets == std::vector<ByteSpan>{{0, 1}, {1, 3}, {1, 3}});
  CHECK(tokenizer->Decode(Ids{1, 2, 3}).value() == "aé");
  CHECK(tokenizer->Decode(Ids{1, 2, 1}).value() == "a\uFFFDa");
  CHECK(tokenizer->Decode(Ids{2, 3, 2}).value() == "\uFFFD\uFFFD\uFFFD");
}

TEST_CASE("Unigram takes the cut with the largest sum") {
  // The example of the reference's documentation.
  const auto tokenizer = MakeTokenizer(
      {{"model", R"({"type":"Unigram","unk_id":0,"vocab":[["<unk>",0.0],["a",0.0],["b",0.0],
                     ["c",0.0],["d",0.0],["cd",1.0],["ab",2.0],["abc",5.0],["abcd",10.0]]})"}});
  CHECK(TokensOf(*tokenizer, "abcdacdxx") == Strings{"abcd", "a", "cd", "xx"});
  CHECK(tokenizer->Encode("abcdacdxx")->ids == Ids{8, 1, 5, 0});
  CHECK(TokensOf(*tokenizer, "xéabx") == Strings{"xé", "ab", "x"});
  // Of equal sums the piece that begins first stays.
  const auto ties = MakeTokenizer(
      {{"model", R"({"type":"Unigram","unk_id":0,"vocab":[["<unk>",0.0],["a",-1.0],["b",-1.0],
                     ["ab",-2.0],["c",-1.0],["bc",-2.0]]})"}});
  CHECK(TokensOf(*ties, "ab") == Strings{"ab"});
  CHECK(TokensOf(*ties, "abc") == Strings{"a", "bc"});
}

TEST_CASE("Unigram with byte fallback, and without an unknown token") {
  const auto bytes = MakeTokenizer(
      {{"model", R"({"type":"Unigram","unk_id":0,"byte_fallback":true,"vocab":[["<unk>",0.0],
                     ["a",-1.0],["<0xC3>",-5.0],["<0xA9>",-5.0]]})"}});
  CHECK(TokensOf(*bytes, "aéa") == Strings{"a", "<0xC3>", "<0xA9>", "a"});
  CHECK(bytes->Encode("aéa")->offsets == std::vector<ByteSpan>{{0, 1}, {1, 3}, {1, 3}, {3, 4}});
  const auto strict =
      MakeTokenizer({{"model", R"({"type":"Unigram","unk_id":null,"vocab":[["a",-1.0]]})"}});
  CHECK(strict->Encode("aa")->ids == Ids{0, 0});
  CHECK(strict->Encode("ab").status().code() == absl::StatusCode::kInvalidArgument);
}

TEST_CASE("WordLevel knows whole words") {
  const auto tokenizer = MakeTokenizer(
      {{"pre_tokenizer", R"({"type":"WhitespaceSplit"})"},
       {"model", R"({"type":"WordLevel","unk_token":"[U]","vocab":{"[U]":0,"free":1}})"}});
  CHECK(TokensOf(*tokenizer, "free returns") == Strings{"free", "[U]"});
  const auto strict =
      MakeTokenizer({{"model", R"({"type":"WordLevel","unk_token":"[U]","vocab":{"free":1}})"}});
  CHECK_FALSE(strict->Encode("returns").ok());
  CHECK(strict->vocab_size() == 2);
}

}  // namespace
}  // namespace clientele::text
