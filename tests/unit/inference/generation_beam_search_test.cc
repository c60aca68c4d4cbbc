#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numeric>

#include <catch2/catch_test_macros.hpp>

#include "common/inference/generation/beam_search.h"

namespace clientele::inference {
namespace {

using Tokens = std::vector<std::int64_t>;
using Model = std::function<std::vector<float>(const Tokens&)>;  // logits behind a sequence

struct Found {
  Tokens tokens;
  FinishReason reason = FinishReason::kLength;
  int steps = 0;
};

Found Search(const Model& model, const BeamSearchOptions& options, std::int64_t budget,
             const Tokens& end_ids) {
  const auto decoding =
      MakeDecoding({.method = options, .max_new_tokens = budget}, end_ids).value();
  Found found;
  std::vector<Tokens> sequences = {{}};
  while (true) {
    std::vector<std::vector<float>> logits;
    std::vector<absl::Span<const float>> rows;
    for (const Tokens& sequence : sequences) logits.push_back(model(sequence));
    for (const auto& row : logits) rows.emplace_back(row);
    const auto next = decoding->Advance(rows).value();
    found.steps += 1;
    if (next.empty()) break;
    CHECK(next.size() <= decoding->max_rows());
    if (options.beams > 1) CHECK(decoding->tokens().empty());  // nothing is settled yet
    std::vector<Tokens> grown;
    for (const Continuation& continuation : next) {
      grown.push_back(sequences[continuation.parent]);
      grown.back().push_back(continuation.token);
    }
    sequences = std::move(grown);
  }
  found.tokens = decoding->tokens();
  found.reason = decoding->finish_reason();
  return found;
}

// A model by hand: probabilities of ids behind each sequence.
Model ByTable(std::map<Tokens, std::vector<double>> table) {
  return [table = std::move(table)](const Tokens& sequence) {
    std::vector<float> logits;
    for (const double p : table.at(sequence)) logits.push_back(static_cast<float>(std::log(p)));
    return logits;
  };
}

// Random but fixed logits, by a hash of the sequence; the end ids are a little likelier.
Model ByHash(std::uint64_t seed, std::size_t vocabulary, const Tokens& end_ids) {
  return [=](const Tokens& sequence) {
    std::uint64_t hash = seed * 1000003;
    for (const std::int64_t token : sequence) hash = (hash ^ (token + 1)) * 0x100000001b3U;
    SplitMix64 random(hash);
    std::vector<float> logits;
    for (std::size_t v = 0; v < vocabulary; ++v) {
      logits.push_back(static_cast<float>(random.NextUnit() * 4 - 2));
    }
    for (const std::int64_t id : end_ids) logits[id] += 0.8F;
    return logits;
  };
}

// The same search written over whole arrays, all pairs sorted, with masks of -1e9 in place
// of lists: slow, and independent of the code under test.
Tokens Reference(const Model& model, const BeamSearchOptions& options, std::int64_t budget,
                 const Tokens& end_ids) {
  struct Place {
    Tokens tokens;
    float score;
    bool finished;
  };
  const std::size_t n = static_cast<std::size_t>(options.beams);
  const auto ends = [&](std::int64_t id) {
    return std::count(end_ids.begin(), end_ids.end(), id) > 0;
  };
  const auto sorted = [](std::vector<Place> places) {
    std::stable_sort(places.begin(), places.end(),
                     [](const Place& a, const Place& b) { return a.score > b.score; });
    return places;
  };
  std::vector<Place> running(n, Place{{}, -1e9F, false});
  running[0].score = 0;
  std::vector<Place> best(n, Place{{}, -1e9F, false});
  for (std::int64_t length = 1;; ++length) {
    std::vector<Place> pairs;
    for (const Place& beam : running) {
      const std::vector<float> logits = model(beam.tokens);
      const float largest = *std::max_element(logits.begin(), logits.end());
      double sum = 0;
      for (const float x : logits) sum += std::exp(static_cast<double>(x - largest));
      for (std::size_t v = 0; v < logits.size(); ++v) {
        const float log_probability = logits[v] - largest - static_cast<float>(std::log(sum));
        Tokens tokens = beam.tokens;
        tokens.push_back(static_cast<std::int64_t>(v));
        pairs.push_back({std::move(tokens), log_probability + beam.score, false});
      }
    }
    pairs = sorted(std::move(pairs));
    pairs.resize(std::max<std::size_t>(2, 1 + end_ids.size()) * n);
    std::vector<bool> hit;
    for (const Place& pair : pairs) hit.push_back(length == budget || ends(pair.tokens.back()));

    std::vector<Place> still = pairs;
    for (std::size_t i = 0; i < still.size(); ++i) still[i].score += hit[i] ? -1e9F : 0.0F;
    still = sorted(std::move(still));
    still.resize(n);

    std::vector<Place> merged = best;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      Place place = pairs[i];
      place.finished = hit[i] && i < n;
      place.score /= static_cast<float>(std::pow(length, options.length_penalty));
      if (!place.finished) place.score += -1e9F;
      merged.push_back(std::move(place));
    }
    best = sorted(std::move(merged));
    best.resize(n);
    running = std::move(still);

    const bool full = options.early_stopping == EarlyStopping::kNever && options.length_penalty > 0;
    const float possible = running[0].score / static_cast<float>(std::pow(full ? budget : length,
                                                                          options.length_penalty));
    bool improvable = false;
    for (const Place& place : best) {
      improvable = improvable || possible > (place.finished ? best.back().score : -1e9F);
    }
    const bool all_finished =
        std::all_of(best.begin(), best.end(), [](const Place& place) { return place.finished; });
    if (!improvable || (all_finished && options.early_stopping == EarlyStopping::kFirst) ||
        std::count(hit.begin(), hit.end(), false) == 0) {
      return best[0].tokens;
    }
  }
}

const Model kTwoWays =
    ByTable({{{}, {0.31, 0.5, 0.19}}, {{1}, {0.6, 0.3, 0.1}}, {{2}, {0.9, 0.05, 0.05}}});

// Two sequences finish before the best one.
const Model kLateBest = ByTable({{{}, {0.15, 0.6, 0.25}},
                                 {{1}, {0.3, 0.65, 0.05}},
                                 {{2}, {0.9, 0.05, 0.05}},
                                 {{1, 1}, {0.5, 0.45, 0.05}},
                                 {{1, 2}, {0.9, 0.05, 0.05}},
                                 {{1, 1, 1}, {0.99, 0.005, 0.005}},
                                 {{1, 1, 2}, {0.4, 0.3, 0.3}},
                                 {{1, 2, 1}, {0.4, 0.3, 0.3}},
                                 {{1, 2, 2}, {0.4, 0.3, 0.3}}});

}  // namespace

