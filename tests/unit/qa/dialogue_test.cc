#include "services/qa-service/core/conversations/dialogue.h"

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"
#include "tests/contract/qa/memory_conversation_store.h"
#include "tests/contract/qa/memory_handover_store.h"
#include "tests/contract/qa/memory_question_log.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/qa/index_fixture.h"

namespace clientele::qa {
namespace {

using clientele::testing::FakeClock;
using testing::FakeEmbedder;
using testing::MakeArticle;
using testing::MemoryConversationStore;
using testing::MemoryHandoverStore;

struct DialogueShop {
  DialogueShop() {
    IndexBuilder builder("fake/1");
    for (const Article& article :
         {MakeArticle("shipping", "Shipping costs",
                      "Shipping costs four pounds for orders within the country. For "
                      "international orders shipping costs nine pounds."),
          MakeArticle("returns", "Returns and refunds",
                      "You can return any item within thirty days of delivery."),
          MakeArticle("tuihuo", "退货说明", "商品签收后七天内可以申请退货。退货运费由会员免费。",
                      "zh")}) {
      const PreparedArticle prepared = testing::Prepare(article);
      builder.Put({&prepared, 1});
    }
    index = builder.Snapshot();
  }

  absl::StatusOr<Reply> TryAsk(const DialogueQuestion& asked) {
    const Answerer answerer([this] { return index; }, &embedder, nullptr, &clock, {});
    const Dialogue dialogue(&answerer, &conversations, &handovers, &clock,
                            {.conversation_retention = absl::Hours(24),
                             .on_lost = [this](absl::string_view what,
                                               const absl::Status&) { lost += std::string(what); },
                             .new_id = [this] { return "id" + std::to_string(++ids); }});
    return dialogue.Ask(context, asked);
  }
  Reply Ask(const std::string& text, const std::string& conversation = "",
            const std::string& customer = "") {
    DialogueQuestion asked;
    asked.question.text = text;
    asked.question.customer_id = customer;
    asked.conversation_id = conversation;
    const auto reply = TryAsk(asked);
    INFO(reply.status().ToString());
    REQUIRE(reply.ok());
    return *reply;
  }
  Reply Start(const std::string& text, const std::string& customer = "") {
    DialogueQuestion asked;
    asked.question.text = text;
    asked.question.customer_id = customer;
    asked.start_conversation = true;
    const auto reply = TryAsk(asked);
    REQUIRE(reply.ok());
    return *reply;
  }

