#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>
#include <string>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/inference/torchscript/bundle_writer.h"
#include "services/qa-service/training/held_out_groups.h"
#include "services/qa-service/training/reranker/hard_negatives.h"
#include "services/qa-service/training/reranker/lexical_ranking.h"
#include "services/qa-service/training/reranker/ranker_module.h"
#include "tests/support/catch_with_torch.h"
#include "tests/unit/qa_training/tiny_bert.h"
#include "tools/clientele-models/reranker/evaluate_reranker.h"
#include "tools/clientele-models/reranker/train_reranker.h"
//
#include <catch2/catch_approx.hpp>

namespace clientele::models {
namespace {

using Catch::Approx;
using clientele::testing::TemporaryFolder;
using clientele::testing::WriteTinyBert;
using nlohmann::json;

TEST_CASE("the loss of lists is the mean of -log softmax of the first score") {
  const at::Tensor scores = at::tensor({1.0, 2.0, 0.5, -1.0, 3.0});
  const double first = std::log(std::exp(1.0) + std::exp(2.0) + std::exp(0.5)) - 1.0;
  const double second = std::log(std::exp(-1.0) + std::exp(3.0)) + 1.0;
  CHECK(qa::FirstOfListLoss(scores, {3, 2}).item<double>() == Approx((first + second) / 2));
}

TEST_CASE("hard negatives are of both sides, each once, and never the right passage") {
  using Passages = std::vector<std::size_t>;
  CHECK(qa::HardNegatives(4, 10, {4, 2, 7, 8}, 2, {2, 4, 7, 9, 1}, 2) == Passages{2, 7, 9, 1});
  CHECK(qa::HardNegatives(9, 10, {}, 2, {9, 3}, 1) == Passages{3, 0, 1});
  CHECK(qa::HardNegatives(0, 2, {0}, 3, {0}, 2) == Passages{1});
}

TEST_CASE("texts are ranked by the words that they share with a question") {
  const std::vector<std::string> texts = {"red shoes", "blue shoes and blue socks", "包裹退货",
                                          "nothing of it"};
  const qa::LexicalRanking ranking(texts);
  CHECK(ranking.Best("blue socks", 5) == std::vector<std::size_t>{1});
  CHECK(ranking.Best("shoe", 1) == std::vector<std::size_t>{0});
  CHECK(ranking.Best("怎么退货", 3) == std::vector<std::size_t>{2});
  CHECK(ranking.Best("unknown", 3).empty());
}

TEST_CASE("whole groups are held out, some and not all") {
  const std::vector<std::string> groups = {"a", "b", "a", "c", "c", "d", "d", "d"};
  const std::vector<char> held_out = qa::HoldOutGroups(groups, 0.3, 5);
  std::map<std::string, int> seen;
  int count = 0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const auto [found, added] = seen.emplace(groups[i], held_out[i]);
    CHECK(found->second == held_out[i]);
    count += held_out[i];
  }
  CHECK(count >= 3);
  CHECK(count < 8);
  CHECK(qa::HoldOutGroups(groups, 0.3, 5) == held_out);
  CHECK(qa::HoldOutGroups(std::vector<std::string>{"a", "a"}, 0.5, 1) == std::vector<char>{0, 0});
  const std::vector<char> all = qa::HoldOutGroups(groups, 1.0, 2);
  CHECK(std::count(all.begin(), all.end(), 0) > 0);
}

std::string Word(const char* stem, int i) {
  return absl::StrCat(stem, std::string(1, static_cast<char>('a' + i / 10)), i % 10);
}

// A question's topic stands in every passage; the one that answers has the verb of the question's
// own kind, which no word says.
std::string Pairs(int from, int to) {
  std::string csv = "question,answer\n";
  for (int i = from; i < to; ++i) {
    const std::string topic = Word("topic", i);
    const std::string filler = Word("other", (i * 7) % 30);
    const bool when = i % 2 == 0;
    absl::StrAppend(&csv, when ? "when " : "where ", topic, " ", topic, ",",
                    when ? "friday " : "berlin ", topic, " ", filler, " ",
                    Word("other", (i * 11 + 3) % 30), "\n");
    absl::StrAppend(&csv, when ? "where " : "when ", topic, " ", topic, ",",
                    when ? "berlin " : "friday ", topic, " ", filler, " ",
                    Word("other", (i * 11 + 3) % 30), "\n");
  }
  return csv;
}

std::vector<std::string> RankedVocabulary() {
  std::vector<std::string> words = {"when", "where", "friday", "berlin"};
  for (int i = 0; i < 150; ++i) words.push_back(Word("topic", i));
  for (int i = 0; i < 30; ++i) words.push_back(Word("other", i));
  return words;
}

absl::StatusOr<json> TrainOn(const TemporaryFolder& folder, const std::string& csv,
                             const std::filesystem::path& encoder, int epochs) {
  TrainRerankerOptions options;
  options.pairs = folder.Write("pairs.csv", csv);
  options.encoder = encoder;
  options.bundle.out = folder.path() / "models";
  options.epochs = epochs;
  std::ostringstream out;
  std::ostringstream log;
  const absl::Status status = TrainReranker(options, out, log);
  if (!status.ok()) return status;
  return json::parse(out.str());
}

TEST_CASE("a reranker learns what BM25 cannot tell apart") {
  const TemporaryFolder folder;
  const auto encoder = WriteTinyBert(folder, RankedVocabulary());
  const auto trained = TrainOn(folder, Pairs(0, 120), encoder, 30);
  INFO(trained.status());
  REQUIRE(trained.ok());
  CHECK((*trained)["right_first_after"].get<double>() >
        (*trained)["right_first_before"].get<double>());
  CHECK(inference::VerifyUnsignedBundle(folder.path() / "models/reranker/1").ok());

  std::string queries = "text,passage\n";
  std::string passages = "id,text\n";
  for (int i = 120; i < 140; ++i) {
    absl::StrAppend(&queries, "when ", Word("topic", i), ",f", i, "\nwhere ", Word("topic", i),
                    ",b", i, "\n");
    absl::StrAppend(&passages, "b", i, ",berlin ", Word("topic", i), " ", Word("other", i % 30),
                    "\nf", i, ",friday ", Word("topic", i), " ", Word("other", i % 30), "\n");
  }
  EvaluateRerankerOptions measured = {.bundle = folder.path() / "models/reranker/1",
                                      .queries = folder.Write("queries.csv", queries),
                                      .passages = folder.Write("passages.csv", passages)};
  std::ostringstream out;
  std::ostringstream log;
  const absl::Status status = EvaluateReranker(measured, out, log);
  INFO(status);
  REQUIRE(status.ok());
  const json metrics = json::parse(out.str());
  CHECK(metrics["queries"] == 40);
  CHECK(metrics["passages"] == 40);
  CHECK(metrics["right_in_20"] == 1);
  // Of two passages with the same words the first comes first.
  CHECK(metrics["right_first_before"] == 0.5);
  CHECK(metrics["right_first_after"].get<double>() > 0.9);
}

TEST_CASE("pairs that cannot be learned from are refused in one line") {
  const TemporaryFolder folder;
  const auto encoder = WriteTinyBert(folder, RankedVocabulary());
  const auto message = [&](const std::string& csv) {
    const auto trained = TrainOn(folder, csv, encoder, 1);
    CHECK_FALSE(trained.ok());
    CHECK_FALSE(absl::StrContains(trained.status().message(), "\n"));
    return std::string(trained.status().message());
  };
  CHECK(absl::StrContains(message(""), "pairs.csv"));
  CHECK(absl::StrContains(message("question\nwhen\n"), "answer"));
  CHECK(absl::StrContains(message("question,answer\nwhen,\n"), "no row"));
  CHECK(absl::StrContains(message("question,answer\nwhen,friday\n"), "two passages"));
  CHECK_FALSE(std::filesystem::exists(folder.path() / "models"));
}

TEST_CASE("a query for a passage that is not there is refused") {
  const TemporaryFolder folder;
  const auto encoder = WriteTinyBert(folder, RankedVocabulary());
  REQUIRE(TrainOn(folder, Pairs(0, 8), encoder, 1).ok());
  std::ostringstream out;
  std::ostringstream log;
  EvaluateRerankerOptions options = {.bundle = folder.path() / "models/reranker/1",
                                     .queries = folder.Write("q.csv", "text,passage\nwhen,p9\n"),
                                     .passages = folder.Write("p.csv", "id,text\np1,friday\n")};
  CHECK(absl::StrContains(EvaluateReranker(options, out, log).message(), "p9"));
  options.bundle = encoder;
  CHECK(absl::StrContains(EvaluateReranker(options, out, log).message(), "p9"));
  options.queries = folder.Write("q.csv", "text,passage\nwhen,p1\n");
  CHECK(absl::StrContains(EvaluateReranker(options, out, log).message(), "TEXT_RANKER"));
}

}  // namespace
}  // namespace clientele::models
