// What text becomes before it is cut, and where each part of it comes from.

#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/text/tokenizer_json_builder.h"

namespace clientele::text {
namespace {

// The whole text as one token, as `normalizer` makes it.
std::string Normalized(const std::string& normalizer, const std::string& text) {
  const auto tokenizer = MakeTokenizer({{"normalizer", normalizer}, {"model", kShowWords}});
  const auto encoding = tokenizer->Encode(text);
  REQUIRE(encoding.ok());
  return encoding->tokens.empty() ? "" : encoding->tokens[0];
}

std::string Kind(const std::string& type) { return R"({"type":")" + type + R"("})"; }

std::string Bert(bool clean, bool chinese, const std::string& accents, bool lower) {
  const auto word = [](bool value) { return std::string(value ? "true" : "false"); };
  return R"({"type":"BertNormalizer","clean_text":)" + word(clean) + R"(,"handle_chinese_chars":)" +
         word(chinese) + R"(,"strip_accents":)" + accents + R"(,"lowercase":)" + word(lower) + "}";
}

// One character a token, with the characters it comes from.
std::vector<std::pair<std::string, ByteSpan>> Characters(const std::string& normalizer,
                                                         const std::string& text) {
  const auto tokenizer =
      MakeTokenizer({{"normalizer", normalizer},
                     {"pre_tokenizer",
                      R"j({"type":"Split","pattern":{"Regex":"(?m:.)"},"behavior":"Isolated"})j"},
                     {"model", kShowWords}});
  const auto encoding = tokenizer->Encode(text);
  REQUIRE(encoding.ok());
  const auto offsets = ToCharacterOffsets(text, encoding->offsets);
  std::vector<std::pair<std::string, ByteSpan>> characters;
  for (std::size_t i = 0; i < encoding->size(); ++i) {
    characters.emplace_back(encoding->tokens[i], offsets[i]);
  }
  return characters;
}

TEST_CASE("BERT removes control characters and writes every white space as a space") {
  const std::string clean = Bert(true, false, "false", false);
  CHECK(Normalized(clean, "ab" + std::string(1, '\0') + "c\x01\x7F\u00AD\u200B\uFEFF\uFFFD") ==
        "abc");
  CHECK(Normalized(clean, "a\tb\nc\r\nd\u00A0e\u3000f\u2003g") == "a b c  d e f g");
  // Private use is removed, characters without a meaning are kept.
  CHECK(Normalized(clean, "a\uE000b\u0378c") == "ab\u0378c");
  // Unicode 9 made U+08E2 a format character: the reference's tables are older.
  CHECK(Normalized(clean, "a\u08E2b") == "a\u08E2b");
}

TEST_CASE("BERT puts spaces around Chinese characters, not around kana and Hangul") {
  const std::string chinese = Bert(false, true, "false", false);
  CHECK(Normalized(chinese, "a退货b") == "a 退  货 b");
  CHECK(Normalized(chinese, "テキスト한국") == "テキスト한국");
  // The reference's range begins at U+2B920, not at U+2B820.
  CHECK(Normalized(chinese, "\U0002B820") == "\U0002B820");
  CHECK(Normalized(chinese, "\U0002B920") == " \U0002B920 ");
}

TEST_CASE("BERT strips accents as its options say, with lower case by default") {
  CHECK(Normalized(Bert(false, false, "null", true), "ÉCOLE naïve İ") == "ecole naive i");
  CHECK(Normalized(Bert(false, false, "null", false), "ÉCOLE") == "ÉCOLE");
  CHECK(Normalized(Bert(false, false, "true", false), "ÉCOLE") == "ECOLE");
  CHECK(Normalized(Bert(false, false, "false", true), "ÉCOLE") == "école");
  CHECK(Normalized(Bert(false, false, "true", false), "한") == "\u1112\u1161\u11AB");
}

TEST_CASE("lower case is that of single characters, without context") {
  CHECK(Normalized(Kind("Lowercase"), "ΣΑΣ ǅ ẞ İ") == "σασ ǆ ß i\u0307");
}

TEST_CASE("the four normalization forms") {
  CHECK(Normalized(Kind("NFC"), "e\u0301 \u1100\u1161\u11A8 ﬁ") == "é 각 ﬁ");
  CHECK(Normalized(Kind("NFD"), "é 각 ﬁ") == "e\u0301 \u1100\u1161\u11A8 ﬁ");
  CHECK(Normalized(Kind("NFKC"), "ﬁ ＦＵ １ ㍿ e\u0301") == "fi FU 1 株式会社 é");
  CHECK(Normalized(Kind("NFKD"), "é½") == "e\u03011\u20442");
  // Marks are brought into order; one of the same class blocks.
  CHECK(Normalized(Kind("NFC"), "q\u0307\u0323") == "q\u0323\u0307");
  CHECK(Normalized(Kind("NFC"), "\u1E69\u0323") == "\u1E69\u0323");
  // Composition exclusions stay apart.
  CHECK(Normalized(Kind("NFC"), "\u0958") == "\u0915\u093C");
  // Characters that came after Unicode 11 are not known to the reference.
  CHECK(Normalized(Kind("NFKC"), "\u32FF") == "\u32FF");
}

TEST_CASE("the smaller normalizers") {
  CHECK(Normalized(Kind("StripAccents"), "e\u0301é\u20DD") == "eé");
  CHECK(Normalized(R"({"type":"Strip","strip_left":true,"strip_right":false})", " \u3000é  ") ==
        "é  ");
  CHECK(Normalized(R"({"type":"Strip","strip_left":false,"strip_right":true})", " éé \n") == " éé");
  CHECK(Normalized(Kind("Nmt"), "a\u0001b\tc\u200Bd\u2581e\uFEFFf") == "ab c d e f");
  CHECK(Normalized(R"({"type":"Prepend","prepend":"▁"})", "x") == "▁x");
  CHECK(Normalized(R"({"type":"Prepend","prepend":"▁"})", "").empty());
  CHECK(Normalized(Kind("ByteLevel"), "é ") == "Ã©Ġ");
  CHECK(Normalized(R"({"type":"Replace","pattern":{"String":"a.c"},"content":"X"})", "abc a.c") ==
        "abc X");
  CHECK(Normalized(R"({"type":"Replace","pattern":{"Regex":"\\s+"},"content":" "})",
                   "a\u00A0\u3000 b") == "a b");
  CHECK(Normalized(R"({"type":"Sequence","normalizers":[{"type":"NFD"},{"type":"StripAccents"}]})",
                   "é") == "e");
}

TEST_CASE("each character keeps where it comes from") {
  using Expected = std::vector<std::pair<std::string, ByteSpan>>;
  CHECK(Characters(Kind("NFD"), "éx") ==
        Expected{{"e", {0, 1}}, {"\u0301", {0, 1}}, {"x", {1, 2}}});
  // What was joined has the place of its first part.
  CHECK(Characters(Kind("NFC"), "e\u0301x") == Expected{{"é", {0, 1}}, {"x", {2, 3}}});
  CHECK(Characters(Kind("NFKC"), "ﬁ½x") == Expected{{"f", {0, 1}},
                                                    {"i", {0, 1}},
                                                    {"1", {1, 2}},
                                                    {"⁄", {1, 2}},
                                                    {"2", {1, 2}},
                                                    {"x", {2, 3}}});
  // Replaced text has the place of its last character.
  CHECK(Characters(R"({"type":"Replace","pattern":{"Regex":" +"},"content":"_-"})", "a   b") ==
        Expected{{"a", {0, 1}}, {"_", {3, 4}}, {"-", {3, 4}}, {"b", {4, 5}}});
  CHECK(Characters(R"({"type":"Prepend","prepend":"▁_"})", "éb") ==
        Expected{{"▁", {0, 1}}, {"_", {0, 1}}, {"é", {0, 1}}, {"b", {1, 2}}});
  CHECK(Characters(Bert(true, true, "true", true), "\u00ADÀ退") ==
        Expected{{"a", {1, 2}}, {" ", {2, 3}}, {"退", {2, 3}}, {" ", {2, 3}}});
  CHECK(Characters(Kind("Lowercase"), "İx") ==
        Expected{{"i", {0, 1}}, {"\u0307", {0, 1}}, {"x", {1, 2}}});
}

TEST_CASE("a precompiled map is looked up cluster by cluster, shortest key first") {
  // A double array with the keys "a" -> "b" and "é" (e + U+0301) -> "E", made by hand below.
  //   unit 0 (root): offset 4; 'a' = 0x61 at 4 ^ 0x61 = 101, 'e' = 0x65 at 4 ^ 0x65 = 97
  std::vector<std::uint32_t> units(512, 0);
  const auto unit = [](std::uint32_t offset, std::uint32_t label, bool leaf) {
    return offset << 10 | (leaf ? 0x100u : 0u) | label;
  };
  units[0] = unit(4, 0, false);
  units[4 ^ 0x61] = unit(101 ^ 300, 0x61, true);  // leaf's value at 300
  units[300] = 0x80000000u | 0;                   // -> "b"
  units[4 ^ 0x65] = unit(97 ^ 310, 0x65, false);
  units[310 ^ 0xCC] = unit((310 ^ 0xCC) ^ 320, 0xCC, false);
  units[320 ^ 0x81] = unit((320 ^ 0x81) ^ 330, 0x81, true);
  units[330] = 0x80000000u | 2;  // -> "E"
  std::string bytes;
  const auto add = [&](std::uint32_t value) {
    for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<char>(value >> (8 * i)));
  };
  add(static_cast<std::uint32_t>(units.size() * 4));
  for (const std::uint32_t value : units) add(value);
  bytes += std::string("b\0E\0", 4);
  std::string base64;
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0);
    }
    for (int shift = 18; shift >= 0; shift -= 6) base64 += kDigits[group >> shift & 63];
  }
  for (std::size_t i = 0; i < (3 - bytes.size() % 3) % 3; ++i) base64[base64.size() - 1 - i] = '=';
  const std::string normalizer =
      R"({"type":"Precompiled","precompiled_charsmap":")" + base64 + R"("})";
  CHECK(Normalized(normalizer, "xaxe\u0301") == "xbxE");
  // A cluster that begins with a key becomes what the key becomes.
  CHECK(Normalized(normalizer, "a\u0301x") == "bx");
  // One of six bytes or more is looked up character by character.
  CHECK(Normalized(normalizer, "a\u0301\u0302\u0303") == "b\u0301\u0302\u0303");
  CHECK(Normalized(normalizer, "e") == "e");
  CHECK(Normalized(R"({"type":"Precompiled","precompiled_charsmap":""})", "aé") == "aé");
}

}  // namespace
}  // namespace clientele::text
