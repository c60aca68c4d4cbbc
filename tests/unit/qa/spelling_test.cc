#include "services/qa-service/core/retrieval/spelling.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "services/qa-service/core/retrieval/article_preparation.h"
#include "services/qa-service/core/retrieval/index_builder.h"

namespace clientele::qa {
namespace {

// By the definition: optimal string alignment over whole tables.
std::size_t PlainDistance(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      d[i][j] = std::min(
          {d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

TEST_CASE("the distance of two words is the number of their edits") {
  CHECK(EditDistance("refnud", "refund", 2) == 1);
  CHECK(EditDistance("tkae", "take", 2) == 1);
  CHECK(EditDistance("return", "return", 2) == 0);
  CHECK(EditDistance("return", "retuns", 2) == 2);
  CHECK(EditDistance("return", "cat", 2) == 3);
  std::mt19937 random(1);
  for (int i = 0; i < 3000; ++i) {
    std::string words[2];
    for (std::string& word : words) {
      for (unsigned n = random() % 7; n > 0; --n) word += static_cast<char>('a' + random() % 3);
    }
    const std::size_t plain = PlainDistance(words[0], words[1]);
    for (const std::size_t limit : {1U, 2U, 3U}) {
      CHECK(EditDistance(words[0], words[1], limit) == std::min(plain, limit + 1));
    }
  }
}

std::shared_ptr<const KnowledgeIndex> Index() {
  IndexBuilder builder("");
  Article article;
  article.id = "a";
  article.title = "Refunds";
  article.body = "A refund of returned items takes five days. Delivery and deliveries are free.";
  article.language_code = "en";
  const PreparedArticle prepared = FinishArticle(DraftArticle(article, {}), {});
  builder.Put({&prepared, 1});
  return builder.Snapshot();
}

TEST_CASE("typos become the words of the articles, or function words") {
  const auto index = Index();
  CHECK(CorrectSpelling("How long does a refnud tkae?", *index) == "How long does a refund take?");
  CHECK(CorrectSpelling("How do I retrun it?", *index) == "How do I return it?");
  CHECK(CorrectSpelling("is delivvery free", *index) == "is deliveri free");
}

TEST_CASE("words that are known, short or near nothing stay as they are") {
  const auto index = Index();
  for (const char* const question :
       {"How long do refunds take?", "asdfghjkl qwerty", "Samsung", "fre", "怎么退货", "",
        "Zorblax 9000", "befund", "item", "five", "ite", "returnees", "refundable", "deliv",
        "returnees", "refundable", "deliv"}) {
    CHECK(CorrectSpelling(question, *index) == question);
  }
}

TEST_CASE("names that no article holds are left out of a Chinese question alone") {
  const auto index = Index();
  CHECK(WithoutUnknownNames("Samsung refund 怎么退货？", *index) == " refund 怎么退货？");
  CHECK(WithoutUnknownNames("Samsung refund?", *index) == "Samsung refund?");
  CHECK(WithoutUnknownNames("A4 怎么退货", *index) == "A4 怎么退货");
}

}  // namespace
}  // namespace clientele::qa
