#include "common/text/tokenizer/unigram_training.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"

#include "common/text/tokenizer/tokenizer.h"

namespace clientele::text {
namespace {

const std::vector<std::string>& Texts() {
  static const std::vector<std::string> texts = {
      "Return the order within 30 days. Orders are returned for free.",
      "The return of an order takes 3 days:\n1. Return it.\n2. Wait.", "怎么退货？退货需要三天。",
      "退货 is free within 30 days."};
  return texts;
}

std::unique_ptr<Tokenizer> Learn(std::vector<std::string> texts,
                                 const UnigramTrainingOptions& options) {
  UnigramTrainer trainer;
  for (const std::string& text : texts) REQUIRE(trainer.Add(text).ok());
  const auto trained = trainer.Train(options);
  INFO(trained.status());
  REQUIRE(trained.ok());
  auto tokenizer = Tokenizer::FromJson(trained->json);
  INFO(tokenizer.status());
  REQUIRE(tokenizer.ok());
  CHECK(static_cast<std::size_t>((*tokenizer)->vocab_size()) == trained->tokens);
  CHECK(trained->tokens <= options.vocabulary);
  return *std::move(tokenizer);
}

std::vector<std::string> TextTokens(const Tokenizer& tokenizer, const std::string& text) {
  const auto encoding = tokenizer.Encode(text);
  INFO(encoding.status());
  REQUIRE(encoding.ok());
  return encoding->tokens;
}

TEST_CASE("every text is read back as it was, also of characters that were never seen") {
  const auto tokenizer = Learn(Texts(), {.vocabulary = 400});
  for (const std::string text :
       {"Return the order within 30 days. Orders are returned for free.",
        "退货 takes 3 days:\n1. It.", "ÜBER 🙂 \t 龘", "a  b", "{{Order Number}}: $1,299.00"}) {
    const auto encoding = tokenizer->Encode(text);
    INFO(encoding.status());
    REQUIRE(encoding.ok());
    CHECK(encoding->ids.back() == kUnigramEndId);
    const auto decoded = tokenizer->Decode(encoding->ids);
    INFO(decoded.status());
    REQUIRE(decoded.ok());
    CHECK(*decoded == text);
  }
}

TEST_CASE("frequent words are one piece, and numbers and Chinese are their characters") {
  const auto tokenizer = Learn(Texts(), {.vocabulary = 400, .min_count = 2});
  const auto tokens = TextTokens(*tokenizer, "the days 30 退货");
  CHECK(std::count(tokens.begin(), tokens.end(),
                   "\xE2\x96\x81"
                   "days") == 1);
  for (const std::string one : {"3", "0", "退", "货"}) {
    CHECK(std::count(tokens.begin(), tokens.end(), one) == 1);
  }
}

TEST_CASE("a tokenizer is the same in whichever order its texts come") {
  std::vector<std::string> reversed(Texts().rbegin(), Texts().rend());
  UnigramTrainer one;
  UnigramTrainer other;
  for (const std::string& text : Texts()) REQUIRE(one.Add(text).ok());
  for (const std::string& text : reversed) REQUIRE(other.Add(text).ok());
  CHECK(one.Train({.vocabulary = 350})->json == other.Train({.vocabulary = 350})->json);
}

TEST_CASE("what no writing tokenizer can be learned from is refused") {
  UnigramTrainer trainer;
  CHECK(trainer.Add("\xFF").code() == absl::StatusCode::kInvalidArgument);
  CHECK(trainer.Train({}).status().code() == absl::StatusCode::kInvalidArgument);
  REQUIRE(trainer.Add("some text").ok());
  CHECK(absl::StrContains(trainer.Train({.vocabulary = 259}).status().message(), "vocabulary"));
}

}  // namespace
}  // namespace clientele::text