TEST_CASE("two beams find what greedy decoding walks past") {
  // Greedy takes 0 (0.6) and then at best 0.55 x 0.6 = 0.33; 1, 2 has 0.4 x 0.95 = 0.38.
  const Model model =
      ByTable({{{}, {0.6, 0.4, 1e-6}}, {{0}, {0.55, 0.45, 1e-6}}, {{1}, {0.03, 0.02, 0.95}}});
  CHECK(Search(model, {.beams = 1}, 2, {}).tokens == Tokens{0, 0});
  CHECK(Search(model, {.beams = 2}, 2, {}).tokens == Tokens{1, 2});
}

TEST_CASE("the length penalty chooses between a short and a long sequence") {
  // [0] has ln 0.31 = -1.171; [1, 0] has ln 0.30 = -1.204, and half of that per token.
  const Found per_token = Search(kTwoWays, {.beams = 2, .length_penalty = 1}, 5, {0});
  CHECK(per_token.tokens == Tokens{1, 0});
  CHECK(per_token.reason == FinishReason::kStop);
  CHECK(per_token.steps == 2);  // what runs on, [1, 1] with -1.897 / 2, cannot win
  CHECK(Search(kTwoWays, {.beams = 2, .length_penalty = 0}, 5, {0}).tokens == Tokens{0});
  CHECK(Search(kTwoWays, {.beams = 2, .length_penalty = -1}, 5, {0}).tokens == Tokens{0});
}

TEST_CASE("early stopping takes the best of the first that finish") {
  // After three steps [2, 0] and [1, 1, 0] have finished; [1, 1, 1] is still ahead of the
  // worse of them and ends best of all one step later.
  const Found first =
      Search(kLateBest, {.beams = 2, .early_stopping = EarlyStopping::kFirst}, 8, {0});
  CHECK(first.tokens == Tokens{1, 1, 0});
  CHECK(first.steps == 3);
  const Found heuristic = Search(kLateBest, {.beams = 2}, 8, {0});
  CHECK(heuristic.tokens == Tokens{1, 1, 1, 0});
  CHECK(heuristic.steps == 4);
}

