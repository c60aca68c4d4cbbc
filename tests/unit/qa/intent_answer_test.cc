// Answers that know what a message wants: replies to an intent, hand-overs by one, and what happens
// when the classifier is not there.
#include <algorithm>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "common/status/error_details.h"
#include "services/qa-service/core/answering/answerer.h"
#include "services/qa-service/core/answering/intent.h"
#include "services/qa-service/core/conversations/dialogue.h"
#include "tests/contract/qa/memory_conversation_store.h"
#include "tests/contract/qa/memory_handover_store.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/qa/fake_intents.h"
#include "tests/unit/qa/fake_judges.h"
#include "tests/unit/qa/index_fixture.h"

namespace clientele::qa {
namespace {

using Catch::Matchers::ContainsSubstring;
using clientele::testing::FakeClock;
using testing::FakeEmbedder;
using testing::FakeIntents;
using testing::FirstCited;
using testing::MakeArticle;

constexpr char kLostIt[] = "My phone fell into the lake with my codes on it, what now?";
constexpr char kRefundDays[] = "How long do refunds take to arrive?";

Article Tagged(Article article, std::vector<std::string> tags) {
  article.tags = std::move(tags);
  return article;
}

struct RoutedShop {
  RoutedShop() {
    for (const Article& article :
         {Tagged(MakeArticle("access", "Regaining access",
                             "# Access\n\nAsk for new backup credentials on the security page. We "
                             "check who you are within a day."),
                 {"recover_account"}),
          Tagged(MakeArticle("refunds", "Refund times",
                             "Refunds take up to ten days to arrive on the card that paid."),
                 {"refund_time"}),
          Tagged(MakeArticle("vouchers", "Refund times for vouchers",
                             "Refunds take two days to arrive on a voucher."),
                 {"refund_time"}),
          MakeArticle("shipping", "Shipping costs", "Orders over fifty pounds ship for free.")}) {
      Put(article);
    }
  }
  void Put(const Article& article) {
    const PreparedArticle prepared = testing::Prepare(article);
    builder.Put({&prepared, 1});
    index = builder.Snapshot();
  }
  absl::StatusOr<Answer> TryAsk(const std::string& text, AnswerMode mode = AnswerMode::kAuto) {
    const IntentRouter router(&intents, &clock, rules);
    const Answerer answerer([this] { return index; }, &embedder, nullptr, &clock, options,
                            {.judge = judge, .intents = &router});
    Question question;
    question.text = text;
    question.mode = mode;
    question.search_text = search_text;
    return answerer.Ask(context, question);
  }
  Answer Ask(const std::string& text, AnswerMode mode = AnswerMode::kAuto) {
    auto answer = TryAsk(text, mode);
    INFO(answer.status());
    REQUIRE(answer.ok());
    return *answer;
  }
  void Wants(const std::string& id, double score) { intents.intent = Intent{id, score}; }

