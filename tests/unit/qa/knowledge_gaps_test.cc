#include "services/qa-service/core/gaps/knowledge_gaps.h"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "services/qa-service/core/feedback/feedback.h"
#include "services/qa-service/core/gaps/masking.h"
#include "tests/contract/qa/memory_feedback_store.h"
#include "tests/contract/qa/memory_question_log.h"
#include "tests/support/fake_clock.h"

namespace clientele::qa {
namespace {

std::vector<UnansweredQuestion> Questions(const std::vector<std::string>& texts) {
  std::vector<UnansweredQuestion> questions;
  absl::Time time = absl::FromUnixSeconds(1'700'000'000);
  for (const std::string& text : texts) {
    questions.push_back({text, "", time});
    time -= absl::Hours(1);  // newest first
  }
  return questions;
}

const std::vector<std::string> kAsked = {"Do you sell gift cards?",
                                         "Can I pay with a gift card?",
                                         "How do I rent a tent?",
                                         "可以开具电子发票吗？",
                                         "Where are gift cards sold?",
                                         "怎么申请电子发票",
                                         "Is it possible to rent tents?",
                                         "gift cards",
                                         "hello?"};

TEST_CASE("questions are grouped by what they are about, most asked first") {
  const std::vector<KnowledgeGap> gaps = FindGaps(Questions(kAsked), {});
  REQUIRE(gaps.size() >= 3);
  CHECK(gaps[0].question_count == 4);
  REQUIRE(gaps[0].terms.size() >= 2);
  CHECK(std::vector<std::string>(gaps[0].terms.begin(), gaps[0].terms.begin() + 2) ==
        std::vector<std::string>{"cards", "gift"});
  CHECK(gaps[0].examples.size() == 4);
  CHECK(gaps[0].examples[0] == "gift cards");
  CHECK(gaps[0].last_ask_time == absl::FromUnixSeconds(1'700'000'000));
  CHECK(gaps[1].question_count == 2);
  CHECK(gaps[1].examples.size() == 2);
  CHECK(gaps[2].question_count == 2);
  std::int64_t all = 0;
  for (const KnowledgeGap& gap : gaps) all += gap.question_count;
  CHECK(all == 8);  // a greeting asks nothing
}

TEST_CASE("the same questions give the same topics, and distinct topics stay apart") {
  const auto once = FindGaps(Questions(kAsked), {});
  const auto again = FindGaps(Questions(kAsked), {});
  REQUIRE(once.size() == again.size());
  for (std::size_t i = 0; i < once.size(); ++i) CHECK(once[i].examples == again[i].examples);
  CHECK(FindGaps(Questions({"gift cards", "rent tents", "opening hours"}), {}).size() == 3);
  CHECK(FindGaps({}, {}).empty());
  CHECK(FindGaps(Questions({"???", ""}), {}).empty());
}

TEST_CASE("a topic names the article that came nearest most often, and few examples") {
  std::vector<UnansweredQuestion> questions;
  for (int i = 0; i < 8; ++i) {
    questions.push_back({"rent a tent " + std::string(1, static_cast<char>('a' + i)) + "?",
                         i < 2 ? "a" : "b", absl::UnixEpoch()});
  }
  const std::vector<KnowledgeGap> gaps = FindGaps(questions, {});
  REQUIRE(gaps.size() == 1);
  CHECK(gaps[0].nearest_article == "b");
  CHECK(gaps[0].examples.size() == 5);
}

TEST_CASE("persons are masked in examples, and are no topic") {
  const auto gaps = FindGaps(Questions({"My name is Mary Jones, where is tent 4711-0815?",
                                        "My name is Mary Jones, do you sell canoes?"}),
                             {});
  REQUIRE_FALSE(gaps.empty());
  for (const KnowledgeGap& gap : gaps) {
    for (const std::string& text : gap.terms) CHECK(text.find("mary") == std::string::npos);
    for (const std::string& text : gap.examples) CHECK(text.find("Mary") == std::string::npos);
  }
}

TEST_CASE("names, numbers and addresses of persons are masked, and the rest stays") {
  const std::pair<const char*, const char*> texts[] = {
      {"My name is Mary Jones, order 4711-0815, mary@example.com",
       "My name is [name], order [number], [address]"},
      {"my name is mary and I need a tent", "my name is [name] and I need a tent"},
      {"I'm John, call +44 20 7946 0958.", "I'm [name], call +[number]."},
      {"Can Mr Smith return it?", "Can [name] return it?"},
      {"Please ask Anna Maria Berg about it.", "Please ask [name] about it."},
      {"Where is order AB123456?", "Where is order [number]?"},
      {"See https://shop.example/u/mary?x=1 please", "See [address] please"},
      {"我叫王小明，电话13800138000", "我叫[name]，电话[number]"},
      {"李女士的订单", "[name]女士的订单"},
      {"我是张伟，怎么退货", "我是[name]，怎么退货"},
      {"Can I return an item within 30 days?", "Can I return an item within 30 days?"},
      {"Do you accept PayPal?", "Do you accept PayPal?"},
      {"How do I pay? Can I use a card?", "How do I pay? Can I use a card?"},
      {"我是会员，怎么积分", "我是会员，怎么积分"},
      {"高级会员有什么好处", "高级会员有什么好处"},
      {"", ""}};
  for (const auto& [text, masked] : texts) CHECK(MaskPersons(text) == masked);
}

TEST_CASE("gaps come from the newest questions without an answer, within bounds") {
  testing::MemoryQuestionLog log{{"ada"}};
  for (const std::string& text : kAsked) {
    AskedQuestion question;
    question.customer_id = "ada";
    question.text = text;
    REQUIRE(log.Record({}, question).ok());
  }
  KnowledgeGaps gaps(&log);
  const auto all = gaps.List({}, 0, 0);
  REQUIRE(all.ok());
  CHECK(all->question_count == static_cast<std::int64_t>(kAsked.size()));
  CHECK(all->gaps[0].question_count == 4);
  CHECK(gaps.List({}, 1, 3)->gaps.size() == 1);
  CHECK(gaps.List({}, 1, 3)->question_count == 3);
  CHECK(absl::IsInvalidArgument(gaps.List({}, 101, 0).status()));
  CHECK(absl::IsInvalidArgument(gaps.List({}, 0, 2001).status()));
}

TEST_CASE("feedback is checked, kept with its time, and counted") {
  const clientele::testing::FakeClock clock;
  testing::MemoryFeedbackStore store{{"ada"}};
  int wrong = 0;
  const Feedbacks feedbacks(&store, &clock, [&](AnswerVerdict verdict) {
    wrong += verdict == AnswerVerdict::kWrong ? 1 : 0;
  });
  const auto kept =
      feedbacks.Record({}, {}, {"a1", AnswerVerdict::kWrong, "ada", "Not so.", std::nullopt});
  REQUIRE(kept.ok());
  CHECK(kept->create_time == clock.Now());
  const auto unknown =
      feedbacks.Record({}, {}, {"a1", AnswerVerdict::kWrong, "bob", "Not so.", std::nullopt});
  REQUIRE(unknown.ok());
  CHECK_FALSE(unknown->create_time.has_value());
  CHECK(wrong == 2);
  CHECK(store.all().size() == 1);
  const auto bad = feedbacks.Record(
      {}, {}, {"", AnswerVerdict::kWrong, "no id", std::string(4097, 'x'), std::nullopt});
  CHECK(GetFieldViolations(bad.status()).size() == 3);
}

}  // namespace
}  // namespace clientele::qa