TEST_CASE("an end outside the first n candidates does not finish") {
  // The end token is third behind the prompt, so that [0] never finishes, though its
  // ln 0.28 = -1.273 would beat everything under a negative penalty.
  const Model model =
      ByTable({{{}, {0.28, 0.37, 0.35}}, {{1}, {0.5, 0.25, 0.25}}, {{2}, {0.4, 0.3, 0.3}}});
  CHECK(Search(model, {.beams = 2, .length_penalty = -1}, 2, {0}).tokens == Tokens{1, 0});
}

TEST_CASE("of equal scores the lower beam wins, then the lower id") {
  const Model uniform = [](const Tokens&) { return std::vector<float>(5, 1.0F); };
  CHECK(Search(uniform, {.beams = 2}, 3, {}).tokens == Tokens{0, 0, 0});
  CHECK(Search(uniform, {.beams = 3}, 3, {0}).tokens == Tokens{0});
  const Found found = Search(uniform, {.beams = 2, .length_penalty = 0}, 2, {4});
  CHECK(found.tokens == Tokens{0, 0});
  CHECK(found.reason == FinishReason::kLength);
}

TEST_CASE("the budget ends every beam, and the best of them is the answer") {
  const Found found = Search(kLateBest, {.beams = 2}, 1, {0});
  CHECK(found.tokens == Tokens{1});
  CHECK(found.reason == FinishReason::kLength);
  CHECK(found.steps == 1);
}

TEST_CASE("enough beams find the best of all sequences") {
  constexpr std::size_t kVocabularySize = 5;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Model model = ByHash(seed, kVocabularySize, {});
    // Every sequence of three tokens, by its log-probability.
    Tokens best;
    double best_score = -1e9;
    for (int code = 0; code < 125; ++code) {
      const Tokens tokens = {code / 25, code / 5 % 5, code % 5};
      double score = 0;
      for (std::size_t t = 0; t < 3; ++t) {
        const auto logits = model(Tokens(tokens.begin(), tokens.begin() + t));
        double sum = 0;
        for (const float x : logits) sum += std::exp(x);
        score += logits[tokens[t]] - std::log(sum);
      }
      if (score > best_score) {
        best_score = score;
        best = tokens;
      }
    }
    CHECK(Search(model, {.beams = 25}, 3, {}).tokens == best);
  }
}

TEST_CASE("the search agrees with one written over whole arrays") {
  int compared = 0;
  int stopped = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    for (const double penalty : {-0.7, 0.0, 1.0, 2.0}) {
      for (const auto early :
           {EarlyStopping::kHeuristic, EarlyStopping::kFirst, EarlyStopping::kNever}) {
        const BeamSearchOptions options = {.beams = 2 + static_cast<std::int64_t>(seed % 4),
                                           .length_penalty = penalty,
                                           .early_stopping = early};
        const std::int64_t budget = 1 + static_cast<std::int64_t>(seed % 9);
        Tokens end_ids;
        for (std::int64_t id = 0; id < static_cast<std::int64_t>(seed % 3); ++id) {
          end_ids.push_back(3 * id + 1);
        }
        // Small vocabularies have fewer pairs than candidates at the first step.
        const std::size_t vocabulary = 5 + seed % 13;
        const Model model = ByHash(seed, vocabulary, end_ids);
        const Found found = Search(model, options, budget, end_ids);
        INFO("seed " << seed << " penalty " << penalty << " early " << static_cast<int>(early));
        CHECK(found.tokens == Reference(model, options, budget, end_ids));
        ++compared;
        stopped += found.reason == FinishReason::kStop ? 1 : 0;
      }
    }
  }
  CHECK(compared == 480);
  CHECK(stopped > 100);
  CHECK(stopped < 450);
}

TEST_CASE("what does not suit a beam search is an error") {
  for (const BeamSearchOptions& options :
       {BeamSearchOptions{.beams = 0}, BeamSearchOptions{.beams = 65},
        BeamSearchOptions{.beams = 2, .length_penalty = std::nan("")},
        BeamSearchOptions{.beams = 2, .length_penalty = 11}}) {
    CHECK(absl::IsInvalidArgument(MakeDecoding({.method = options}, {}).status()));
  }
  const auto decoding = MakeDecoding({.method = BeamSearchOptions{.beams = 2}}, {0, 1}).value();
  const std::vector<float> small = {1.0F, 2.0F};
  CHECK(absl::IsInvalidArgument(decoding->Advance({absl::MakeConstSpan(small)}).status()));
  const std::vector<float> bad = {1.0F, std::numeric_limits<float>::quiet_NaN(), 2.0F, 1.0F};
  CHECK(absl::IsInternal(decoding->Advance({absl::MakeConstSpan(bad)}).status()));
}

}  // namespace clientele::inference
