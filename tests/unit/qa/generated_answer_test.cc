// Answers that a generator writes: what remains of them, and what happens when there is none.
#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"
#include "services/qa-service/core/answering/answerer.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/qa/fake_writer.h"
#include "tests/unit/qa/index_fixture.h"

namespace clientele::qa {
namespace {

using clientele::testing::FakeClock;
using testing::FakeEmbedder;
using testing::FakeWriter;
using testing::MakeArticle;
using testing::Prepare;

constexpr char kReturnQuestion[] = "Within how many days can I return an item after delivery?";

class DraftListener final : public AnswerListener {
 public:
  void OnDraft(absl::string_view piece) override {
    events.push_back("draft " + std::string(piece));
  }
  absl::Status OnCitations(const std::vector<Citation>& citations) override {
    events.push_back("citations " + std::to_string(citations.size()));
    return absl::OkStatus();
  }
  absl::Status OnText(absl::string_view piece) override {
    events.push_back("text " + std::string(piece));
    return absl::OkStatus();
  }
  std::vector<std::string> events;
};

struct GeneratingShop {
  GeneratingShop() {
    IndexBuilder builder("fake/1");
    for (const Article& article :
         {MakeArticle("returns", "Returns and refunds",
                      "You can return any item within thirty days of delivery. Return postage is "
                      "free for members.",
                      "en", {"How do I send something back?"}),
          MakeArticle("gifts", "Returning gifts",
                      "A gift can be returned by whoever received it after delivery. The giver is "
                      "never told."),
          MakeArticle("shipping", "Shipping costs",
                      "Orders over fifty pounds ship free of charge.")}) {
      const PreparedArticle prepared = Prepare(article);
      builder.Put({&prepared, 1});
    }
    index = builder.Snapshot();
  }
  Answer Ask(Question question, AnswerListener* listener = nullptr) {
    const auto answer = answerer.Ask(context, question, listener);
    INFO(answer.status());
    REQUIRE(answer.ok());
    return *answer;
  }
  Answer Ask(AnswerMode mode) {
    Question question;
    question.text = kReturnQuestion;
    question.mode = mode;
    return Ask(question);
  }

