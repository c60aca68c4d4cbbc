#include "services/qa-service/training/intents/intent_training.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"

#include "services/qa-service/training/intents/score_mixture.h"

namespace clientele::qa {
namespace {

struct Example {
  EncodedTexts texts;
  std::vector<std::string> labels = {};
};

// Of label i the words 10 i and 10 i + 1, with one word that all texts share; vectors along axis i.
// Every third text of a label lacks its first word.
Example Separable(int labels, int rows_each) {
  Example example = {.texts = {.ngrams = {{}, {}}, .dimension = static_cast<std::size_t>(labels)}};
  for (int label = 0; label < labels; ++label) {
    for (int i = 0; i < rows_each; ++i) {
      NgramIds words = {1000};
      if (i % 3 != 0) words.push_back(10 * label + 1);
      words.push_back(10 * label + 2);
      example.texts.ngrams[0].push_back(words);
      example.texts.ngrams[1].push_back({500 + label, 600 + i % 5});
      for (int j = 0; j < labels; ++j) {
        example.texts.vectors.push_back(j == label ? 1.0F : 0.0F);
      }
      example.labels.push_back("label" + std::to_string(label));
    }
  }
  return example;
}

// Texts of unknown words whose vector is along no axis.
void AddOutside(Example& example, int rows) {
  const auto width = example.texts.dimension;
  for (int i = 0; i < rows; ++i) {
    example.texts.ngrams[0].push_back({1000, 2000 + i});
    example.texts.ngrams[1].push_back({3000 + i, 600 + i % 5});
    for (std::size_t j = 0; j < width; ++j) {
      example.texts.vectors.push_back(1 / std::sqrt(static_cast<float>(width)));
    }
    example.labels.push_back("oos");
  }
}

absl::StatusOr<TrainedIntents> Train(const Example& example, const std::string& oos_label,
                                     const IntentTrainingOptions& options = {}) {
  const auto labels = IntentLabels::Create(example.labels, oos_label);
  if (!labels.ok()) return labels.status();
  return TrainIntents(example.texts, *labels, options);
}

TEST_CASE("what can be told apart is") {
  const auto trained = Train(Separable(4, 12), "");
  INFO(trained.status());
  REQUIRE(trained.ok());
  CHECK(trained->metrics.at("accuracy") == 1);
  CHECK_FALSE(trained->model.rejection.has_value());
  CHECK(trained->metrics.count("oos_recall") == 0);
  CHECK(trained->model.labels.size() == 4);
  CHECK(trained->model.margins.classes == 4);
}

TEST_CASE("what is out of scope is rejected, and has no label in scope") {
  Example example = Separable(4, 12);
  AddOutside(example, 10);
  const auto trained = Train(example, "oos");
  INFO(trained.status());
  REQUIRE(trained.ok());
  REQUIRE(trained->model.rejection.has_value());
  CHECK(trained->model.rejection->label == "oos");
  CHECK(trained->metrics.at("auroc") > 0.95);
  CHECK(trained->metrics.at("oos_recall") > 0.8);
  CHECK(trained->metrics.at("accuracy") > 0.9);
  CHECK(std::count(trained->model.labels.begin(), trained->model.labels.end(), "oos") == 0);
  CHECK(trained->model.margins.classes == 5);
}

TEST_CASE("without an out-of-scope label its rows are a label like others") {
  Example example = Separable(3, 12);
  AddOutside(example, 10);
  const auto trained = Train(example, "");
  REQUIRE(trained.ok());
  CHECK(trained->model.labels.size() == 4);
  CHECK_FALSE(trained->model.rejection.has_value());
}

TEST_CASE("an out-of-scope label that no row has rejects nothing") {
  const auto trained = Train(Separable(3, 12), "nothing");
  REQUIRE(trained.ok());
  CHECK_FALSE(trained->model.rejection.has_value());
}

TEST_CASE("a label that comes once is learned beside the others") {
  Example example = Separable(3, 12);
  example.labels.back() = "rare";
  const auto trained = Train(example, "");
  INFO(trained.status());
  REQUIRE(trained.ok());
  CHECK(trained->model.labels.size() == 4);
}

TEST_CASE("two labels are told by one machine") {
  const auto trained = Train(Separable(2, 20), "");
  REQUIRE(trained.ok());
  CHECK(trained->metrics.at("accuracy") == 1);
  CHECK(trained->model.margins.classes == 2);
}

// Word 1 is of few texts and of most of the rare label's, word 2 of the others.
TEST_CASE("of two labels each is as likely as it was frequent, also the rare one") {
  Example example = {.texts = {.ngrams = {{}}}};
  for (int i = 0; i < 400; ++i) {
    const bool broke = i % 16 == 0;  // 25 of them
    example.texts.ngrams[0].push_back({broke ? 1 : 2});
    const bool rare = broke ? i % 80 != 0 : i % 100 == 1;
    example.labels.push_back(rare ? "bad" : "good");
  }
  const auto trained = Train(example, "");
  REQUIRE(trained.ok());
  const FeatureRows rows = trained->model.features.Apply(example.texts);
  const auto probability = [&](std::size_t row) {
    std::vector<double> logits = trained->model.margins.Score(rows, row);
    for (double& logit : logits) logit *= trained->model.score_weights[0];
    return Softmax(logits)[0];
  };
  CHECK(probability(0) == Catch::Approx(20.0 / 25).margin(0.03));
  CHECK(probability(1) == Catch::Approx(4.0 / 375).margin(0.005));
}

TEST_CASE("tuned scores are weighed on rows that tuning was not given") {
  const Example example = Separable(3, 20);
  std::vector<std::size_t> seen;
  IntentTrainingOptions options;
  options.tune = [&](absl::Span<const std::size_t> training, absl::Span<const std::size_t> scored) {
    seen.assign(training.begin(), training.end());
    CHECK(std::none_of(scored.begin(), scored.end(), [&](std::size_t row) {
      return std::find(training.begin(), training.end(), row) != training.end();
    }));
    CHECK(training.size() + scored.size() == 60);
    CHECK(scored.size() == 6);
    // Always right.
    std::vector<double> scores(scored.size() * 3, 0.0);
    for (std::size_t i = 0; i < scored.size(); ++i) scores[i * 3 + scored[i] / 20] = 4;
    return absl::StatusOr<std::vector<double>>(scores);
  };
  const auto trained = Train(example, "", options);
  REQUIRE(trained.ok());
  CHECK(trained->tuned);
  CHECK(seen.size() == 54);
  REQUIRE(trained->model.score_weights.size() == 2);
  CHECK(trained->model.score_weights[1] > 0);
}

TEST_CASE("tuning that gives nothing leaves the margins alone") {
  IntentTrainingOptions options;
  options.tune = [](absl::Span<const std::size_t>, absl::Span<const std::size_t>) {
    return absl::StatusOr<std::vector<double>>(std::vector<double>());
  };
  const auto trained = Train(Separable(3, 12), "", options);
  REQUIRE(trained.ok());
  CHECK_FALSE(trained->tuned);
  CHECK(trained->model.score_weights.size() == 1);
}

TEST_CASE("the same rows and seed give the same model") {
  const auto one = Train(Separable(3, 12), "");
  const auto two = Train(Separable(3, 12), "", {.threads = 2});
  REQUIRE(one.ok());
  REQUIRE(two.ok());
  CHECK(one->model.margins.weights == two->model.margins.weights);
  CHECK(one->model.score_weights == two->model.score_weights);
}

TEST_CASE("rows that say nothing are refused with what is missing") {
  const auto message = [](const std::vector<std::string>& labels, const std::string& oos) {
    const auto made = IntentLabels::Create(labels, oos);
    CHECK(made.status().code() == absl::StatusCode::kInvalidArgument);
    return std::string(made.status().message());
  };
  CHECK(absl::StrContains(message({}, ""), "no rows"));
  CHECK(absl::StrContains(message({"a", ""}, ""), "no label"));
  CHECK(absl::StrContains(message({"a", "a"}, ""), "one label in scope, \"a\""));
  CHECK(absl::StrContains(message({"oos", "a"}, "oos"), "one label in scope"));
  CHECK(absl::StrContains(message({"oos", "oos"}, "oos"), "every row is out of scope"));
  CHECK(absl::StrContains(Train(Separable(2, 2), "").status().message(), "at least 8 are needed"));
}

}  // namespace
}  // namespace clientele::qa
