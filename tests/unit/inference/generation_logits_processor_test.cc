#include <algorithm>
#include <cmath>
#include <random>
#include <set>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "absl/strings/string_view.h"

#include "common/inference/generation/decoding.h"
#include "common/inference/generation/logits.h"
#include "common/inference/generation/logits_processor.h"

namespace clientele::inference {
namespace {

using Ids = std::vector<std::int64_t>;
using Scores = std::vector<float>;

constexpr std::int64_t kBudget = 8;

// What the rules make of `scores` behind `before` and `generated`.
Scores After(const LogitsRules& rules, const Ids& before, const Ids& generated, Scores scores,
             const Ids& end_ids = {}) {
  const LogitsProcessor processor(rules, before, end_ids, kBudget);
  if (!processor.Applies(generated.size())) return scores;
  REQUIRE(processor.Process(generated, absl::MakeSpan(scores)).ok());
  return scores;
}

Ids Forbidden(const Scores& scores) {
  Ids ids;
  for (std::size_t id = 0; id < scores.size(); ++id) {
    if (scores[id] == kForbidden) ids.push_back(static_cast<std::int64_t>(id));
  }
  return ids;
}

// Runs on the same row until the end.
Ids Decode(const DecodingOptions& options, const Scores& row, const Ids& end_ids,
           const Ids& before = {}) {
  const auto decoding = MakeDecoding(options, end_ids, before).value();
  std::vector<absl::Span<const float>> rows = {row};
  while (true) {
    const auto next = decoding->Advance(rows);
    REQUIRE(next.ok());
    if (next->empty()) return decoding->tokens();
    rows.assign(next->size(), row);
  }
}

}  // namespace

TEST_CASE("a repeated token's score is penalized once, towards the less likely") {
  const LogitsRules rules = {.repetition_penalty = 2.0};
  // Twice in the prompt, and once each as a new token; the rest stays.
  CHECK(After(rules, {0, 0}, {1, 3}, {4.0F, -1.0F, 3.0F, 0.0F}) == Scores{2.0F, -2.0F, 3.0F, 0.0F});
  // Below 1 repetition becomes more likely.
  CHECK(After({.repetition_penalty = 0.5}, {0}, {1}, {4.0F, -1.0F, 3.0F, 0.0F}) ==
        Scores{8.0F, -0.5F, 3.0F, 0.0F});
  // An id of the prompt that the model has no score for changes nothing.
  CHECK(After(rules, {9}, {}, {4.0F, -1.0F}) == Scores{4.0F, -1.0F});
}

TEST_CASE("no n-gram comes twice, counting the prompt") {
  const Scores zeros(6, 0.0F);
  const LogitsRules rules = {.no_repeat_ngram_size = 3};
  // 1 2 was followed by 3 in the prompt and by 4 afterwards.
  CHECK(Forbidden(After(rules, {1, 2, 3}, {1, 2, 4, 1, 2}, zeros)) == Ids{3, 4});
  CHECK(Forbidden(After(rules, {1, 2}, {}, zeros)).empty());
  CHECK(Forbidden(After(rules, {}, {}, zeros)).empty());
  CHECK(Forbidden(After({.no_repeat_ngram_size = 1}, {5}, {0}, zeros)) == Ids{0, 5});
}

TEST_CASE("a decoding without repeated n-grams has none, whatever the model says") {
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    std::mt19937 random(seed);
    for (const std::int64_t beams : {1, 3}) {
      DecodingOptions options = {.max_new_tokens = 40, .rules = {.no_repeat_ngram_size = 2}};
      if (beams > 1) options.method = BeamSearchOptions{.beams = beams};
      const Ids before = {2, 1, 2};
      Ids sequence = before;
      const auto decoding = MakeDecoding(options, {}, before).value();
      std::size_t rows = 1;
      while (rows > 0) {
        // Eight ids have 64 pairs, so that 43 fit.
        std::vector<Scores> logits(rows, Scores(8));
        std::vector<absl::Span<const float>> spans;
        for (Scores& row : logits) {
          for (float& value : row) value = static_cast<float>(random() % 100) * 0.1F;
          spans.emplace_back(row);
        }
        const auto next = decoding->Advance(spans);
        REQUIRE(next.ok());
        rows = next->size();
      }
      sequence.insert(sequence.end(), decoding->tokens().begin(), decoding->tokens().end());
      std::set<std::pair<std::int64_t, std::int64_t>> pairs;
      for (std::size_t i = 1; i < sequence.size(); ++i) {
        CHECK(pairs.emplace(sequence[i - 1], sequence[i]).second);
      }
    }
  }
}

TEST_CASE("bad words are forbidden where their last token would complete them") {
  const Scores zeros(6, 0.0F);
  const LogitsRules rules = {.bad_words = {{5}, {1, 2, 3}, {4}}};
  CHECK(Forbidden(After(rules, {}, {}, zeros)) == Ids{4, 5});
  CHECK(Forbidden(After(rules, {0, 1}, {2}, zeros)) == Ids{3, 4, 5});
  CHECK(Forbidden(After(rules, {0, 2}, {1}, zeros)) == Ids{4, 5});
  // An end token stays.
  CHECK(Forbidden(After(rules, {}, {}, zeros, {4})) == Ids{5});
}

