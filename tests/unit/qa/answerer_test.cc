#include "services/qa-service/core/answering/answerer.h"

#include <cmath>
#include <map>
#include <optional>

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"
#include "tests/contract/qa/memory_question_log.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/qa/index_fixture.h"

namespace clientele::qa {
namespace {

using clientele::testing::FakeClock;
using testing::FakeEmbedder;
using testing::MakeArticle;
using testing::MemoryQuestionLog;
using testing::Prepare;

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

struct AnswererShop {
  AnswererShop() {
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
  MemoryQuestionLog log{{"ada"}};
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
  AnswererShop shop;
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

TEST_CASE("a Chinese question is answered from the Chinese article") {
  AnswererShop shop;
  const Answer answer = shop.Ask("签收后几天内可以申请退货？");
  CHECK(answer.state == AnswerState::kAnswered);
  CHECK(answer.text.find("商品签收后七天内可以申请退货。") == 0);
  REQUIRE(answer.citations.size() == 1);
  CHECK(answer.citations[0].article->article.id == "tuihuo");
}

TEST_CASE("an unknown topic is not answered, and the nearest articles are shown") {
  AnswererShop shop;
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
  AnswererShop shop;
  shop.options.min_confidence = 0;
  CHECK(shop.Ask("How do I do this?").state == AnswerState::kAbstained);
  CHECK(shop.Ask("???").state == AnswerState::kAbstained);
  CHECK(shop.Ask(" ").state == AnswerState::kAbstained);
}

TEST_CASE("an empty index abstains") {
  AnswererShop shop;
  shop.index = IndexBuilder("fake/1").Snapshot();
  const Answer answer = shop.Ask("Can I return an item?");
  CHECK(answer.state == AnswerState::kAbstained);
  CHECK(answer.citations.empty());
  CHECK(answer.confidence == 0);
}

TEST_CASE("the threshold decides between answering and abstaining") {
  AnswererShop shop;
  shop.options.min_confidence = 1.1;
  CHECK(shop.Ask("Can I return an item within thirty days?").state == AnswerState::kAbstained);
}

TEST_CASE("an encoder's own weight of words goes before the service's") {
  AnswererShop shop;
  const auto score = [&](std::optional<double> weight) {
    shop.embedder.lexical_weight = weight;
    return shop.Ask("what does it cost to ship a smaller order").citations.at(0).score;
  };
  const double usual = score(std::nullopt);
  CHECK(score(shop.options.search.fusion.lexical_weight) == usual);
  CHECK(score(1) != usual);
  const double by_words = score(1);
  const double by_vectors = score(0);
  // A convex combination of both.
  const double weight = shop.options.search.fusion.lexical_weight;
  CHECK(std::abs(usual - (weight * by_words + (1 - weight) * by_vectors)) < 1e-6);
}

TEST_CASE("a stream has citations first and its text is the answer's") {
  AnswererShop shop;
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
  AnswererShop shop;
  ListingListener listener;
  listener.text_status = absl::CancelledError("gone");
  CHECK(absl::IsCancelled(shop.Ask(Text("Can I return an item?"), &listener).status()));
}

TEST_CASE("every wrong field of a question is reported") {
  AnswererShop shop;
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

TEST_CASE("languages and characters may be mixed, and small typos are forgiven") {
  AnswererShop shop;
  for (const char* const question :
       {"商品簽收後幾天內可以申請退貨？", "签 收 后 几 天 内 可 以 申 请 退 货 ？",
        "Samsung Galaxy Ultra 怎么申请退货？", "How do I 申请退货 的商品?"}) {
    INFO(question);
    const Answer answer = shop.Ask(question);
    CHECK(answer.state == AnswerState::kAnswered);
    CHECK(answer.citations.front().article->article.id == "tuihuo");
  }
  const Answer answer = shop.Ask("Can I retrun an item wihtin thirty dyas?");
  CHECK(answer.state == AnswerState::kAnswered);
  CHECK(answer.citations.front().article->article.id == "returns");
}

TEST_CASE("whoever wants a person gets one, and the nearest articles") {
  AnswererShop shop;
  const Answer answer = shop.Ask("I want to talk to a human about a return");
  CHECK(answer.state == AnswerState::kHandedOver);
  CHECK(answer.reason == answer_reason::kWishForPerson);
  CHECK(answer.text == "A colleague of ours will take over and help you.");
  CHECK(!answer.citations.empty());
  CHECK(shop.Ask("转人工").text == "好的，我们会请一位同事来帮助您。");
}

TEST_CASE("an abstention says why") {
  AnswererShop shop;
  CHECK(shop.Ask("How do I do this?").reason == answer_reason::kNoContent);
  CHECK(shop.Ask("What is the capital of Mongolia?").reason == answer_reason::kLowConfidence);
  CHECK(shop.Ask("Can I return any item?").reason.empty());
  IndexBuilder builder("fake/1");
  shop.index = builder.Snapshot();
  CHECK(shop.Ask("Can I return any item?").reason == answer_reason::kNoArticle);
}

TEST_CASE("marks of Markdown and HTML never reach an answer, nor does the question itself") {
  AnswererShop shop;
  IndexBuilder builder("fake/1");
  for (const Article& article :
       {MakeArticle(
            "plimbo", "Plimbo reset",
            "Q: How do I reset the Plimbo?\nA: Hold the **red** button for `five` seconds."),
        MakeArticle("gribble", "Gribble opening",
                    "<h2>When does the Gribble shop open?</h2><p>The Gribble shop opens at "
                    "7&nbsp;am &amp; closes at 9&nbsp;pm.</p>"),
        MakeArticle(
            "drazzle", "Drazzle setup",
            "## Setting up the Drazzle\n\n1. Unplug the Drazzle.\n2. Press the green switch "
            "twice.\n3. Plug it in again.\n")}) {
    const PreparedArticle prepared = Prepare(article);
    builder.Put({&prepared, 1});
  }
  shop.index = builder.Snapshot();
  CHECK(shop.Ask("How do I reset the Plimbo?").text == "Hold the red button for five seconds.");
  CHECK(shop.Ask("When does the Gribble shop open?").text ==
        "The Gribble shop opens at 7 am & closes at 9 pm.");
  CHECK(shop.Ask("How do I set up the Drazzle?").text ==
        "Unplug the Drazzle. Press the green switch twice. Plug it in again.");
}

TEST_CASE("what is asked for by its kind stands in the answer, or there is none") {
  AnswererShop shop;
  IndexBuilder builder("fake/1");
  const Article article =
      MakeArticle("phone", "Your phone number", "You change your phone number in your account.",
                  "en", {"How do I change my phone number?"});
  const PreparedArticle prepared = Prepare(article);
  builder.Put({&prepared, 1});
  shop.index = builder.Snapshot();
  CHECK(shop.Ask("How do I change my phone number?").state == AnswerState::kAnswered);
  const Answer answer = shop.Ask("what is your phone number");
  CHECK(answer.state == AnswerState::kAbstained);
  CHECK(answer.reason == answer_reason::kNotStated);
}

TEST_CASE("at most the asked number of citations") {
  AnswererShop shop;
  Question question = Text("Are return postage and shipping of orders free?");
  CHECK(shop.Ask(question)->citations.size() == 2);
  question.max_citations = 1;
  CHECK(shop.Ask(question)->citations.size() == 1);
}

TEST_CASE("without an index or a model the service says so") {
  AnswererShop shop;
  shop.index = nullptr;
  CHECK(GetReason(shop.Ask(Text("Returns?")).status()) == "INDEX_NOT_READY");
  shop.embedder.model.clear();
  CHECK(GetReason(shop.Ask(Text("Returns?")).status()) == reason::kModelUnavailable);
}

TEST_CASE("past its deadline a question is not computed") {
  AnswererShop shop;
  shop.context.deadline = shop.clock.Now();
  CHECK(absl::IsDeadlineExceeded(shop.Ask(Text("Returns?")).status()));
  CHECK(shop.embedder.calls == 0);
}

TEST_CASE("vectors of another model are not compared; words still answer") {
  AnswererShop shop;
  shop.embedder.model = "fake/2";
  const Answer answer = shop.Ask("Can I return any item within thirty days of delivery?");
  CHECK(answer.state == AnswerState::kAnswered);
  CHECK(answer.models.empty());
  CHECK(shop.Ask("What is the capital of Mongolia?").state == AnswerState::kAbstained);
}

TEST_CASE("only a customer's question is remembered") {
  AnswererShop shop;
  Question question = Text("Can I return any item within thirty days?");
  REQUIRE(shop.Ask(question).ok());
  question.customer_id = "ada";
  REQUIRE(shop.Ask(question).ok());
  shop.recorder.Drain();
  const std::vector<AskedQuestion> remembered = shop.log.questions();
  REQUIRE(remembered.size() == 1);
  CHECK(remembered[0].customer_id == "ada");
  CHECK(remembered[0].article_id == "returns");
  CHECK(remembered[0].time == shop.clock.Now());
  CHECK(shop.recorder.dropped() == 0);
}

TEST_CASE("a log that fails or is closed changes no answer, and what it lost is counted") {
  AnswererShop shop;
  Question question = Text("Can I return any item within thirty days?");
  question.customer_id = "ada";
  shop.log.FailWith(absl::UnavailableError("away"));
  CHECK(shop.Ask(question).ok());
  shop.recorder.Drain();
  CHECK(shop.recorder.dropped() == 1);
  shop.log.FailWith(absl::OkStatus());
  CHECK(shop.Ask(question).ok());  // the recorder is closed
  CHECK(shop.recorder.dropped() == 2);
  CHECK(shop.log.questions().empty());
}

TEST_CASE("an answer ends with its article's time, and begins with the next one's") {
  AnswererShop shop;
  const absl::Time change = shop.clock.Now() + absl::Hours(1);
  IndexBuilder builder("fake/1");
  Article now = MakeArticle("now", "Postage", "Postage for members is two pounds.");
  now.valid_until = change;
  Article later = MakeArticle("later", "Postage", "Postage for members is three pounds.");
  later.valid_from = change;
  for (const Article& article : {now, later}) {
    const PreparedArticle prepared = Prepare(article);
    builder.Put({&prepared, 1});
  }
  shop.index = builder.Snapshot();
  const std::string question = "How much is postage for members?";
  CHECK(shop.Ask(question).text.find("two pounds") != std::string::npos);
  shop.clock.Advance(absl::Hours(1) - absl::Nanoseconds(1));
  CHECK(shop.Ask(question).text.find("two pounds") != std::string::npos);
  shop.clock.Advance(absl::Nanoseconds(1));
  const Answer answer = shop.Ask(question);
  CHECK(answer.text.find("three pounds") != std::string::npos);
  for (const Citation& citation : answer.citations) CHECK(citation.article->article.id == "later");
}

TEST_CASE("what is for agents is never told to whoever is none") {
  AnswererShop shop;
  IndexBuilder builder("fake/1");
  Article inside =
      MakeArticle("inside", "Goodwill", "Goodwill vouchers of ten pounds may be given.");
  inside.audiences = {"agents"};
  const PreparedArticle prepared = Prepare(inside);
  builder.Put({&prepared, 1});
  shop.index = builder.Snapshot();
  Question question = Text("May goodwill vouchers of ten pounds be given?");
  const auto outside = shop.Ask(question);
  REQUIRE(outside.ok());
  CHECK(outside->state == AnswerState::kAbstained);
  CHECK(outside->citations.empty());
  question.audience = "agents";
  const auto agent = shop.Ask(question);
  REQUIRE(agent.ok());
  CHECK(agent->state == AnswerState::kAnswered);
  question.audience = "no such audience";
  CHECK(absl::IsInvalidArgument(shop.Ask(question).status()));
}

TEST_CASE("a search gives passages, decides nothing and keeps nothing") {
  AnswererShop shop;
  const Answerer answerer([&] { return shop.index; }, &shop.embedder, &shop.recorder, &shop.clock,
                          {.min_confidence = 1.1});
  Question question = Text("return an item");
  question.customer_id = "ada";
  question.max_citations = 2;
  const auto found = answerer.Search({}, question);
  REQUIRE(found.ok());
  REQUIRE_FALSE(found->empty());
  CHECK(found->size() <= 2);
  CHECK(found->front().article->article.id == "returns");
  shop.recorder.Drain();
  CHECK(shop.log.questions().empty());
  CHECK(absl::IsInvalidArgument(answerer.Search({}, Text("")).status()));
}

TEST_CASE("an encoder's own confidence goes before the service's") {
  AnswererShop shop;
  const std::string question = "Can I return an item within thirty days?";
  CHECK(shop.Ask(question).state == AnswerState::kAnswered);
  std::map<std::string, double> fitted = {{"confidence.bias", -1},     {"confidence.coverage", 0},
                                          {"confidence.mass", 0},      {"confidence.cosine", 0},
                                          {"confidence.agreement", 0}, {"confidence.margin", 0},
                                          {"confidence.minimum", 0.3}};
  shop.embedder.fitted = std::make_shared<const std::map<std::string, double>>(fitted);
  const Answer doubtful = shop.Ask(question);
  CHECK(doubtful.state == AnswerState::kAbstained);
  CHECK(std::abs(doubtful.confidence - 0.2689414) < 1e-6);
  fitted["confidence.minimum"] = 0.2;
  shop.embedder.fitted = std::make_shared<const std::map<std::string, double>>(fitted);
  CHECK(shop.Ask(question).state == AnswerState::kAnswered);
  shop.options.min_confidence = 0.5;
  CHECK(shop.Ask(question).state == AnswerState::kAbstained);
  // Numbers that are not all there do not count.
  shop.options.min_confidence.reset();
  fitted.erase("confidence.mass");
  shop.embedder.fitted = std::make_shared<const std::map<std::string, double>>(fitted);
  CHECK(shop.Ask(question).confidence > 0.5);
}

}  // namespace
}  // namespace clientele::qa