  FakeClock clock;
  FakeEmbedder embedder;
  FakeWriter writer;
  std::shared_ptr<const KnowledgeIndex> index;
  GroundedWriter grounded{&writer, &embedder, &clock, {}};
  Answerer answerer{[this] { return index; }, &embedder, nullptr, &clock, {},
                    {.writer = &grounded}};
  RequestContext context;
};

TEST_CASE("what is supported is the answer, and what is not is removed and counted") {
  GeneratingShop shop;
  shop.writer.pieces = {"Any item can be returned ", "within 30 days of delivery. ",
                        "You get a free bicycle. ", "Return postage costs ninety pounds."};
  const Answer answer = shop.Ask(AnswerMode::kAuto);
  CHECK(answer.state == AnswerState::kAnswered);
  CHECK(answer.text == "Any item can be returned within 30 days of delivery.");
  CHECK(answer.mode == AnswerMode::kGenerative);
  CHECK(answer.removed_sentences == 2);
  CHECK(answer.fallback_reason.empty());
  CHECK_FALSE(answer.partial);
  CHECK(answer.models == std::vector<std::string>{"fake/1", "fake-generator/1"});
}

TEST_CASE("only the passages that support a sentence are cited") {
  GeneratingShop shop;
  shop.writer.pieces = {"The giver of a gift is never told."};
  const Answer answer = shop.Ask(AnswerMode::kGenerative);
  REQUIRE(answer.citations.size() == 1);
  CHECK(answer.citations[0].article->article.id == "gifts");
}

TEST_CASE("an answer of which nothing is supported falls back to the article's sentences") {
  GeneratingShop shop;
  shop.writer.pieces = {"You get a free bicycle within ninety days."};
  const Answer answer = shop.Ask(AnswerMode::kGenerative);
  CHECK(answer.state == AnswerState::kAnswered);
  CHECK(answer.mode == AnswerMode::kExtractive);
  CHECK(answer.fallback_reason == fallback_reason::kNotSupported);
  CHECK(answer.text.find("within thirty days") != std::string::npos);
  CHECK(answer.removed_sentences == 1);
}

TEST_CASE("a generator that is away, busy or broken costs no answer, and its absence is said") {
  const std::pair<absl::Status, const char*> failures[] = {
      {UnavailableError(reason::kModelUnavailable, "none serves", absl::Seconds(1)),
       fallback_reason::kGeneratorUnavailable},
      {absl::ResourceExhaustedError("full"), fallback_reason::kGeneratorBusy},
      {absl::InternalError("broken"), fallback_reason::kGeneratorFailed}};
  for (const auto& [failure, reason] : failures) {
    INFO(reason);
    GeneratingShop shop;
    shop.writer.failure = failure;
    shop.writer.pieces = {"You can return any item within thirty days of delivery."};
    const Answer answer = shop.Ask(AnswerMode::kAuto);
    CHECK(answer.state == AnswerState::kAnswered);
    CHECK(answer.mode == AnswerMode::kExtractive);
    CHECK(answer.fallback_reason == reason);
  }
}

TEST_CASE("whoever asks for a generator that the service has not is told") {
  GeneratingShop shop;
  const Answerer without([&] { return shop.index; }, &shop.embedder, nullptr, &shop.clock, {});
  Question question;
  question.text = kReturnQuestion;
  const auto automatic = without.Ask({}, question);
  REQUIRE(automatic.ok());
  CHECK(automatic->mode == AnswerMode::kExtractive);
  CHECK(automatic->fallback_reason.empty());
  question.mode = AnswerMode::kGenerative;
  const auto asked = without.Ask({}, question);
  REQUIRE(asked.ok());
  CHECK(asked->mode == AnswerMode::kExtractive);
  CHECK(asked->fallback_reason == fallback_reason::kGeneratorUnavailable);
}

TEST_CASE("a deadline shorter than the generation gives the best so far, marked") {
  GeneratingShop shop;
  shop.writer.clock = &shop.clock;
  shop.writer.time_per_piece = absl::Seconds(1);
  shop.writer.pieces = {"You can return any item within thirty days of delivery. ", "Return ",
                        "postage ", "is ", "free for members."};
  shop.context.deadline = shop.clock.Now() + absl::Seconds(4);
  const Answer answer = shop.Ask(AnswerMode::kGenerative);
  CHECK(answer.text == "You can return any item within thirty days of delivery.");
  CHECK(answer.partial);
  CHECK(answer.mode == AnswerMode::kGenerative);
  // Time for the check is left.
  CHECK(shop.writer.last_deadline < shop.context.deadline);
}

TEST_CASE("a deadline before the first sentence is complete gives the article's sentences") {
  GeneratingShop shop;
  shop.writer.clock = &shop.clock;
  shop.writer.time_per_piece = absl::Seconds(1);
  shop.writer.pieces = {"You can ", "return any ", "item within thirty days of delivery."};
  shop.context.deadline = shop.clock.Now() + absl::Seconds(2);
  const Answer answer = shop.Ask(AnswerMode::kGenerative);
  CHECK(answer.mode == AnswerMode::kExtractive);
  CHECK(answer.fallback_reason == fallback_reason::kDeadline);
  CHECK_FALSE(answer.partial);
}

TEST_CASE("a cancelled question ends as cancelled") {
  GeneratingShop shop;
  shop.writer.failure = absl::CancelledError("gone");
  Question question;
  question.text = kReturnQuestion;
  CHECK(absl::IsCancelled(shop.answerer.Ask({}, question).status()));
}

TEST_CASE("drafts come as they are written, then citations, then what was checked") {
  GeneratingShop shop;
  shop.writer.pieces = {"You get a bicycle. ", "Return postage is free for members."};
  DraftListener listener;
  Question question;
  question.text = kReturnQuestion;
  const Answer answer = shop.Ask(question, &listener);
  CHECK(listener.events == std::vector<std::string>{"draft You get a bicycle. ",
                                                    "draft Return postage is free for members.",
                                                    "citations 1",
                                                    "text Return postage is free for members."});
}

TEST_CASE("the generator is told passages as plain text, the conversation and the facts") {
  GeneratingShop shop;
  shop.writer.pieces = {"Return postage is free for members."};
  Question question;
  question.text = kReturnQuestion;
  question.conversation = {{"Do you have shoes?", "We do."}};
  question.facts = {"Gold member since 2021"};
  shop.Ask(question);
  const WritingTask& task = shop.writer.last_task;
  CHECK(task.question == kReturnQuestion);
  CHECK(task.language == "en");
  REQUIRE(task.conversation.size() == 1);
  CHECK(task.conversation[0].answer == "We do.");
  CHECK(task.facts == question.facts);
  REQUIRE_FALSE(task.passages.empty());
  CHECK(task.passages[0].find("thirty days") != std::string::npos);
}

TEST_CASE("nothing is generated where the articles do not answer") {
  GeneratingShop shop;
  shop.writer.pieces = {"Ulaanbaatar."};
  Question question;
  question.text = "What is the capital of Mongolia?";
  question.mode = AnswerMode::kGenerative;
  CHECK(shop.Ask(question).state == AnswerState::kAbstained);
  CHECK(shop.writer.last_task.question.empty());
}

TEST_CASE("a curated answer is the whole of what people wrote to such a question") {
  GeneratingShop shop;
  Question question;
  question.text = "How do I send something back?";
  question.mode = AnswerMode::kCurated;
  const Answer answer = shop.Ask(question);
  CHECK(answer.state == AnswerState::kAnswered);
  CHECK(answer.mode == AnswerMode::kCurated);
  CHECK(answer.text ==
        "You can return any item within thirty days of delivery. Return postage is free for "
        "members.");
}

TEST_CASE("without a question like it there is no curated answer") {
  GeneratingShop shop;
  Question question;
  question.text = "Do orders over fifty pounds ship free of charge?";
  question.mode = AnswerMode::kCurated;
  const Answer answer = shop.Ask(question);
  CHECK(answer.state == AnswerState::kAbstained);
  CHECK(answer.reason == answer_reason::kNotCurated);
}

TEST_CASE("facts are bounded") {
  Question question;
  question.text = kReturnQuestion;
  question.facts.assign(21, "fact");
  CHECK(absl::IsInvalidArgument(CheckQuestion(question)));
  question.facts = {std::string(257, 'x')};
  CHECK(absl::IsInvalidArgument(CheckQuestion(question)));
  question.facts = {"Gold member"};
  CHECK(CheckQuestion(question).ok());
}

}  // namespace
}  // namespace clientele::qa
