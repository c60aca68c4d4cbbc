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
#include "services/qa-service/training/reranker/ranker_module.h"
#include "services/qa-service/training/search/passage_search.h"
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

TEST_CASE("the scale of scores is where the right ones are likeliest") {
  const std::vector<std::vector<float>> lists = {
      {0.50F, 0.42F, 0.40F}, {0.31F, 0.33F}, {0.70F, 0.30F}, {0.45F, 0.44F, 0.10F}};
  const auto loss = [&](double scale) {
    std::vector<double> all;
    std::vector<std::int64_t> sizes;
    for (const std::vector<float>& list : lists) {
      for (const float score : list) all.push_back(scale * static_cast<double>(score));
      sizes.push_back(static_cast<std::int64_t>(list.size()));
    }
    return FirstOfListLoss(at::tensor(all), sizes).item<double>();
  };
  const double scale = LikeliestScale(lists);
  CHECK(scale > 2);
  CHECK(loss(scale) < loss(scale * 1.01));
  CHECK(loss(scale) < loss(scale * 0.99));
  // Where the search is always right the scale is as great as it can tell.
  CHECK(LikeliestScale({{0.5F, 0.4F}}) > 100);
}

TEST_CASE(
    "texts are found as the service finds articles, by words alone where there is no encoder") {
  const std::vector<std::string> texts = {"red shoes", "blue shoes and blue socks", "包裹退货",
                                          "nothing of it"};
  const auto search = PassageSearch::Of(nullptr, texts, {});
  REQUIRE(search.ok());
  const auto found =
      (*search)->Find(std::vector<std::string>{"blue socks", "shoe", "怎么退货", "unknown"}, 3);
  REQUIRE(found.ok());
  const auto texts_of = [&](std::size_t question) {
    std::vector<std::size_t> numbers;
    for (const FoundPassage& each : (*found)[question]) numbers.push_back(each.text);
    return numbers;
  };
  CHECK(texts_of(0) == std::vector<std::size_t>{1});
  CHECK(texts_of(1) == std::vector<std::size_t>{0, 1});
  CHECK(texts_of(2) == std::vector<std::size_t>{2});
  CHECK(texts_of(3).empty());
  CHECK((*found)[0][0].passage == texts[1]);
  CHECK((*found)[1][0].score > (*found)[1][1].score);
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

TEST_CASE("a reranker learns what the search cannot tell apart") {
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
  CHECK(metrics.at("right_first_before") < 0.85);
  CHECK(metrics.at("right_first_after") > 0.9);
  CHECK(metrics.at("loss_after") < metrics.at("loss_before"));
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
