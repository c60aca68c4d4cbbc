#include <string>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/text/language.h"
#include "common/text/normalization.h"
#include "common/text/search_terms.h"
#include "common/text/segmentation.h"
#include "common/text/utf8.h"

namespace clientele::text {
namespace {

using Strings = std::vector<std::string>;

Strings Pieces(absl::string_view text, const std::vector<Segment>& segments) {
  Strings pieces;
  for (const Segment& segment : segments) pieces.emplace_back(TextOf(text, segment));
  return pieces;
}

Strings WordsOf(absl::string_view text) { return Pieces(text, Words(text)); }
Strings SentencesOf(absl::string_view text) { return Pieces(text, Sentences(text)); }

TEST_CASE("well-formed UTF-8 is distinguished from every kind of malformed") {
  for (const char* good : {"", "plain", "é", "退货", "😀", "\xEF\xBF\xBF", "\xF4\x8F\xBF\xBF",
                           "\xED\x9F\xBF", "\xC2\x80", "\xE0\xA0\x80", "\xF0\x90\x80\x80"}) {
    CHECK(IsValidUtf8(good));
  }
  CHECK(IsValidUtf8(absl::string_view("a\0b", 3)));
  for (const char* bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80",
                          "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE9\x80",
                          "abc\xC3", "\xC3(", "\xE2\x28\xA1", "\xF0\x9F\x98", "\xFF"}) {
    CHECK_FALSE(IsValidUtf8(bad));
  }
}

TEST_CASE("texts that people read as the same normalize to the same") {
  CHECK(Normalize("  ＦＲＥＥ　Shipping\n") == "free shipping");
  CHECK(Normalize("Cafe\u0301") == Normalize("CAFÉ"));
  CHECK(Normalize("Straße") == "strasse");
  CHECK(Normalize("ﬁne\t\r\n ①") == "fine 1");
  CHECK(Normalize("soft\u00ADhyphen\u200B") == "softhyphen");
  CHECK(Normalize(" \n\t ") == "");
  CHECK(Normalize("全场　包邮！") == "全场 包邮!");
}

TEST_CASE("normalizing twice changes nothing, ASCII or not") {
  for (const char* text :
       {"A  b\vC ", "ＡＢ ¨ x", "İstanbul", "ς Σ", "e\u0301 \u0301", "\u1E9B\u0323"}) {
    const std::string once = Normalize(text);
    CHECK(Normalize(once) == once);
  }
}

TEST_CASE("bytes that are not UTF-8 become the replacement character") {
  CHECK(Normalize("a\xFF b\xC3") == "a\uFFFD b\uFFFD");
}

TEST_CASE("words of English and Chinese, without punctuation") {
  CHECK(WordsOf("Don't ship 3.5 kg, please!") == Strings{"Don't", "ship", "3.5", "kg", "please"});
  CHECK(WordsOf("我要手机，谢谢。") == Strings{"我要", "手机", "谢谢"});
  CHECK(WordsOf("iPhone手机壳") == Strings{"iPhone", "手机", "壳"});
  CHECK(WordsOf("…!? 😀").empty());
  CHECK(WordsOf("").empty());
}

TEST_CASE("offsets count bytes of the original, also around bad bytes") {
  const std::string text =
      "\xFF"
      "ab\xC3 手机 cd\xE9\x80";
  CHECK(WordsOf(text) == Strings{"ab", "手机", "cd"});
  CHECK(Words(text)[0] == Segment{1, 3});
}

TEST_CASE("sentences of English and Chinese") {
  CHECK(SentencesOf("Free returns.  Is it fast? Yes!") ==
        Strings{"Free returns.", "Is it fast?", "Yes!"});
  CHECK(SentencesOf("全场包邮。七天内可退货！几天到？") ==
        Strings{"全场包邮。", "七天内可退货！", "几天到？"});
  CHECK(SentencesOf("Ask Mr. Li about 3.5 kg parcels. Then wait.") ==
        Strings{"Ask Mr. Li about 3.5 kg parcels.", "Then wait."});
  CHECK(SentencesOf("Heading\n- one\n\n  \n- two") == Strings{"Heading", "- one", "- two"});
  CHECK(SentencesOf(" \n\t ").empty());
}

TEST_CASE("search terms are stemmed English and dictionary words with pairs for Chinese") {
  CHECK(SearchTerms("Returned ORDERS") == Strings{"return", "order"});
  CHECK(SearchTerms("customer's shipping") == SearchTerms("Customers ship"));
  CHECK(SearchTerms("the shop\u2019s") == SearchTerms("the shop's"));
  CHECK(SearchTerms("version 3.5 of X200") == Strings{"version", "3.5", "of", "x200"});
  CHECK(SearchTerms("手机") == Strings{"手机"});
  CHECK(SearchTerms("退货") == Strings{"退货"});  // ICU's dictionary has no such word
  CHECK(SearchTerms("我要退货") == Strings{"我要", "要退", "退货"});
  CHECK(SearchTerms("我的手机壳") == Strings{"我的", "手机", "的手", "机壳"});
  CHECK(SearchTerms("退 货") == Strings{"退货"});
  CHECK(SearchTerms("退, 货") == Strings{"退", "货"});
  CHECK(SearchTerms("\xFF\xFE").empty());
}

TEST_CASE("a question finds the words of the document it asks about") {
  const Strings document = SearchTerms("You can return goods within 30 days. 七天内可以退货。");
  for (const char* question : {"returning", "day", "退货", "可以"}) {
    const Strings terms = SearchTerms(question);
    REQUIRE_FALSE(terms.empty());
    for (const std::string& term : terms) {
      CHECK(std::find(document.begin(), document.end(), term) != document.end());
    }
  }
}

TEST_CASE("the language is guessed by what prevails") {
  CHECK(DetectLanguage("Where is my order?") == "en");
  CHECK(DetectLanguage("我的订单在哪里？") == "zh");
  CHECK(DetectLanguage("iPhone 手机壳怎么退货") == "zh");
  CHECK(DetectLanguage("What does the sign 出口 mean in this station?") == "en");
  CHECK(DetectLanguage("") == "en");
  CHECK(DetectLanguage("123 \xFF") == "en");
}

TEST_CASE("a language tag asks for Chinese by its first subtag alone") {
  for (const char* tag : {"zh", "ZH", "zh-Hant-TW", "zh_CN"}) CHECK(IsChinese(tag));
  for (const char* tag : {"", "z", "en", "zha", "en-zh"}) CHECK_FALSE(IsChinese(tag));
}

TEST_CASE("threads break text at the same time") {
  std::vector<std::thread> threads;
  std::vector<int> wrong(4);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([t, &wrong] {
      for (int i = 0; i < 200; ++i) {
        const std::string text = "Parcel " + std::to_string(i) + " 手机 number. Next.";
        if (WordsOf(text).size() != 5 || SentencesOf(text).size() != 2 ||
            SearchTerms(text).size() != 5) {
          ++wrong[static_cast<std::size_t>(t)];
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == std::vector<int>(4));
}

}  // namespace
}  // namespace clientele::text
