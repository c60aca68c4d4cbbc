#include "services/qa-service/core/upgrades/golden_trial.h"

#include <memory>
#include <string>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "tests/support/fake_clock.h"
#include "tests/unit/qa/fake_embedder.h"
#include "tests/unit/qa/index_fixture.h"

namespace clientele::qa::testing {
namespace {

// Two indexes: the candidate's lacks the articles that are named.
struct TwoSides {
  explicit TwoSides(const std::vector<std::string>& missing, double candidate_minimum = 0) {
    IndexBuilder full("fake/1");
    IndexBuilder part("fake/1");
    for (const Article& article :
         {MakeArticle("returns", "Returns", "You can return any item within thirty days."),
          MakeArticle("shipping", "Shipping", "Parcels are shipped by train on Mondays."),
          MakeArticle("warranty", "Warranty", "Kettles carry a warranty of five years.")}) {
      const PreparedArticle prepared = Prepare(article);
      full.Put({&prepared, 1});
      if (std::find(missing.begin(), missing.end(), article.id) == missing.end()) {
        part.Put({&prepared, 1});
      }
    }
    const auto answerer = [this](std::shared_ptr<const KnowledgeIndex> index, double minimum) {
      AnswererOptions options;
      options.min_confidence = minimum;
      return std::make_unique<Answerer>([index] { return index; }, &embedder, nullptr, &clock,
                                        options);
    };
    serving = answerer(full.Snapshot(), 0);
    candidate = answerer(part.Snapshot(), candidate_minimum);
  }

  TrialResult Try(const std::vector<GoldenQuestion>& questions) {
    GoldenTrial trial(questions, serving.get(), candidate.get());
    while (!trial.done()) REQUIRE(trial.AskNext(context).ok());
    return trial.result();
  }

  clientele::testing::FakeClock clock;
  FakeEmbedder embedder;
  RequestContext context;
  std::unique_ptr<Answerer> serving;
  std::unique_ptr<Answerer> candidate;
};

GoldenQuestion AskedGolden(const std::string& id, const std::string& text,
                           const std::string& article, const std::string& answer = "") {
  return {id, text, "", article, answer, {}};
}

TEST_CASE("both sides are asked, and what is right is told from what is not") {
  TwoSides sides({"shipping"});
  const TrialResult result =
      sides.Try({AskedGolden("a", "Can I return an item within thirty days?", "returns",
                             "You can return any item within thirty days."),
                 AskedGolden("b", "On which day are parcels shipped by train?", "shipping"),
                 AskedGolden("c", "Do kettles carry a warranty?", "returns"),
                 AskedGolden("d", "How do I do this?", "")});
  CHECK(result.question_count == 4);
  CHECK(result.with_article == 3);
  CHECK(result.with_answer == 1);
  CHECK(result.serving.right_first == 2);
  CHECK(result.serving.answered_rightly == 2);
  CHECK(result.serving.answered_wrongly == 1);  // from the warranty, which nobody expects
  CHECK(result.serving.abstained == 1);
  CHECK(result.serving.abstained_rightly == 1);
  CHECK(result.serving.answer_f1 == Catch::Approx(1));
  CHECK(result.candidate.right_first == 1);
  CHECK(result.candidate.answered_rightly == 1);
  CHECK(result.candidate.abstained_rightly == 1);

  REQUIRE(result.changed_count == 1);
  REQUIRE(result.examples.size() == 1);
  const ChangedAnswer& changed = result.examples[0];
  CHECK(changed.golden_question == "b");
  CHECK(changed.text == "On which day are parcels shipped by train?");
  CHECK(changed.expected_article == "shipping");
  CHECK(changed.serving.article == "shipping");
  CHECK(changed.serving.text == "Parcels are shipped by train on Mondays.");
  CHECK(changed.candidate.article != "shipping");
}

TEST_CASE("another least confidence changes what is answered and not what is found") {
  TwoSides sides({}, 1.1);
  const TrialResult result =
      sides.Try({AskedGolden("a", "Can I return an item within thirty days?", "returns")});
  CHECK(result.candidate.right_first == 1);
  CHECK(result.candidate.answered_rightly == 0);
  CHECK(result.candidate.abstained == 1);
  CHECK_FALSE(PassesFloor(result, 0.5));
}

TEST_CASE("examples are bounded, and losses come before other changes") {
  TwoSides sides({"shipping"});
  std::vector<GoldenQuestion> questions;
  for (int i = 0; i < 30; ++i) {
    // Changed, and wrong on both sides.
    questions.push_back(AskedGolden(
        absl::StrCat("wrong", i),
        absl::StrCat("Are parcels shipped by train? ", std::string(600, 'x')), "returns"));
  }
  for (int i = 0; i < 3; ++i) {
    questions.push_back(
        AskedGolden(absl::StrCat("lost", i), "Are parcels shipped by train?", "shipping"));
  }
  const TrialResult result = sides.Try(questions);
  CHECK(result.changed_count == 33);
  REQUIRE(result.examples.size() == kMaxTrialExamples);
  CHECK(result.examples[0].golden_question == "lost0");
  CHECK(result.examples[2].golden_question == "lost2");
  CHECK(result.examples[3].golden_question == "wrong0");
  CHECK(result.examples[3].text.size() == kMaxExampleText);
}

TEST_CASE("a question that fails is asked again") {
  TwoSides sides({});
  const std::vector<GoldenQuestion> questions = {
      AskedGolden("a", "Can I return an item within thirty days?", "returns")};
  GoldenTrial trial(questions, sides.serving.get(), sides.candidate.get());
  sides.embedder.failure = absl::ResourceExhaustedError("busy");
  CHECK(absl::IsResourceExhausted(trial.AskNext(sides.context)));
  CHECK(trial.asked() == 0);
  CHECK(trial.result().question_count == 0);
  sides.embedder.failure = absl::OkStatus();
  REQUIRE(trial.AskNext(sides.context).ok());
  CHECK(trial.done());
  CHECK(trial.result().serving.right_first == 1);
}

TEST_CASE("the floor is a share below what serves, for what is found and for what is said") {
  TrialResult result;
  result.question_count = 100;
  result.with_article = 50;
  result.serving.right_first = 40;
  result.serving.answered_rightly = 30;
  result.serving.abstained_rightly = 40;
  result.candidate = result.serving;
  CHECK(PassesFloor(result, 0));
  result.candidate.right_first = 39;
  CHECK_FALSE(PassesFloor(result, 0));
  CHECK(PassesFloor(result, 0.02));  // one of 50
  result.candidate.right_first = 38;
  CHECK_FALSE(PassesFloor(result, 0.02));
  result.candidate.right_first = 50;
  result.candidate.abstained_rightly = 38;
  CHECK(PassesFloor(result, 0.02));  // two of 100
  result.candidate.abstained_rightly = 37;
  CHECK_FALSE(PassesFloor(result, 0.02));
  result.candidate.answered_rightly = 31;
  CHECK(PassesFloor(result, 0.02));
  CHECK(PassesFloor(TrialResult(), 0));
}

}  // namespace
}  // namespace clientele::qa::testing
