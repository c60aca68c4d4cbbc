// From a CSV file of pairs to a reranker's bundle and its figures.
#include <sstream>
#include <string>

#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "tests/support/catch_with_torch.h"
#include "tests/unit/qa_training/ranked_pairs.h"
#include "tests/unit/qa_training/tiny_bert.h"
#include "tools/clientele-models/reranker/evaluate_reranker.h"
#include "tools/clientele-models/reranker/train_reranker.h"

namespace clientele::models {
namespace {

using clientele::testing::NumberedWord;
using clientele::testing::RankedPairs;
using clientele::testing::RankedVocabulary;
using clientele::testing::TemporaryFolder;
using clientele::testing::WriteTinyBert;
using nlohmann::json;

std::string RankedCsv(int from, int to) {
  std::string csv = "question,answer\n";
  for (const qa::QuestionAnswer& pair : RankedPairs(from, to)) {
    absl::StrAppend(&csv, pair.question, ",", pair.answer, "\n");
  }
  return csv;
}

absl::StatusOr<json> TrainOn(const TemporaryFolder& folder, const std::string& csv,
                             const std::filesystem::path& encoder, int epochs) {
  TrainRerankerOptions options;
  options.pairs = folder.Write("pairs.csv", csv);
  options.run.encoder = encoder;
  options.run.bundle.out = folder.path() / "models";
  options.run.training.epochs = epochs;
  std::ostringstream out;
  std::ostringstream log;
  const absl::Status status = TrainReranker(options, out, log);
  if (!status.ok()) return status;
  return json::parse(out.str());
}

TEST_CASE("a reranker is trained from a file, and measured on another") {
  const TemporaryFolder folder;
  const auto encoder = WriteTinyBert(folder, RankedVocabulary());
  const auto trained = TrainOn(folder, RankedCsv(0, 120), encoder, 20);
  INFO(trained.status());
  REQUIRE(trained.ok());
  CHECK((*trained)["right_first_after"].get<double>() >
        (*trained)["right_first_before"].get<double>());

  std::string queries = "text,passage\n";
  std::string passages = "id,text\n";
  for (int i = 120; i < 140; ++i) {
    absl::StrAppend(&queries, "when ", NumberedWord("topic", i), ",f", i, "\nwhere ",
                    NumberedWord("topic", i), ",b", i, "\n");
    absl::StrAppend(&passages, "b", i, ",berlin ", NumberedWord("topic", i), " ",
                    NumberedWord("other", i % 30), "\nf", i, ",friday ", NumberedWord("topic", i),
                    " ", NumberedWord("other", i % 30), "\n");
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
  REQUIRE(TrainOn(folder, RankedCsv(0, 8), encoder, 1).ok());
  std::ostringstream out;
  std::ostringstream log;
  EvaluateRerankerOptions options = {.bundle = folder.path() / "models/reranker/1",
                                     .queries = folder.Write("q.csv", "text,passage\nwhen,p9\n"),
                                     .passages = folder.Write("p.csv", "id,text\np1,friday\n")};
  CHECK(absl::StrContains(EvaluateReranker(options, out, log).message(), "p9"));
  options.bundle = encoder;
  options.queries = folder.Write("q.csv", "text,passage\nwhen,p1\n");
  CHECK(absl::StrContains(EvaluateReranker(options, out, log).message(), "TEXT_RANKER"));
}

}  // namespace
}  // namespace clientele::models
