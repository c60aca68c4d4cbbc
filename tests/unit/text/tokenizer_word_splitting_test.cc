// How text is cut into words.

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/text/tokenizer/oniguruma_syntax.h"
#include "common/text/tokenizer/pattern.h"
#include "common/text/tokenizer/word_scanners.h"
#include "tests/unit/text/tokenizer_json_builder.h"

namespace clientele::text {
namespace {

using Strings = std::vector<std::string>;
using tokenization::Match;
using tokenization::Pattern;

Strings WordsOf(const std::string& pre_tokenizer, const std::string& text) {
  const auto tokenizer = MakeTokenizer({{"pre_tokenizer", pre_tokenizer}, {"model", kShowWords}});
  const auto encoding = tokenizer->Encode(text);
  INFO(encoding.status());
  REQUIRE(encoding.ok());
  return encoding->tokens;
}

std::string OfType(const std::string& type) { return R"({"type":")" + type + R"("})"; }

std::string Split(const std::string& regex, const std::string& behavior, bool invert = false) {
  return R"({"type":"Split","pattern":{"Regex":")" + regex + R"("},"behavior":")" + behavior +
         R"(","invert":)" + (invert ? "true}" : "false}");
}

std::string Metaspace(const std::string& scheme, bool split = true) {
  return R"({"type":"Metaspace","replacement":"▁","prepend_scheme":")" + scheme + R"(","split":)" +
         (split ? "true}" : "false}");
}

TEST_CASE("BERT's words: white space removed, each punctuation mark alone") {
  CHECK(WordsOf(OfType("BertPreTokenizer"), "Don't  go—now!!\u3000a$b") ==
        Strings{"Don", "'", "t", "go", "—", "now", "!", "!", "a", "$", "b"});
  // A symbol that is no ASCII is none; Unicode 14's U+061D came too late.
  CHECK(WordsOf(OfType("BertPreTokenizer"), "a€b a\u061Db") == Strings{"a€b", "a\u061Db"});
}

TEST_CASE("words of letters, and what is neither letter nor space") {
  CHECK(WordsOf(OfType("Whitespace"), "it's a_b 3.14 é\u0301…") ==
        Strings{"it", "'", "s", "a_b", "3", ".", "14", "é\u0301", "…"});
  CHECK(WordsOf(OfType("WhitespaceSplit"), " it's\u00A0a\n\u3000b ") == Strings{"it's", "a", "b"});
}

TEST_CASE("digits, punctuation and delimiters") {
  CHECK(WordsOf(R"({"type":"Digits","individual_digits":true})", "a12½Ⅳb") ==
        Strings{"a", "1", "2", "½", "Ⅳ", "b"});
  CHECK(WordsOf(R"({"type":"Digits","individual_digits":false})", "a12½b") ==
        Strings{"a", "12½", "b"});
  CHECK(WordsOf(OfType("Punctuation"), "a,b..") == Strings{"a", ",", "b", ".", "."});
  CHECK(WordsOf(R"({"type":"Punctuation","behavior":"Contiguous"})", "a,b..") ==
        Strings{"a", ",", "b", ".."});
  CHECK(WordsOf(R"({"type":"CharDelimiterSplit","delimiter":"é"})", "aébé") == Strings{"a", "b"});
}

TEST_CASE("what becomes of the delimiter") {
  const std::string text = "the-final--countdown";
  CHECK(WordsOf(Split("-", "Removed"), text) == Strings{"the", "final", "countdown"});
  CHECK(WordsOf(Split("-", "Isolated"), text) ==
        Strings{"the", "-", "final", "-", "-", "countdown"});
  CHECK(WordsOf(Split("-", "MergedWithPrevious"), text) ==
        Strings{"the-", "final-", "-", "countdown"});
  CHECK(WordsOf(Split("-", "MergedWithNext"), text) == Strings{"the", "-final", "-", "-countdown"});
  CHECK(WordsOf(Split("-", "Contiguous"), text) == Strings{"the", "-", "final", "--", "countdown"});
  CHECK(WordsOf(Split("[a-z]+", "Removed", true), text) == Strings{"the", "final", "countdown"});
  CHECK(WordsOf(Split("-", "MergedWithPrevious"), "-a") == Strings{"-", "a"});
  CHECK(WordsOf(Split("-", "MergedWithNext"), "a-") == Strings{"a", "-"});
}

