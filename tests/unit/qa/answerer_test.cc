#include "services/qa-service/core/answering/answerer.h"

#include <mutex>

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/qa/index_fixture.h"

namespace clientele::qa {
namespace {

using clientele::testing::FakeClock;
using testing::FakeEmbedder;
using testing::MakeArticle;
using testing::Prepare;

class MemoryLog final : public QuestionLog {
 public:
  absl::Status Record(const RequestContext&, const AskedQuestion& question) override {
    std::lock_guard lock(mutex);
    if (status.ok()) questions.push_back(question);
    return status;
  }
  std::mutex mutex;
  absl::Status status;
  std::vector<AskedQuestion> questions;
};

class ListingListener final : public AnswerListener {
 public:
  absl::Status OnCitations(const std::vector<Citation>& citations) override {
    events.push_back("citations " + std::to_string(citations.size()));
    return absl::OkStatus();
  }
  absl::Status OnText(absl::string_view piece) override {
    events.push_back("text");
    text += std::string(piece);
    return text_status;
  }
  std::vector<std::string> events;
  std::string text;
  absl::Status text_status;
};

struct Shop {
  Shop() {
    IndexBuilder builder("fake/1");
    for (const Article& article :
         {MakeArticle("returns", "Returns and refunds",
                      "We are happy to help. You can return any item within thirty days of "
                      "delivery. Return postage is free for members. Our head office is in Leeds.",
                      "en", {"How do I send something back?"}),
          MakeArticle("shipping", "Shipping costs",
                      "Orders over fifty pounds ship free of charge. Smaller orders cost four "
                      "pounds to ship."),
          MakeArticle("tuihuo", "退货说明", "商品签收后七天内可以申请退货。退货运费由会员免费。",
                      "zh")}) {
      const PreparedArticle prepared = Prepare(article);
      builder.Put({&prepared, 1});
    }
    index = builder.Snapshot();
  }

  absl::StatusOr<Answer> Ask(Question question, AnswerListener* listener = nullptr) {
    const Answerer answerer([this] { return index; }, &embedder, &recorder, &clock, options);
    return answerer.Ask(context, question, listener);
  }
  Answer Ask(const std::string& text) {
    auto answer = Ask(Question{.text = text, .customer_id = "", .language_code = ""});
    REQUIRE(answer.ok());
    return *answer;
  }