TEST_CASE("tokens are suppressed always, or in the first place") {
  const Scores zeros(4, 0.0F);
  const LogitsRules rules = {.suppress_ids = {3, 99}, .begin_suppress_ids = {0}};
  CHECK(Forbidden(After(rules, {1, 2}, {}, zeros)) == Ids{0, 3});
  CHECK(Forbidden(After(rules, {1, 2}, {1}, zeros)) == Ids{3});
  // Behind a forced first token the second place is the first.
  const LogitsRules forced = {.forced_bos_id = 0, .begin_suppress_ids = {0}};
  CHECK(Forbidden(After(forced, {1}, {}, zeros)) == Ids{1, 2, 3});
  CHECK(Forbidden(After(forced, {1}, {0}, zeros)) == Ids{0});
  CHECK(Forbidden(After(forced, {1}, {0, 2}, zeros)).empty());
}

TEST_CASE("the first token of an encoder-decoder and the last of a budget can be forced") {
  const Scores row = {0.0F, 5.0F, 1.0F, -1.0F};
  const LogitsRules rules = {.forced_bos_id = 3, .forced_eos_ids = {2}};
  CHECK(Decode({.max_new_tokens = 4, .rules = rules}, row, {2}, {0}) == Ids{3, 1, 1, 2});
  CHECK(Decode({.method = BeamSearchOptions{.beams = 2}, .max_new_tokens = 4, .rules = rules}, row,
               {2}, {0}) == Ids{3, 1, 1, 2});
  // A prompt of a decoder has begun already.
  CHECK(Decode({.max_new_tokens = 2, .rules = rules}, row, {2}, {0, 0}) == Ids{1, 2});
}

TEST_CASE("no end comes before the least number of tokens, greedily, sampling and with beams") {
  // Token 1 ends, and is by far the most probable.
  const Scores row = {0.0F, 50.0F, 10.0F, -1.0F};
  DecodingOptions options = {.max_new_tokens = 6, .rules = {.min_new_tokens = 3}};
  CHECK(Decode(options, row, {1}) == Ids{2, 2, 2, 1});
  options.method = SamplingOptions{.temperature = 0.5, .top_k = 2, .top_p = 0.9};
  CHECK(Decode(options, row, {1}) == Ids{2, 2, 2, 1});
  options.method = BeamSearchOptions{.beams = 2};
  CHECK(Decode(options, row, {1}) == Ids{2, 2, 2, 1});
}

TEST_CASE("a beam is penalized for its own tokens, in log-probabilities") {
  // Of two equal rows the beams' own histories decide. log softmax of (2, 1, 0) is
  // (-0.41, -1.41, -2.41). First the beams are 0 (-0.41) and 1 (-1.41). With a penalty of 4
  // the second step has 0 0: -0.41 - 1.63 = -2.04, 0 1: -1.82, 1 0: -1.82, 1 1: -7.04; the
  // first of the equal ones is the answer.
  const DecodingOptions options = {.method = BeamSearchOptions{.beams = 2},
                                   .max_new_tokens = 2,
                                   .rules = {.repetition_penalty = 4.0}};
  CHECK(Decode(options, {2.0F, 1.0F, 0.0F}, {}) == Ids{0, 1});
  CHECK(Decode({.method = BeamSearchOptions{.beams = 2}, .max_new_tokens = 2}, {2.0F, 1.0F, 0.0F},
               {}) == Ids{0, 0});
}

TEST_CASE("rules that leave no token are an error, and so are logits that are not finite") {
  const auto decoding =
      MakeDecoding({.max_new_tokens = 4, .rules = {.suppress_ids = {0, 1}}}, {}).value();
  const Scores two = {0.0F, 1.0F};
  CHECK(absl::IsInvalidArgument(decoding->Advance({absl::MakeConstSpan(two)}).status()));
  const Scores bad = {0.0F, 1.0F, std::nanf("")};
  CHECK(absl::IsInternal(decoding->Advance({absl::MakeConstSpan(bad)}).status()));
}

TEST_CASE("rules out of range are refused by name") {
  const std::vector<std::pair<LogitsRules, std::string>> cases = {
      {{.repetition_penalty = 0}, "repetition_penalty"},
      {{.repetition_penalty = std::nan("")}, "repetition_penalty"},
      {{.no_repeat_ngram_size = -1}, "no_repeat_ngram_size"},
      {{.bad_words = {{}}}, "bad_words"},
      {{.min_new_tokens = -1}, "min_new_tokens"}};
  for (const auto& [rules, field] : cases) {
    const absl::Status status = MakeDecoding({.rules = rules}, {}).status();
    CHECK(absl::IsInvalidArgument(status));
    CHECK_THAT(std::string(status.message()), Catch::Matchers::ContainsSubstring(field));
  }
}

}  // namespace clientele::inference
