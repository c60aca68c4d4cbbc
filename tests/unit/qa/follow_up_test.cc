#include "services/qa-service/core/conversations/follow_up.h"

#include <filesystem>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/csv/csv_reader.h"
#include "services/qa-service/core/retrieval/question_terms.h"
#include "tests/support/paths.h"

namespace clientele::qa {
namespace {

Turn Asked(const std::string& question, const std::string& title = "",
           AnswerState state = AnswerState::kAnswered) {
  Turn turn;
  turn.question = question;
  turn.state = state;
  turn.article_title = title;
  return turn;
}

// The meaningful words of what is searched for; none: the question stands on its own.
std::vector<std::string> Searched(const std::string& question, const std::vector<Turn>& turns) {
  std::vector<std::string> terms;
  const auto rewritten = RewriteFollowUp(question, turns);
  if (!rewritten.has_value()) return terms;
  for (const ContentWord& word : ContentWords(*rewritten)) terms.push_back(word.term);
  return terms;
}

using Terms = std::vector<std::string>;

TEST_CASE("a follow-up is searched for with what was asked before") {
  const std::vector<Turn> turns = {Asked("How much does shipping cost?", "Shipping")};
  for (const char* const question :
       {"and for international orders?", "What about international orders?",
        "For international orders?", "And international orders?", "how about international orders",
        "ok and for international orders?"}) {
    INFO(question);
    CHECK(Searched(question, turns) == Terms{"intern", "order", "ship", "cost"});
  }
  for (const char* const question : {"How long does it take?", "how long?", "Why?"}) {
    INFO(question);
    CHECK(Searched(question, turns) == Terms{"ship", "cost"});
  }
}

TEST_CASE("a question that points at something is searched for with what it points at") {
  const std::vector<Turn> turns = {Asked("Where is my gift card?", "Gift cards")};
  CHECK(Searched("How do I activate it?", turns) == Terms{"activ", "gift", "card"});
  CHECK(Searched("Can I return this?", turns) == Terms{"return", "gift", "card"});
  CHECK(Searched("When do they expire?", turns) == Terms{"expir", "gift", "card"});
}

TEST_CASE("a question that stands on its own is left as it is") {
  const std::vector<Turn> turns = {Asked("How much does shipping cost?", "Shipping")};
  for (const char* const question : {"How do I reset my password?",
                                     "How long does it take to get a refund?",
                                     "Is it possible to return shoes?",
                                     "And how do I return an item?",
                                     "I lost my card, can I freeze it?",
                                     "I need my PIN, where is it?",
                                     "Where did my parcel go? I can't find it.",
                                     "It is not so that it matters to me",
                                     "Can I return this item?",
                                     "refund",
                                     "Thank you!",
                                     "hello",
                                     "",
                                     "???",
                                     "talk to a human",
                                     "What is your refund policy?",
                                     "Which payment methods do you accept?",
                                     "怎么退货？",
                                     "会员积分怎么兑换",
                                     "你好",
                                     "谢谢",
                                     "转人工",
                                     "密码忘了怎么办呢？",
                                     "这个商品怎么申请退货？"}) {
    INFO(question);
    CHECK_FALSE(RewriteFollowUp(question, turns).has_value());
  }
}

TEST_CASE("Chinese follow-ups are understood") {
  const std::vector<Turn> turns = {Asked("普通订单运费多少钱？", "运费说明")};
  for (const char* const question : {"那国际订单呢？", "国际订单呢", "還有國際訂單？"}) {
    INFO(question);
    const auto rewritten = RewriteFollowUp(question, turns);
    REQUIRE(rewritten.has_value());
    CHECK(rewritten->find("国际订单") != std::string::npos);
    CHECK(rewritten->find("运费") != std::string::npos);
  }
  for (const char* const question : {"要多久？", "为什么呢？", "需要多长时间", "它多少钱"}) {
    INFO(question);
    const auto rewritten = RewriteFollowUp(question, turns);
    REQUIRE(rewritten.has_value());
    CHECK(rewritten->find("运费") != std::string::npos);
  }
}

TEST_CASE("a chain of follow-ups keeps its topic") {
  Turn second = Asked("and for international orders?");
  second.search_text = "for international orders shipping cost";
  const Terms searched =
      Searched("How long does it take?", {Asked("How much does shipping cost?"), second});
  CHECK(searched == Terms{"intern", "order", "ship", "cost"});
}

TEST_CASE("where little was said before, the title of the article that answered is taken along") {
  CHECK(Searched("How long does it take?", {Asked("refunds?", "Returning an item")}) ==
        Terms{"refund", "return", "item"});
  CHECK(Searched("How long does it take?", {Asked("refunds?", "Returning an item",
                                                  AnswerState::kAbstained)}) == Terms{"refund"});
}

TEST_CASE("turns without a topic are passed over, and without any nothing is rewritten") {
  CHECK_FALSE(RewriteFollowUp("How long does it take?", {}).has_value());
  CHECK_FALSE(RewriteFollowUp("How long?", {Asked("hello"), Asked("Talk to a human")}).has_value());
  CHECK(Searched("How long does it take?",
                 {Asked("Where is my gift card?"), Asked("talk to an agent about my gift card")}) ==
        Terms{"gift", "card"});
}

TEST_CASE("of one or two words the language cannot be told") {
  CHECK(TooShortToTell("ok?"));
  CHECK(TooShortToTell("iPhone 15"));
  CHECK(TooShortToTell(""));
  CHECK_FALSE(TooShortToTell("how about that"));
  CHECK_FALSE(TooShortToTell("退货"));
}

// The share of a data set's questions that are rewritten after a question about something else.
double RewrittenShare(const std::filesystem::path& path, const std::string& column) {
  const std::vector<Turn> turns = {Asked("How much does shipping cost?", "Shipping costs")};
  auto reader = csv::CsvReader::Open(path);
  REQUIRE(reader.ok());
  csv::CsvRow row;
  double questions = 0;
  double rewritten = 0;
  while (true) {
    const auto more = (*reader)->Next(&row);
    REQUIRE(more.ok());
    if (!*more) return rewritten / questions;
    questions += 1;
    rewritten += RewriteFollowUp(row.Get(column), turns).has_value() ? 1 : 0;
  }
}

TEST_CASE("hardly any real question that stands on its own is rewritten") {
  const auto data =
      std::filesystem::path(clientele::testing::SourceDir()) / ".." / "shared" / "data";
  if (!std::filesystem::exists(data / "bitext")) SKIP("shared/data/bitext is not here");
  CHECK(RewrittenShare(data / "bitext" / "bitext_4514.csv.gz", "instruction") < 0.002);
  CHECK(RewrittenShare(data / "banking77" / "train.csv", "text") < 0.01);
}

}  // namespace
}  // namespace clientele::qa
