// Answers for which a reranker and a reader looked at the passages: their order, their sentences,
// how sure they are, and what happens when a model is not there.
#include <cmath>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include "common/status/error_details.h"
#include "services/qa-service/core/answering/answerer.h"
#include "services/qa-service/core/answering/confidence_settings.h"
#include "services/qa-service/core/answering/judgment.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/qa/fake_judges.h"
#include "tests/unit/qa/index_fixture.h"

namespace clientele::qa {
namespace {

using Catch::Matchers::WithinAbs;
using clientele::testing::FakeClock;
using testing::FakeEmbedder;
using testing::FakeRanker;
using testing::FakeReader;
using testing::FirstCited;
using testing::MakeArticle;
using testing::Prepare;

constexpr char kAskedDays[] = "Within how many days can I return an item after delivery?";

struct JudgedShop {
  JudgedShop() {
    IndexBuilder builder("fake/1");
    for (const Article& article :
         {MakeArticle("returns", "Returns and refunds",
                      "# Returns\n\nWe are glad to help with every item. You can return any item "
                      "within thirty days of delivery. Return postage is free for members."),
          MakeArticle("gifts", "Returning gifts",
                      "A gift can be returned by whoever received it after delivery. The giver is "
                      "never told of the return."),
          MakeArticle("shipping", "Shipping costs",
                      "Orders over fifty pounds ship free of charge after delivery is chosen.")}) {
      const PreparedArticle prepared = Prepare(article);
      builder.Put({&prepared, 1});
    }
    index = builder.Snapshot();
  }
  absl::StatusOr<Answer> TryAsk(const PassageRanker* used_ranker,
                                const PassageReader* used_reader) {
    const PassageJudge judge(used_ranker, used_reader, &clock, judge_options);
    const Answerer answerer([this] { return index; }, &embedder, nullptr, &clock, options,
                            {.judge = &judge});
    Question question;
    question.text = kAskedDays;
    return answerer.Ask(context, question);
  }
  Answer Ask(const PassageRanker* used_ranker, const PassageReader* used_reader) {
    auto answer = TryAsk(used_ranker, used_reader);
    INFO(answer.status());
    REQUIRE(answer.ok());
    return *answer;
  }

