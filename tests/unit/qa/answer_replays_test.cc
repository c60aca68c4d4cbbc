// Answers that are recorded, and asked for again.
#include "services/qa-service/core/replays/answer_replays.h"

#include <memory>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "services/qa-service/core/conversations/dialogue.h"
#include "tests/contract/qa/memory_conversation_store.h"
#include "tests/contract/qa/memory_handover_store.h"
#include "tests/contract/qa/memory_recorded_answer_store.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/qa/index_fixture.h"

namespace clientele::qa {
namespace {

using testing::MakeArticle;

constexpr char kShippingCost[] = "How much does shipping cost?";

struct ReplayShop {
  ReplayShop() {
    Publish({MakeArticle("shipping", "Shipping costs",
                         "Shipping costs four pounds for orders within the country. For "
                         "international orders shipping costs nine pounds."),
             MakeArticle("returns", "Returns and refunds",
                         "You can return any item within thirty days of delivery.")});
  }
  void Publish(const std::vector<Article>& articles) {
    IndexBuilder builder("fake/1");
    for (const Article& article : articles) {
      const PreparedArticle prepared = testing::Prepare(article);
      builder.Put({&prepared, 1});
    }
    index = builder.Snapshot();
  }
  absl::StatusOr<Reply> TryAsk(const DialogueQuestion& asked) { return dialogue.Ask({}, asked); }
  Reply Ask(const std::string& text, const std::string& customer = "", bool record = true) {
    DialogueQuestion asked;
    asked.question.text = text;
    asked.question.customer_id = customer;
    asked.record = record;
    const auto reply = TryAsk(asked);
    INFO(reply.status());
    REQUIRE(reply.ok());
    return *reply;
  }
  ReplayedAnswer Replay(const Reply& reply) {
    const AnswerReplays replays(
        &recorded,
        [this](const RequestContext& context, const Question& question) {
          return answerer.Ask(context, question);
        },
        [this] { return is_exact; });
    auto replayed = replays.Replay({}, reply.answer.id);
    INFO(replayed.status());
    REQUIRE(replayed.ok());
    return *std::move(replayed);
  }