  FakeClock clock;
  FakeEmbedder embedder;
  FakeIntents intents;
  IntentRules rules;
  RequestContext context;
  AnswererOptions options;
  const PassageJudge* judge = nullptr;
  std::string search_text;
  IndexBuilder builder{"fake/1"};
  std::shared_ptr<const KnowledgeIndex> index;
};

TEST_CASE("the only article that replies to a sure intent is the whole answer") {
  RoutedShop shop;
  REQUIRE(shop.Ask(kLostIt).state == AnswerState::kAbstained);
  shop.Wants("recover_account", 0.93);
  const Answer answer = shop.Ask(kLostIt);
  CHECK(answer.state == AnswerState::kAnswered);
  CHECK(answer.mode == AnswerMode::kCurated);
  CHECK(answer.text ==
        "Ask for new backup credentials on the security page. We check who you are within a day.");
  CHECK(answer.confidence == 0.93);
  REQUIRE(answer.intent.has_value());
  CHECK(answer.intent->id == "recover_account");
  CHECK(answer.intent->score == 0.93);
  REQUIRE(FirstCited(answer) == "access");
  CHECK(answer.citations[0].passage() == answer.citations[0].article->article.body);
  CHECK(std::count_if(answer.citations.begin(), answer.citations.end(), [](const Citation& one) {
          return one.article->article.id == "access";
        }) == 1);
  CHECK(answer.models.back() == "fake-intents/1");
  CHECK(shop.Ask(kLostIt, AnswerMode::kCurated).text == answer.text);
}

TEST_CASE(
    "an intent that is not sure, or that no article replies to, is told and changes nothing") {
  RoutedShop shop;
  const Answer without = shop.Ask(kRefundDays);
  for (const Intent& intent : {Intent{"recover_account", 0.89}, Intent{"weather", 0.99}}) {
    shop.intents.intent = intent;
    const Answer answer = shop.Ask(kRefundDays);
    CHECK(answer.intent->id == intent.id);
    CHECK(answer.text == without.text);
    CHECK(answer.confidence == without.confidence);
    CHECK(FirstCited(answer) == FirstCited(without));
  }
  shop.intents.intent.reset();
  CHECK_FALSE(shop.Ask(kRefundDays).intent.has_value());
}

TEST_CASE("a least confidence above the intent's score abstains") {
  RoutedShop shop;
  shop.Wants("recover_account", 0.93);
  shop.options.min_confidence = 0.95;
  const Answer answer = shop.Ask(kLostIt);
  CHECK(answer.state == AnswerState::kAbstained);
  CHECK(answer.reason == answer_reason::kLowConfidence);
  CHECK(FirstCited(answer) == "access");
}

TEST_CASE("of several articles that reply to an intent the nearest answers, before others") {
  RoutedShop shop;
  const std::string question = "How long do refunds take to arrive when shipping costs nothing?";
  shop.Wants("refund_time", 0.9);
  const Answer answer = shop.Ask(question);
  CHECK(answer.mode == AnswerMode::kExtractive);
  REQUIRE(answer.citations.size() == 3);
  CHECK(answer.citations[0].article->article.tags == std::vector<std::string>{"refund_time"});
  CHECK(answer.citations[1].article->article.tags == std::vector<std::string>{"refund_time"});
  CHECK(answer.citations[0].score >= answer.citations[1].score);
}

TEST_CASE("an article that replies to the intent comes before a nearer one that does not") {
  RoutedShop shop;
  const std::string question = "Does the security page tell shipping costs of orders?";
  const Answer without = shop.Ask(question, AnswerMode::kExtractive);
  REQUIRE(FirstCited(without) == "shipping");
  shop.Wants("recover_account", 0.95);
  CHECK(FirstCited(shop.Ask(question, AnswerMode::kExtractive)) == "access");
}

TEST_CASE("whoever asks for extracts or for a generator gets no whole article for an intent") {
  RoutedShop shop;
  shop.Wants("recover_account", 0.99);
  CHECK(shop.Ask(kLostIt, AnswerMode::kExtractive).state == AnswerState::kAbstained);
  CHECK(shop.Ask(kLostIt, AnswerMode::kGenerative).mode == AnswerMode::kExtractive);
}

TEST_CASE("an article that is long, not valid or for others alone is no reply") {
  std::string body;
  for (int i = 0; i < 120; ++i) body += "Ask for new backup credentials on the security page. ";
  Article changed =
      Tagged(MakeArticle("access", "Regaining access", "Ask us."), {"recover_account"});
  const auto state_with = [](const Article& article) {
    RoutedShop shop;
    shop.Put(article);
    shop.Wants("recover_account", 0.99);
    return shop.Ask(kLostIt).state;
  };
  CHECK(state_with(changed) == AnswerState::kAnswered);
  Article longer = changed;
  longer.body = body;
  CHECK(state_with(longer) == AnswerState::kAbstained);
  Article expired = changed;
  expired.valid_until = absl::UnixEpoch();
  CHECK(state_with(expired) == AnswerState::kAbstained);
  Article inner = changed;
  inner.audiences = {"agents"};
  CHECK(state_with(inner) == AnswerState::kAbstained);
}

TEST_CASE("the reply of the question's language is the one of two languages") {
  RoutedShop shop;
  shop.Put(Tagged(MakeArticle("fangwen", "恢复访问", "请在安全页面申请新的备用凭证。", "zh"),
                  {"recover_account"}));
  shop.Wants("recover_account", 0.99);
  CHECK(FirstCited(shop.Ask(kLostIt)) == "access");
  CHECK(FirstCited(shop.Ask("我的手机掉进湖里了，怎么办？")) == "fangwen");
  const Article second =
      Tagged(MakeArticle("access-2", "Access again", "Ask us.", "en"), {"recover_account"});
  shop.Put(second);
  CHECK(shop.Ask(kLostIt).mode != AnswerMode::kCurated);
  CHECK(FirstCited(shop.Ask("我的手机掉进湖里了，怎么办？")) == "fangwen");
}

TEST_CASE("a reply needs no reranker and no reader") {
  RoutedShop shop;
  testing::FakeRanker ranker;
  const PassageJudge judge(&ranker, nullptr, &shop.clock, {});
  shop.judge = &judge;
  shop.Wants("recover_account", 0.99);
  const Answer answer = shop.Ask(kLostIt);
  CHECK(answer.state == AnswerState::kAnswered);
  CHECK(ranker.last_passages.empty());
}

TEST_CASE("a classifier that is away, busy, broken or too slow costs its step and says so") {
  const std::pair<absl::Status, const char*> failures[] = {
      {UnavailableError(reason::kModelUnavailable, "none serves", absl::Seconds(1)),
       skip_reason::kUnavailable},
      {absl::ResourceExhaustedError("full"), skip_reason::kBusy},
      {absl::InternalError("broken"), skip_reason::kFailed}};
  RoutedShop shop;
  const Answer without = shop.Ask(kRefundDays);
  shop.Wants("recover_account", 0.99);
  for (const auto& [failure, reason] : failures) {
    shop.intents.failure = failure;
    const Answer answer = shop.Ask(kRefundDays);
    CHECK(answer.text == without.text);
    CHECK_FALSE(answer.intent.has_value());
    REQUIRE(answer.stages.size() >= 2);
    CHECK(std::string(answer.stages[0].name) == "understand");
    CHECK(std::string(answer.stages[0].skipped) == reason);
    CHECK(std::string(answer.stages[1].name) == "retrieve");
  }
  shop.intents.failure = absl::OkStatus();
  shop.intents.clock = &shop.clock;
  shop.intents.time = absl::Milliseconds(501);
  CHECK(std::string(shop.Ask(kRefundDays).stages[0].skipped) == skip_reason::kDeadline);
  shop.context.deadline = shop.clock.Now() + absl::Seconds(1);
  shop.intents.time = absl::Milliseconds(300);
  CHECK(std::string(shop.Ask(kRefundDays).stages[0].skipped) == skip_reason::kDeadline);
  shop.context.deadline = shop.clock.Now() + absl::Milliseconds(200);
  CHECK(absl::IsDeadlineExceeded(shop.TryAsk(kRefundDays).status()));
}

TEST_CASE("what is searched for is classified, so that a follow-up has its matter") {
  RoutedShop shop;
  shop.search_text = "for vouchers refunds arrive";
  shop.Ask("and for vouchers?");
  CHECK(shop.intents.last_message == "for vouchers refunds arrive");
}

TEST_CASE("an intent that is a wish for a person hands over, and so does a complaint") {
  RoutedShop shop;
  shop.rules.persons = {"agent"};
  shop.rules.complaints = {{"damaged", ComplaintTopic::kQuality}};
  shop.Wants("agent", 0.9);
  const Answer wish = shop.Ask("Get me out of this chat");
  CHECK(wish.state == AnswerState::kHandedOver);
  CHECK(wish.reason == answer_reason::kWishForPerson);
  shop.Wants("damaged", 0.9);
  const Answer complaint = shop.Ask("The blender I got is in pieces");
  CHECK(complaint.state == AnswerState::kHandedOver);
  CHECK(complaint.reason == "COMPLAINT");
  CHECK(complaint.complaint_topic == ComplaintTopic::kQuality);
  CHECK(complaint.text != wish.text);
  shop.Wants("damaged", 0.5);
  CHECK(shop.Ask("The blender I got is in pieces").state == AnswerState::kAbstained);
}

TEST_CASE("a complaint is a hand-over with the intent's topic, or that of its words, or another") {
  RoutedShop shop;
  shop.rules.complaints = {{"damaged", ComplaintTopic::kQuality},
                           {"complaint", ComplaintTopic::kNone}};
  const IntentRouter router(&shop.intents, &shop.clock, shop.rules);
  const Answerer answerer([&] { return shop.index; }, &shop.embedder, nullptr, &shop.clock, {},
                          {.intents = &router});
  testing::MemoryConversationStore conversations;
  testing::MemoryHandoverStore handovers;
  const Dialogue dialogue(&answerer, &conversations, &handovers, &shop.clock, {});
  const auto handed_over = [&](const std::string& intent, const std::string& text) {
    shop.Wants(intent, 0.9);
    DialogueQuestion asked;
    asked.question.text = text;
    const auto reply = dialogue.Ask(shop.context, asked);
    REQUIRE(reply.ok());
    REQUIRE_FALSE(reply->handover_id.empty());
    return *handovers.Get(shop.context, reply->handover_id);
  };
  const Handover damaged = handed_over("damaged", "The blender I got is in pieces");
  CHECK(damaged.topic == ComplaintTopic::kQuality);
  CHECK(damaged.reason == "COMPLAINT");
  CHECK_THAT(damaged.summary,
             ContainsSubstring("complains") && ContainsSubstring("The blender I got is in pieces"));
  CHECK_THAT(damaged.summary, !ContainsSubstring("Asked before"));
  CHECK(handed_over("complaint", "Your courier is terrible and the parcel late").topic ==
        ComplaintTopic::kDelivery);
  CHECK(handed_over("complaint", "This will not do at all").topic == ComplaintTopic::kOther);
}

TEST_CASE("what may not stand in a tag is an underscore in it") {
  CHECK(IntentTag("reverted card payment?") == "reverted_card_payment_");
  CHECK(IntentTag("a.b-c_1") == "a.b-c_1");
  CHECK(IntentTag(std::string(70, 'x')) == std::string(64, 'x'));
}

TEST_CASE("rules of intents are read from lists, and mistakes are named") {
  const auto rules =
      ParseIntentRules("agent, human", "complaint, damaged=quality,late = delivery", 0.6);
  REQUIRE(rules.ok());
  CHECK(rules->min_score == 0.6);
  CHECK(rules->persons == std::set<std::string, std::less<>>{"agent", "human"});
  CHECK(rules->complaints.at("complaint") == ComplaintTopic::kNone);
  CHECK(rules->complaints.at("damaged") == ComplaintTopic::kQuality);
  CHECK(rules->complaints.at("late") == ComplaintTopic::kDelivery);
  const auto refusal = [](absl::string_view persons, absl::string_view complaints, double score) {
    const auto refused = ParseIntentRules(persons, complaints, score);
    REQUIRE(absl::IsInvalidArgument(refused.status()));
    return std::string(refused.status().message());
  };
  CHECK_THAT(refusal("", "damaged=smell", 0.5), ContainsSubstring("\"damaged=smell\""));
  CHECK_THAT(refusal("", "=quality", 0.5), ContainsSubstring("\"=quality\""));
  CHECK_THAT(refusal("", "late,late=delivery", 0.5), ContainsSubstring("named twice"));
  CHECK_THAT(refusal("late", "late", 0.5), ContainsSubstring("\"late\""));
  CHECK_THAT(refusal("", "", 1.5), ContainsSubstring("1.5"));
}

}  // namespace
}  // namespace clientele::qa