  FakeClock clock;
  FakeEmbedder embedder;
  FakeRanker ranker;
  FakeReader reader;
  RequestContext context;
  AnswererOptions options;
  JudgeOptions judge_options;
  std::shared_ptr<const KnowledgeIndex> index;
};

const AnswerStage* StageOf(const Answer& answer, absl::string_view name) {
  for (const AnswerStage& stage : answer.stages) {
    if (name == stage.name) return &stage;
  }
  return nullptr;
}

TEST_CASE("a reranker decides which passage is first") {
  JudgedShop shop;
  CHECK(FirstCited(shop.Ask(nullptr, nullptr)) == "returns");
  shop.ranker.scores = {{"gift", 8.0}};
  const Answer answer = shop.Ask(&shop.ranker, nullptr);
  CHECK(FirstCited(answer) == "gifts");
  CHECK(answer.models == std::vector<std::string>{"fake/1", "fake-ranker/1"});
  REQUIRE(StageOf(answer, "rerank") != nullptr);
  CHECK(StageOf(answer, "read") == nullptr);
}

TEST_CASE("models read plain text, without marks") {
  JudgedShop shop;
  shop.Ask(&shop.ranker, nullptr);
  REQUIRE_FALSE(shop.ranker.last_passages.empty());
  CHECK(shop.ranker.last_passages[0] ==
        "Returns\nWe are glad to help with every item.\nYou can return any item within thirty days "
        "of delivery.\nReturn postage is free for members.");
}

TEST_CASE("the sentence that holds what the reader found is the answer") {
  JudgedShop shop;
  shop.reader.answer = "thirty days";
  CHECK(shop.Ask(nullptr, &shop.reader).text ==
        "You can return any item within thirty days of delivery.");
  shop.reader.answer = "item.\nYou can return";  // over the end of a sentence
  CHECK(shop.Ask(nullptr, &shop.reader).text ==
        "We are glad to help with every item. You can return any item within thirty days of "
        "delivery.");
}

TEST_CASE("a reader that holds that the passage does not answer chooses no sentence") {
  JudgedShop shop;
  const std::string chosen_without = shop.Ask(nullptr, nullptr).text;
  shop.reader.answer = "members";
  shop.reader.margin = -0.5;
  CHECK(shop.Ask(nullptr, &shop.reader).text == chosen_without);
}

TEST_CASE("only the first passages are looked at, and those behind them stay behind") {
  JudgedShop shop;
  shop.judge_options.max_passages = 1;
  shop.ranker.scores = {{"gift", 9.0}};
  const Answer answer = shop.Ask(&shop.ranker, nullptr);
  CHECK(shop.ranker.last_passages.size() == 1);
  CHECK(FirstCited(answer) == "returns");
}

TEST_CASE("a model that is away, busy, broken or too slow costs its step and says so") {
  const std::pair<absl::Status, const char*> failures[] = {
      {UnavailableError(reason::kModelUnavailable, "none serves", absl::Seconds(1)),
       skip_reason::kUnavailable},
      {absl::ResourceExhaustedError("full"), skip_reason::kBusy},
      {absl::DeadlineExceededError("slow"), skip_reason::kDeadline},
      {absl::InternalError("broken"), skip_reason::kFailed}};
  for (const auto& [failure, reason] : failures) {
    INFO(reason);
    JudgedShop shop;
    const Answer without = shop.Ask(nullptr, nullptr);
    std::vector<std::string> counted;
    shop.judge_options.step.on_skipped = [&](absl::string_view step, absl::string_view why) {
      counted.push_back(std::string(step) + " " + std::string(why));
    };
    shop.ranker.failure = failure;
    shop.reader.failure = failure;
    const Answer answer = shop.Ask(&shop.ranker, &shop.reader);
    CHECK(answer.state == AnswerState::kAnswered);
    CHECK(answer.text == without.text);
    CHECK(answer.confidence == without.confidence);
    CHECK(answer.models == without.models);
    REQUIRE(StageOf(answer, "rerank") != nullptr);
    CHECK(std::string(StageOf(answer, "rerank")->skipped) == reason);
    REQUIRE(StageOf(answer, "read") != nullptr);
    CHECK(std::string(StageOf(answer, "read")->skipped) == reason);
    CHECK(counted ==
          std::vector<std::string>{std::string("rerank ") + reason, std::string("read ") + reason});
  }
}

TEST_CASE("a slow reranker has a part of the time alone, and the reader goes on without it") {
  JudgedShop shop;
  shop.context.deadline = shop.clock.Now() + absl::Seconds(1);
  shop.ranker.clock = &shop.clock;
  shop.ranker.time = absl::Milliseconds(600);
  shop.reader.clock = &shop.clock;
  shop.reader.time = absl::Milliseconds(100);
  shop.reader.answer = "thirty days";
  const Answer answer = shop.Ask(&shop.ranker, &shop.reader);
  CHECK(std::string(StageOf(answer, "rerank")->skipped) == skip_reason::kDeadline);
  CHECK(std::string(StageOf(answer, "read")->skipped).empty());
  CHECK(answer.text == "You can return any item within thirty days of delivery.");
}

TEST_CASE("a caller whose own time is over gets no answer") {
  JudgedShop shop;
  shop.context.deadline = shop.clock.Now() + absl::Seconds(1);
  shop.ranker.clock = &shop.clock;
  shop.ranker.time = absl::Seconds(2);
  CHECK(shop.TryAsk(&shop.ranker, nullptr).status().code() == absl::StatusCode::kDeadlineExceeded);
}

TEST_CASE("without a deadline a model has the longest time alone") {
  JudgedShop shop;
  shop.judge_options.step.max_time = absl::Seconds(3);
  const absl::Time now = shop.clock.Now();
  shop.Ask(&shop.ranker, nullptr);
  CHECK(shop.ranker.last_deadline == now + absl::Seconds(3));
}

TEST_CASE("a confidence that was fitted to a reader counts what it found") {
  JudgedShop shop;
  FittedConfidence fitted = {.weights = {.bias = 0, .of = {.reading = 3}},
                             .min_confidence = 0.6,
                             .order = {.rank = 0, .reading = 0.5}};
  std::map<std::string, double> numbers;
  for (const auto& [name, value] : ConfidenceSettings(fitted)) numbers[name] = std::stod(value);
  shop.reader.fitted = std::make_shared<const std::map<std::string, double>>(numbers);
  shop.reader.answer = "thirty days";
  shop.reader.margin = 5;
  const Answer sure = shop.Ask(nullptr, &shop.reader);
  CHECK(sure.state == AnswerState::kAnswered);
  CHECK_THAT(sure.confidence, WithinAbs(1 / (1 + std::exp(-1.5)), 1e-6));
  shop.reader.answer = "bicycle";
  const Answer unsure = shop.Ask(nullptr, &shop.reader);
  CHECK(unsure.state == AnswerState::kAbstained);
  CHECK(unsure.reason == answer_reason::kLowConfidence);
}

TEST_CASE("what was fitted without such models is read as before, and the order has its defaults") {
  const FittedConfidence plain = {.weights = {-1, {2, 0.5, 1, 0.25, 4}}, .min_confidence = 0.4};
  std::map<std::string, double> numbers;
  for (const auto& [name, value] : ConfidenceSettings(plain)) numbers[name] = std::stod(value);
  CHECK(numbers.count("confidence.rank") == 0);
  CHECK(numbers.count("confidence.order.rank") == 0);
  const auto read = ConfidenceOf(numbers);
  REQUIRE(read.has_value());
  CHECK(read->weights.of.margin == 4);
  CHECK(read->weights.of.rank == 0);
  CHECK(read->order.rank == OrderWeights().rank);
}

TEST_CASE("judged scores order the first hits, and equal ones stay in the order of the search") {
  std::vector<PassageHit> hits(4);
  for (std::size_t i = 0; i < hits.size(); ++i) {
    hits[i].passage = static_cast<std::uint32_t>(i);
    hits[i].score = 0.5;
  }
  std::vector<Judgment> judgments(3);
  judgments[0].rank = 2;
  judgments[1].rank = 20;  // as sure as 10
  judgments[2].rank = 10;
  OrderByJudgment({.rank = 0.5}, absl::MakeSpan(hits), absl::MakeSpan(judgments));
  CHECK(hits[0].passage == 1);
  CHECK(hits[1].passage == 2);
  CHECK(hits[2].passage == 0);
  CHECK(hits[3].passage == 3);
  CHECK_THAT(hits[0].score, WithinAbs(1.0, 1e-12));
  CHECK_THAT(hits[2].score, WithinAbs(0.6, 1e-12));
  CHECK(judgments[2].rank == 2);
}

}  // namespace
}  // namespace clientele::qa
