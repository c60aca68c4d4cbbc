#include <cmath>
#include <sstream>
#include <string>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/inference/torchscript/bundle_writer.h"
#include "services/qa-service/training/generator/sentence_support.h"
#include "services/qa-service/training/generator/teacher_forcing.h"
#include "tests/support/catch_with_torch.h"
#include "tests/unit/qa_training/tiny_bert.h"
#include "tools/clientele-models/generator/evaluate_generator.h"
#include "tools/clientele-models/generator/train_generator.h"
//
#include <catch2/catch_approx.hpp>

namespace clientele::models {
namespace {

using Catch::Approx;
using clientele::testing::TemporaryFolder;
using clientele::testing::WriteTinyBert;
using nlohmann::json;

TEST_CASE("the loss of targets is the mean cross entropy of their tokens alone") {
  const at::Tensor logits =
      at::tensor({1.0, 0.0, 2.0, 0.5, 0.5, 0.0, -1.0, 3.0, 0.0, 9.0, 9.0, 9.0}).view({2, 2, 3});
  const at::Tensor targets = at::tensor({2, 0, 1, -1}, at::kLong).view({2, 2});
  const auto entropy = [](double right, double a, double b) {
    return std::log(std::exp(right) + std::exp(a) + std::exp(b)) - right;
  };
  const double expected = (entropy(2, 1, 0) + entropy(0.5, 0.5, 0) + entropy(3, -1, 0)) / 3;
  CHECK(qa::TargetLoss(logits, targets).item<double>() == Approx(expected));
}

TEST_CASE("the decoder is given the start and what stands before each target") {
  const qa::ForcedExample a = {.source = {7, 8, 9}, .target = {4, 5, 1}};
  const qa::ForcedExample b = {.source = {7}, .target = {6, 1}};
  const std::vector<const qa::ForcedExample*> examples = {&a, &b};
  const qa::ForcedBatch batch = qa::PadForced(examples, 0);
  const auto equals = [](const at::Tensor& tensor, std::vector<std::int64_t> values) {
    return at::equal(tensor, at::tensor(values, at::kLong).view(tensor.sizes()));
  };
  CHECK(equals(batch.source, {7, 8, 9, 7, 0, 0}));
  CHECK(equals(batch.source_mask, {1, 1, 1, 1, 0, 0}));
  CHECK(equals(batch.decoder_inputs, {0, 4, 5, 0, 6, 0}));
  CHECK(equals(batch.targets, {4, 5, 1, 6, 1, -1}));
}

TEST_CASE("a sentence is supported by its words and by every number") {
  const std::string passage = "Orders ship within 3 days from Berlin. 退款需要五天。";
  const auto counted = [&](const std::string& text) {
    const qa::SupportedSentences each = qa::CountSupported(text, passage);
    return std::pair(each.supported, each.sentences);
  };
  using Pair = std::pair<std::size_t, std::size_t>;
  CHECK(counted("Orders ship within 3 days.") == Pair{1, 1});
  CHECK(counted("Orders ship within 4 days.") == Pair{0, 1});
  CHECK(counted("Orders ship from Berlin. Call our friendly support team.") == Pair{1, 2});
  CHECK(counted("退款需要五天。") == Pair{1, 1});
  CHECK(counted("") == Pair{0, 0});
}

std::string OwnersCsv(int from, int to) {
  std::string csv = "question,passage,answer\n";
  for (int i = from; i < to; ++i) {
    const char thing = static_cast<char>('a' + i % 20);
    // Facts that do not repeat.
    const char person = static_cast<char>('a' + (i * 7 + i / 20 * 3) % 20);
    absl::StrAppend(&csv, "who has thing", std::string(1, thing), ",person", std::string(1, person),
                    " has thing", std::string(1, thing), ",person", std::string(1, person), "\n");
  }
  return csv;
}

absl::StatusOr<json> TrainOn(const TemporaryFolder& folder, const std::string& csv,
                             TrainGeneratorOptions options) {
  options.pairs = folder.Write("pairs.csv", csv);
  options.bundle.out = folder.path() / "models";
  std::ostringstream out;
  std::ostringstream log;
  const absl::Status status = TrainGenerator(options, out, log);
  if (!status.ok()) return status;
  return json::parse(out.str());
}

TEST_CASE("a new generator learns to answer from the passage, and another goes on from it") {
  const TemporaryFolder folder;
  TrainGeneratorOptions options;
  options.vocabulary = 400;
  options.epochs = 2;
  const auto trained = TrainOn(folder, OwnersCsv(0, 320), options);
  INFO(trained.status());
  REQUIRE(trained.ok());
  CHECK((*trained)["bundle"] == (folder.path() / "models/generator/1").string());
  CHECK((*trained)["examples"].get<int>() >= 80);
  // It says the passage's person and ends. A guess among the twenty would cost ln(20) for the
  // letter, one token of at least two.
  CHECK((*trained)["loss"].get<double>() < 0.7);
  CHECK(inference::VerifyUnsignedBundle(folder.path() / "models/generator/1").ok());
  // Nothing of the new one's beginning is left.
  std::size_t entries = 0;
  for ([[maybe_unused]] const auto& entry :
       std::filesystem::directory_iterator(folder.path() / "models")) {
    ++entries;
  }
  CHECK(entries == 1);

  TrainGeneratorOptions further = {.generator = folder.path() / "models/generator/1"};
  further.epochs = 1;
  further.learning_rate = 1e-4;
  const auto again = TrainOn(folder, OwnersCsv(0, 320), further);
  INFO(again.status());
  REQUIRE(again.ok());
  CHECK((*again)["loss"].get<double>() < (*trained)["loss"].get<double>() + 0.05);

  std::ostringstream out;
  std::ostringstream log;
  const absl::Status status =
      EvaluateGenerator({.bundle = folder.path() / "models/generator/2",
                         .file = folder.Write("test.csv", OwnersCsv(320, 400)),
                         .max_new_tokens = 6},
                        out, log);
  INFO(status);
  REQUIRE(status.ok());
  const json metrics = json::parse(out.str());
  CHECK(metrics.size() == 8);
  CHECK(metrics["loss"].get<double>() < 0.7);
  for (const char* name : {"supported", "kept", "facts", "facts_in_passage", "rouge_l_checked",
                           "rouge_l_extractive"}) {
    CHECK(metrics.contains(name));
  }
  CHECK(metrics["rouge_l"].get<double>() <= 1);
}

TEST_CASE("what a generator cannot learn from is refused in one line") {
  const TemporaryFolder folder;
  const auto message = [&](const std::string& csv, const TrainGeneratorOptions& options) {
    const auto trained = TrainOn(folder, csv, options);
    CHECK_FALSE(trained.ok());
    CHECK_FALSE(absl::StrContains(trained.status().message(), "\n"));
    return std::string(trained.status().message());
  };
  TrainGeneratorOptions options;
  CHECK(absl::StrContains(message("", options), "pairs.csv"));
  CHECK(absl::StrContains(message("question\nwho\n", options), "answer"));
  CHECK(absl::StrContains(message("question,answer\nwho,\n", options), "no row"));
  options.generator = WriteTinyBert(folder, {"who"});
  CHECK(absl::StrContains(message(OwnersCsv(0, 2), options), "TEXT_GENERATOR"));
}

}  // namespace
}  // namespace clientele::models
