#include "services/qa-service/training/reranker/reranker_training.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "absl/strings/match.h"

#include "common/inference/torchscript/bundle_writer.h"
#include "services/qa-service/training/held_out_groups.h"
#include "services/qa-service/training/reranker/hard_negatives.h"
#include "services/qa-service/training/reranker/lexical_ranking.h"
#include "services/qa-service/training/reranker/ranker_module.h"
#include "tests/support/catch_with_torch.h"
#include "tests/unit/qa_training/ranked_pairs.h"
#include "tests/unit/qa_training/tiny_bert.h"
//
#include <catch2/catch_approx.hpp>

namespace clientele::qa {
namespace {

using Catch::Approx;
using clientele::testing::RankedPairs;
using clientele::testing::RankedVocabulary;
using clientele::testing::TemporaryFolder;
using clientele::testing::WriteTinyBert;

TEST_CASE("the loss of lists is the mean of -log softmax of the first score") {
  const at::Tensor scores = at::tensor({1.0, 2.0, 0.5, -1.0, 3.0});
  const double first = std::log(std::exp(1.0) + std::exp(2.0) + std::exp(0.5)) - 1.0;
  const double second = std::log(std::exp(-1.0) + std::exp(3.0)) + 1.0;
  CHECK(FirstOfListLoss(scores, {3, 2}).item<double>() == Approx((first + second) / 2));
}

TEST_CASE("hard negatives are of both sides, each once, and never the right passage") {
  using Passages = std::vector<std::size_t>;
  CHECK(HardNegatives(4, 10, {4, 2, 7, 8}, 2, {2, 4, 7, 9, 1}, 2) == Passages{2, 7, 9, 1});
  CHECK(HardNegatives(9, 10, {}, 2, {9, 3}, 1) == Passages{3, 0, 1});
  CHECK(HardNegatives(0, 2, {0}, 3, {0}, 2) == Passages{1});
}

TEST_CASE("texts are ranked by the words that they share with a question") {
  const std::vector<std::string> texts = {"red shoes", "blue shoes and blue socks", "包裹退货",
                                          "nothing of it"};
  const LexicalRanking ranking(texts);
  CHECK(ranking.Best("blue socks", 5) == std::vector<std::size_t>{1});
  CHECK(ranking.Best("shoe", 1) == std::vector<std::size_t>{0});
  CHECK(ranking.Best("怎么退货", 3) == std::vector<std::size_t>{2});
  CHECK(ranking.Best("unknown", 3).empty());
}

TEST_CASE("whole groups are held out, some and not all") {
  const std::vector<std::string> groups = {"a", "b", "a", "c", "c", "d", "d", "d"};
  const std::vector<char> held_out = HoldOutGroups(groups, 0.3, 5);
  std::map<std::string, int> seen;
  int count = 0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const auto [found, added] = seen.emplace(groups[i], held_out[i]);
    CHECK(found->second == held_out[i]);
    count += held_out[i];
  }
  CHECK(count >= 3);
  CHECK(count < 8);
  CHECK(HoldOutGroups(groups, 0.3, 5) == held_out);
  CHECK(HoldOutGroups(std::vector<std::string>{"a", "a"}, 0.5, 1) == std::vector<char>{0, 0});
  const std::vector<char> all = HoldOutGroups(groups, 1.0, 2);
  CHECK(std::count(all.begin(), all.end(), 0) > 0);
}

TEST_CASE("a reranker learns what BM25 cannot tell apart") {
  const TemporaryFolder folder;
  const auto encoder = EncoderBundle::Open(WriteTinyBert(folder, RankedVocabulary()));
  REQUIRE(encoder.ok());
  RerankerBundleOptions options = {
      .out = folder.path() / "models", .name = "reranker", .version = "1"};
  options.training.epochs = 20;
  const auto trained = TrainRerankerBundle(**encoder, RankedPairs(0, 120), options);
  INFO(trained.status());
  REQUIRE(trained.ok());
  const auto& metrics = trained->metrics;
  CHECK(trained->passages == 240);
  CHECK(metrics.at("right_in_20") == 1);
  CHECK(metrics.at("right_first_before") < 0.75);
  CHECK(metrics.at("right_first_after") > 0.9);
  CHECK(inference::VerifyUnsignedBundle(trained->folder).ok());
}

TEST_CASE("pairs of one passage cannot be ranked") {
  const TemporaryFolder folder;
  const auto encoder = EncoderBundle::Open(WriteTinyBert(folder, RankedVocabulary()));
  REQUIRE(encoder.ok());
  const std::vector<QuestionAnswer> pairs = {{"when", "friday"}, {"where", "friday"}};
  const auto trained = TrainRerankerBundle(
      **encoder, pairs, {.out = folder.path() / "models", .name = "reranker", .version = "1"});
  CHECK(absl::StrContains(trained.status().message(), "two passages"));
}

}  // namespace
}  // namespace clientele::qa