TEST_CASE("byte-level words keep their space in front") {
  const std::string plain = R"({"type":"ByteLevel","add_prefix_space":false,"use_regex":true})";
  CHECK(WordsOf(plain, "Don't go  now\n") == Strings{"Don", "'t", "Ġgo", "Ġ", "Ġnow", "Ċ"});
  CHECK(WordsOf(plain, "aé退12") == Strings{"aÃ©éĢĢ", "12"});
  const std::string prefixed = R"({"type":"ByteLevel","add_prefix_space":true})";
  CHECK(WordsOf(prefixed, "a b") == Strings{"Ġa", "Ġb"});
  CHECK(WordsOf(prefixed, " a") == Strings{"Ġa"});
  CHECK(WordsOf(R"({"type":"ByteLevel","add_prefix_space":false,"use_regex":false})", "a b") ==
        Strings{"aĠb"});
}

TEST_CASE("Metaspace puts its sign where the scheme says") {
  CHECK(WordsOf(Metaspace("always"), "a  b") == Strings{"▁a", "▁", "▁b"});
  CHECK(WordsOf(Metaspace("never"), "a b") == Strings{"a", "▁b"});
  CHECK(WordsOf(Metaspace("always"), " a") == Strings{"▁a"});
  CHECK(WordsOf(Metaspace("always", false), "a b") == Strings{"▁a▁b"});
  // Other white space is left as it is.
  CHECK(WordsOf(Metaspace("always"), "a\u00A0b\n") == Strings{"▁a\u00A0b\n"});
  CHECK(WordsOf(R"({"type":"Metaspace","replacement":"▁","add_prefix_space":false})", "a b") ==
        Strings{"a", "▁b"});
}

TEST_CASE("the sign of the scheme \"first\" comes at the very beginning only") {
  const auto tokenizer = MakeTokenizer(
      {{"pre_tokenizer", Metaspace("first")},
       {"model", kShowWords},
       {"added_tokens", R"([{"id":1,"content":"<s>","special":true,"normalized":false}])"}});
  CHECK(tokenizer->Encode("a<s>b c")->tokens == Strings{"▁a", "<s>", "b", "▁c"});
  CHECK(tokenizer->Encode("<s>b c")->tokens == Strings{"<s>", "b", "▁c"});
}

TEST_CASE("steps of a sequence work on what the steps before left") {
  CHECK(WordsOf(R"({"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},)"
                R"({"type":"Digits","individual_digits":true},{"type":"Punctuation"}]})",
                "a1, b") == Strings{"a", "1", ",", "b"});
}