  FakeClock clock;
  FakeEmbedder embedder;
  MemoryLog log;
  QuestionRecorder recorder{&log, &clock, {}};
  RequestContext context;
  AnswererOptions options;
  std::shared_ptr<const KnowledgeIndex> index;
};

Question Text(std::string text) {
  Question question;
  question.text = std::move(text);
  return question;
}

TEST_CASE("a question is answered with sentences of the best passage, cited with offsets") {
  Shop shop;
  const Answer answer = shop.Ask("Within how many days can I return an item after delivery?");
  CHECK(answer.state == AnswerState::kAnswered);
  CHECK(answer.text.find("You can return any item within thirty days of delivery.") == 0);
  CHECK(answer.text.find("Leeds") == std::string::npos);
  REQUIRE_FALSE(answer.citations.empty());
  const Citation& first = answer.citations[0];
  CHECK(first.article->article.id == "returns");
  CHECK(first.passage().find("thirty days") != absl::string_view::npos);
  CHECK(first.passage() == absl::string_view(first.article->article.body)
                               .substr(first.range.begin, first.range.end - first.range.begin));
  CHECK(answer.confidence >= 0.5);
  CHECK(answer.confidence <= 1);
  CHECK(answer.models == std::vector<std::string>{"fake/1"});
}

TEST_CASE("a Chinese question is answered from Chinese articles alone") {
  Shop shop;
  const Answer answer = shop.Ask("签收后几天内可以申请退货？");
  CHECK(answer.state == AnswerState::kAnswered);
  CHECK(answer.text.find("商品签收后七天内可以申请退货。") == 0);
  REQUIRE(answer.citations.size() == 1);
  CHECK(answer.citations[0].article->article.id == "tuihuo");
}

TEST_CASE("an unknown topic is not answered, and the nearest articles are shown") {
  Shop shop;
  for (const char* question :
       {"What is the capital of Mongolia?", "Who won the chess championship yesterday?",
        "Why does my telescope show blurry galaxies?", "火星上有没有水？"}) {
    INFO(question);
    const Answer answer = shop.Ask(question);
    CHECK(answer.state == AnswerState::kAbstained);
    CHECK(answer.text.empty());
    CHECK(answer.confidence < 0.5);
  }
  CHECK_FALSE(shop.Ask("Can members fly to Jupiter free of gravity?").citations.empty());
}

TEST_CASE("words that carry no meaning are never answered") {
  Shop shop;
  shop.options.min_confidence = 0;
  CHECK(shop.Ask("How do I do this?").state == AnswerState::kAbstained);
  CHECK(shop.Ask("???").state == AnswerState::kAbstained);
  CHECK(shop.Ask(" ").state == AnswerState::kAbstained);
}

TEST_CASE("an empty index abstains") {
  Shop shop;
  shop.index = IndexBuilder("fake/1").Snapshot();
  const Answer answer = shop.Ask("Can I return an item?");
  CHECK(answer.state == AnswerState::kAbstained);
  CHECK(answer.citations.empty());
  CHECK(answer.confidence == 0);
}

TEST_CASE("the threshold decides between answering and abstaining") {
  Shop shop;
  shop.options.min_confidence = 1.1;
  CHECK(shop.Ask("Can I return an item within thirty days?").state == AnswerState::kAbstained);
}

TEST_CASE("a stream has citations first and its text is the answer's") {
  Shop shop;
  ListingListener listener;
  const auto answer =
      shop.Ask(Text("Can I return an item, and is return postage free?"), &listener);
  REQUIRE(answer.ok());
  REQUIRE(answer->state == AnswerState::kAnswered);
  REQUIRE(listener.events.size() >= 2);
  CHECK(listener.events[0].rfind("citations ", 0) == 0);
  for (std::size_t i = 1; i < listener.events.size(); ++i) CHECK(listener.events[i] == "text");
  CHECK(listener.text == answer->text);
}

TEST_CASE("a listener that fails ends the question") {
  Shop shop;
  ListingListener listener;
  listener.text_status = absl::CancelledError("gone");
  CHECK(absl::IsCancelled(shop.Ask(Text("Can I return an item?"), &listener).status()));
}

TEST_CASE("every wrong field of a question is reported") {
  Shop shop;
  Question question = Text(std::string(4097, 'x'));
  question.customer_id = "no spaces";
  question.language_code = "??";
  question.max_citations = 21;
  const auto answer = shop.Ask(question);
  CHECK(absl::IsInvalidArgument(answer.status()));
  CHECK(GetFieldViolations(answer.status()).size() == 4);
  CHECK(absl::IsInvalidArgument(shop.Ask(Text("")).status()));
  CHECK(absl::IsInvalidArgument(shop.Ask(Text("caf\xC3")).status()));
  CHECK(absl::IsInvalidArgument(shop.Ask(Text(std::string("a\0b", 3))).status()));
  CHECK(shop.embedder.calls == 0);
}

TEST_CASE("at most the asked number of citations") {
  Shop shop;
  Question question = Text("Are return postage and shipping of orders free?");
  CHECK(shop.Ask(question)->citations.size() == 2);
  question.max_citations = 1;
  CHECK(shop.Ask(question)->citations.size() == 1);
}

TEST_CASE("without an index or a model the service says so") {
  Shop shop;
  shop.index = nullptr;
  CHECK(GetReason(shop.Ask(Text("Returns?")).status()) == "INDEX_NOT_READY");
  shop.embedder.model.clear();
  CHECK(GetReason(shop.Ask(Text("Returns?")).status()) == reason::kModelUnavailable);
}

TEST_CASE("past its deadline a question is not computed") {
  Shop shop;
  shop.context.deadline = shop.clock.Now();
  CHECK(absl::IsDeadlineExceeded(shop.Ask(Text("Returns?")).status()));
  CHECK(shop.embedder.calls == 0);
}

TEST_CASE("vectors of another model are not compared; words still answer") {
  Shop shop;
  shop.embedder.model = "fake/2";
  const Answer answer = shop.Ask("Can I return any item within thirty days of delivery?");
  CHECK(answer.state == AnswerState::kAnswered);
  CHECK(answer.models.empty());
  CHECK(shop.Ask("What is the capital of Mongolia?").state == AnswerState::kAbstained);
}

TEST_CASE("only a customer's question is remembered, and a failing log changes no answer") {
  Shop shop;
  Question question = Text("Can I return any item within thirty days?");
  REQUIRE(shop.Ask(question).ok());
  question.customer_id = "ada";
  REQUIRE(shop.Ask(question).ok());
  shop.recorder.Drain();
  REQUIRE(shop.log.questions.size() == 1);
  CHECK(shop.log.questions[0].customer_id == "ada");
  CHECK(shop.log.questions[0].article_id == "returns");
  CHECK(shop.log.questions[0].time == shop.clock.Now());
  CHECK(shop.recorder.dropped() == 0);

  shop.log.status = absl::UnavailableError("down");
  CHECK(shop.Ask(question).ok());  // the recorder is drained: dropped and counted
  CHECK(shop.recorder.dropped() == 1);
}

}  // namespace
}  // namespace clientele::qa