  FakeClock clock;
  FakeEmbedder embedder;
  MemoryConversationStore conversations{{"ada", "bob"}};
  MemoryHandoverStore handovers{{"ada", "bob"}};
  RequestContext context;
  std::shared_ptr<const KnowledgeIndex> index;
  std::string lost;
  int ids = 0;
};

constexpr char kShipping[] = "How much does shipping cost?";

TEST_CASE("a plain question calls no store and has no trace of a conversation") {
  DialogueShop shop;
  shop.conversations.FailWith(absl::InternalError("called"));
  shop.handovers.FailWith(absl::InternalError("called"));
  const Reply reply = shop.Ask(kShipping);
  CHECK(reply.answer.state == AnswerState::kAnswered);
  CHECK(reply.conversation_id.empty());
  CHECK(reply.handover_id.empty());
  CHECK_FALSE(reply.in_conversation);
  CHECK(shop.conversations.calls() == 0);
}

TEST_CASE("a follow-up is answered with what came before, and says how it was understood") {
  DialogueShop shop;
  CHECK(shop.Ask("and for international orders?").rewritten.empty());
  const Reply first = shop.Start(kShipping, "ada");
  CHECK(first.conversation_id == "id1");
  CHECK(first.rewritten.empty());
  const Reply second = shop.Ask("and for international orders?", "id1", "ada");
  CHECK(second.conversation_id == "id1");
  CHECK(second.rewritten == "for international orders shipping cost");
  REQUIRE(second.answer.state == AnswerState::kAnswered);
  CHECK(second.answer.text.find("nine pounds") != std::string::npos);
  const auto kept = shop.conversations.Get(shop.context, "ada", "id1", absl::InfinitePast());
  REQUIRE(kept.ok());
  REQUIRE(kept->turns.size() == 2);
  CHECK(kept->turns[1].question == "and for international orders?");
  CHECK(kept->turns[1].article_id == "shipping");
}

TEST_CASE("what stands on its own is answered as without a conversation") {
  DialogueShop shop;
  const Answer alone = shop.Ask("Within how many days can I return an item?").answer;
  shop.Start(kShipping);
  const Reply reply = shop.Ask("Within how many days can I return an item?", "id1");
  CHECK(reply.rewritten.empty());
  CHECK(reply.answer.text == alone.text);
  CHECK(reply.answer.confidence == alone.confidence);
}

TEST_CASE("a short question has the language of its conversation") {
  DialogueShop shop;
  shop.Start("签收后几天内可以申请退货？");
  CHECK(shop.Ask("ok?", "id1").answer.language == "zh");
  CHECK(shop.Ask("ok?").answer.language == "en");
  CHECK(shop.Ask("How much does shipping cost?", "id1").answer.language == "en");
}

TEST_CASE("another customer's conversation, one that ended and none at all are refused alike") {
  DialogueShop shop;
  shop.Start(kShipping, "ada");
  DialogueQuestion asked;
  asked.question.text = "and abroad?";
  asked.conversation_id = "id1";
  for (const char* customer : {"bob", ""}) {
    asked.question.customer_id = customer;
    CHECK(absl::IsNotFound(shop.TryAsk(asked).status()));
  }
  asked.question.customer_id = "ada";
  shop.clock.Advance(absl::Hours(25));
  CHECK(absl::IsNotFound(shop.TryAsk(asked).status()));
  asked.start_conversation = true;
  asked.conversation_id = "not an id";
  const auto refused = shop.TryAsk(asked);
  CHECK(absl::IsInvalidArgument(refused.status()));
  CHECK(GetFieldViolations(refused.status()).size() == 2);
}

TEST_CASE("a wish for a person is handed over with what was said") {
  DialogueShop shop;
  shop.Start("My parcel still has not arrived, where is it?", "ada");
  const Reply reply = shop.Ask("Let me talk to a human", "id1", "ada");
  CHECK(reply.answer.state == AnswerState::kHandedOver);
  REQUIRE(reply.handover_id == "id2");
  const auto handover = shop.handovers.Get(shop.context, "id2");
  REQUIRE(handover.ok());
  CHECK(handover->customer_id == "ada");
  CHECK(handover->conversation_id == "id1");
  CHECK(handover->reason == answer_reason::kWishForPerson);
  CHECK(handover->topic == ComplaintTopic::kDelivery);
  REQUIRE(handover->transcript.size() == 2);
  CHECK(handover->transcript[1].question == "Let me talk to a human");
  CHECK(handover->transcript[1].answer == reply.answer.text);
  CHECK(handover->summary.find("where is it?") != std::string::npos);
}

TEST_CASE("a wish outside a conversation is handed over too, of nobody or of a known customer") {
  DialogueShop shop;
  CHECK(shop.Ask("转人工").handover_id == "id1");
  CHECK(shop.handovers.handovers()[0].language == "zh");
  CHECK(shop.handovers.handovers()[0].conversation_id.empty());
  CHECK(shop.Ask("talk to a human", "", "bob").handover_id == "id2");
  const Reply unknown = shop.Ask("talk to a human", "", "nobody");
  CHECK(unknown.answer.state == AnswerState::kHandedOver);
  CHECK(unknown.handover_id.empty());
  CHECK(shop.conversations.calls() == 0);
}

TEST_CASE("the same request makes one hand-over and one turn") {
  DialogueShop shop;
  shop.Start(kShipping);
  DialogueQuestion asked;
  asked.question.text = "talk to a human";
  asked.conversation_id = "id1";
  asked.mutation = {"tester", "Ask", "r1", std::string(32, '.')};
  CHECK(shop.TryAsk(asked)->handover_id == "id2");
  CHECK(shop.TryAsk(asked)->handover_id == "id2");
  CHECK(shop.handovers.handovers().size() == 1);
  CHECK(shop.conversations.Get(shop.context, "", "id1", absl::InfinitePast())->turns.size() == 2);
}

TEST_CASE("a question that is sent again is understood as the first time") {
  DialogueShop shop;
  shop.Start("hello");
  DialogueQuestion asked;
  asked.question.text = "What about refunds?";
  asked.conversation_id = "id1";
  asked.mutation = {"tester", "Ask", "r1", std::string(32, '.')};
  const auto first = shop.TryAsk(asked);
  REQUIRE(first->answer.state == AnswerState::kAnswered);
  CHECK(first->rewritten.empty());
  CHECK(shop.TryAsk(asked)->rewritten.empty());
}

TEST_CASE("while the store is unavailable questions are answered alone, and nothing is promised") {
  DialogueShop shop;
  shop.Start(kShipping);
  shop.conversations.FailWith(absl::UnavailableError("away"));
  shop.handovers.FailWith(absl::UnavailableError("away"));
  const Reply reply = shop.Ask("Within how many days can I return an item?", "id1");
  CHECK(reply.answer.state == AnswerState::kAnswered);
  CHECK(reply.conversation_id.empty());
  CHECK(shop.lost == "conversation");
  CHECK(shop.Start(kShipping).conversation_id.empty());
  const Reply wish = shop.Ask("talk to a human");
  CHECK(wish.answer.state == AnswerState::kHandedOver);
  CHECK(wish.handover_id.empty());
  CHECK(shop.lost == "conversationconversationhandover");
  shop.handovers.FailWith(absl::DataLossError("broken"));
  DialogueQuestion asked;
  asked.question.text = "talk to a human";
  CHECK(absl::IsDataLoss(shop.TryAsk(asked).status()));
}

}  // namespace
}  // namespace clientele::qa