TEST_CASE("expressions mean what they mean in Oniguruma") {
  // White space is Unicode's, with no-break and ideographic space.
  CHECK(WordsOf(Split("\\\\s+", "Removed"), "a\u00A0b\u3000c\u0085d\u200Be") ==
        Strings{"a", "b", "c", "d\u200Be"});
  CHECK(WordsOf(Split("[^\\\\s]+", "Removed", true), "a\u00A0b") == Strings{"a", "b"});
  // ^ and $ are lines' ends, the dot leaves out line feeds alone unless (?m).
  CHECK(WordsOf(Split("^b$", "Isolated"), "a\nb\nc") == Strings{"a\n", "b", "\nc"});
  CHECK(WordsOf(Split(".+", "Isolated"), "a\rb\nc") == Strings{"a\rb", "\n", "c"});
  CHECK(WordsOf(Split("(?m:.+)", "Isolated"), "a\nb") == Strings{"a\nb"});
  CHECK(WordsOf(Split("\\\\h+", "Isolated"), "xff0y") == Strings{"x", "ff0", "y"});
  CHECK(WordsOf(Split("[\\\\w]+", "Isolated"), "a_é-b") == Strings{"a_é", "-", "b"});
  CHECK(WordsOf(Split("x{2,}", "Isolated"), "xaxxxb") == Strings{"xa", "xxx", "b"});
  CHECK(WordsOf(Split("é{3,}", "Isolated"), "ééaéééé") == Strings{"ééa", "éééé"});
  CHECK(WordsOf(Split("\\\\p{L}{2,}", "Isolated"), "a1bcd") == Strings{"a1", "bcd"});
  CHECK(WordsOf(Split("[a-c]{2,}", "Isolated"), "axabc") == Strings{"ax", "abc"});
  CHECK(WordsOf(Split("(?:ab){2,}", "Isolated"), "abxabab") == Strings{"abx", "abab"});
  CHECK(WordsOf(Split("(?i:s+)x*", "Isolated"), "aSsxxb") == Strings{"a", "Ssxx", "b"});
  CHECK(WordsOf(Split("a+?b|.+c", "Isolated"), "aab") == Strings{"aab"});
  CHECK(WordsOf(Split("[]x]", "Isolated"), "a]x") == Strings{"a", "]", "x"});
  CHECK_FALSE(Pattern::Regex("a{1,2}+").ok());
  CHECK_FALSE(Pattern::Regex("(").ok());
  CHECK_FALSE(Pattern::Regex("[a").ok());
  CHECK(Pattern::Regex("\\p{N}+").ok());
}

TEST_CASE("expressions that are written out match what ICU matches") {
  const std::vector<std::string> parts = {"a",  "Z",      "é",  "1",      "½",       " ", "  ",
                                          "\n", "\r\n",   "\t", "\u00A0", "\u3000",  "'", "'s",
                                          "'T", "'r",     "e",  "E",      "'\u017F", "l", "'ll",
                                          "!",  "\u0301", "退", "😀",     "_"};
  std::uint32_t random = 1;
  for (const char* expression : {tokenization::kGpt2Expression, tokenization::kQwen2Expression}) {
    const tokenization::WordScanner scanner = tokenization::ScannerOf(expression);
    REQUIRE(scanner != nullptr);
    // A group around it is not written out.
    const auto pattern = Pattern::Regex(std::string("(?:") + expression + ")");
    REQUIRE(pattern.ok());
    Pattern::Finder finder(*pattern);
    for (int i = 0; i < 3000; ++i) {
      std::string text;
      for (int k = 0; k < 8; ++k) {
        random = random * 1664525 + 1013904223;
        text += parts[(random >> 8) % parts.size()];
      }
      std::vector<Match> matches;
      REQUIRE(finder.Find(text, matches).ok());
      std::vector<Match> scanned;
      for (std::size_t at = 0; at < text.size();) {
        const auto begin = static_cast<std::uint32_t>(at);
        scanner(text, at);
        scanned.push_back({begin, static_cast<std::uint32_t>(at), true});
      }
      INFO(expression << ": " << text);
      REQUIRE(scanned == matches);
    }
  }
}

TEST_CASE("an expression that backtracks without end is an error, not a crash") {
  const auto hostile = MakeTokenizer(
      {{"pre_tokenizer", Split("(a+)+b|(x|y|xy)*z", "Isolated")}, {"model", kShowWords}});
  CHECK(hostile->Encode("aaab").ok());
  CHECK(hostile->Encode(std::string(5000, 'a')).status().code() ==
        absl::StatusCode::kInvalidArgument);
  // A long run of what a set matches needs no stack.
  const auto fair =
      MakeTokenizer({{"pre_tokenizer", Split(" {2,}|[ab]+", "Isolated")}, {"model", kShowWords}});
  CHECK(fair->Encode(std::string(3'000'000, ' ')).ok());
  CHECK(fair->Encode(std::string(3'000'000, 'a')).ok());
  const auto plain =
      MakeTokenizer({{"pre_tokenizer", Split(" +|a*b|é{2,}", "Isolated")}, {"model", kShowWords}});
  CHECK(plain->Encode(std::string(8'000'000, ' ')).ok());
}

}  // namespace
}  // namespace clientele::text