  bool is_exact = true;
  int ids = 0;
  std::string lost;
  clientele::testing::FakeClock clock;
  testing::FakeEmbedder embedder;
  testing::MemoryConversationStore conversations{{"ada"}};
  testing::MemoryHandoverStore handovers{{"ada"}};
  testing::MemoryRecordedAnswerStore recorded{{"ada"}};
  std::shared_ptr<const KnowledgeIndex> index;
  Answerer answerer{[this] { return index; }, &embedder, nullptr, &clock, {.new_id = [this] {
                      return "answer" + std::to_string(++ids);
                    }}};
  Dialogue dialogue{&answerer,
                    &conversations,
                    &handovers,
                    &clock,
                    {.recorded = &recorded,
                     .recorded_share = 0.5,
                     .on_lost = [this](absl::string_view what, const absl::Status&) {
                       lost += std::string(what);
                     }}};
};

TEST_CASE("the same articles and models give a recorded question the same answer") {
  ReplayShop shop;
  const Reply reply = shop.Ask(kShippingCost, "ada");
  REQUIRE(reply.is_recorded);
  REQUIRE(reply.answer.state == AnswerState::kAnswered);
  shop.clock.Advance(absl::Hours(100));
  const ReplayedAnswer replayed = shop.Replay(reply);
  CHECK(replayed.is_same);
  CHECK(replayed.is_exact);
  CHECK_FALSE(replayed.has_other_models);
  CHECK(replayed.changed_article_ids.empty());
  CHECK(replayed.recorded.question.text == kShippingCost);
  CHECK(replayed.recorded.question.customer_id == "ada");
  CHECK(replayed.now.text == reply.answer.text);
  CHECK(replayed.now == replayed.recorded.outcome);
}

TEST_CASE("a follow-up is asked again with what it stood for") {
  ReplayShop shop;
  DialogueQuestion first;
  first.question.text = kShippingCost;
  first.question.customer_id = "ada";
  first.start_conversation = true;
  const auto begun = shop.TryAsk(first);
  REQUIRE(begun.ok());
  DialogueQuestion second;
  second.question.text = "and for international orders?";
  second.question.customer_id = "ada";
  second.conversation_id = begun->conversation_id;
  second.record = true;
  const auto reply = shop.TryAsk(second);
  REQUIRE(reply.ok());
  REQUIRE(reply->answer.text.find("nine pounds") != std::string::npos);
  const ReplayedAnswer replayed = shop.Replay(*reply);
  CHECK(replayed.is_same);
  CHECK(replayed.recorded.question.search_text == reply->rewritten);
}

TEST_CASE("what changed since is named") {
  ReplayShop shop;
  const Reply reply = shop.Ask(kShippingCost);
  SECTION("an article with other words") {
    Article shipping =
        MakeArticle("shipping", "Shipping costs", "Shipping costs five pounds everywhere.");
    shipping.revision = 2;
    shop.Publish({shipping, MakeArticle("returns", "Returns and refunds",
                                        "You can return any item within thirty days.")});
    const ReplayedAnswer replayed = shop.Replay(reply);
    CHECK_FALSE(replayed.is_same);
    CHECK(replayed.changed_article_ids.at(0) == "shipping");
    CHECK(replayed.now.text.find("five pounds") != std::string::npos);
    CHECK(replayed.recorded.outcome.text.find("four pounds") != std::string::npos);
  }
  SECTION("another model") {
    IndexBuilder builder("fake/2");
    shop.embedder.model = "fake/2";
    const PreparedArticle prepared = testing::Prepare(
        MakeArticle("shipping", "Shipping costs", "Shipping costs five pounds everywhere."));
    builder.Put({&prepared, 1});
    shop.index = builder.Snapshot();
    CHECK(shop.Replay(reply).has_other_models);
  }
  SECTION("models that compute in another precision") {
    shop.is_exact = false;
    CHECK_FALSE(shop.Replay(reply).is_exact);
  }
}

TEST_CASE("who abstains is asked again, too") {
  ReplayShop shop;
  const Reply reply = shop.Ask("Do you sell umbrellas in Reykjavik?");
  REQUIRE(reply.answer.state == AnswerState::kAbstained);
  const ReplayedAnswer replayed = shop.Replay(reply);
  CHECK(replayed.is_same);
  CHECK(replayed.now.state == AnswerState::kAbstained);
}

TEST_CASE("a share of the answers is recorded without being asked, never one with facts") {
  ReplayShop shop;
  std::vector<int> recorded;
  for (int call = 1; call <= 6; ++call) {
    if (shop.Ask(kShippingCost, "", false).is_recorded) recorded.push_back(call);
  }
  CHECK(recorded == std::vector<int>{2, 4, 6});
  DialogueQuestion with_facts;
  with_facts.question.text = kShippingCost;
  with_facts.question.facts = {"Gold member"};
  for (int call = 0; call < 4; ++call) CHECK_FALSE(shop.TryAsk(with_facts)->is_recorded);
  with_facts.record = true;
  CHECK(absl::IsInvalidArgument(shop.TryAsk(with_facts).status()));
}

TEST_CASE("what cannot be recorded costs no answer, and the answer says so") {
  ReplayShop shop;
  CHECK_FALSE(shop.Ask(kShippingCost, "eve").is_recorded);
  shop.recorded.FailWith(absl::UnavailableError("away"));
  const Reply reply = shop.Ask(kShippingCost, "ada");
  CHECK(reply.answer.state == AnswerState::kAnswered);
  CHECK_FALSE(reply.is_recorded);
  CHECK(shop.lost == "recorded_answer");
  CHECK(shop.recorded.size() == 0);
}

}  // namespace
}  // namespace clientele::qa
