// From a CSV file to a bundle and its figures, with an encoder of a few numbers.
#include <cmath>
#include <sstream>
#include <string>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>
#include <torch/csrc/jit/api/module.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/inference/bundle/golden.h"
#include "common/inference/bundle/manifest.h"
#include "common/inference/torchscript/bundle_writer.h"
#include "tests/support/catch_with_torch.h"
#include "tests/support/temporary_folder.h"
#include "tools/clientele-models/intents/evaluate_intents.h"
#include "tools/clientele-models/intents/train_intents.h"
//
#include <catch2/catch_approx.hpp>

namespace clientele::models {
namespace {

namespace fs = std::filesystem;
using Catch::Approx;
using clientele::testing::TemporaryFolder;

constexpr std::int64_t kBuckets = 500;

fs::path WriteEncoder(const TemporaryFolder& folder) {
  torch::jit::Module module("TinyEncoder");
  module.register_buffer("table",
                         at::sin(at::arange((kBuckets + 1) * 8, at::kFloat) * 1.3).view({-1, 8}));
  module.define(R"py(
def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
    weights = mask.to(self.table.dtype).unsqueeze(-1)
    rows = torch.sum(torch.embedding(self.table, ids) * weights, 1)
    return rows / torch.clamp(torch.sum(weights, 1), min=1.0)
)py");
  model::v1::Bundle manifest;
  manifest.set_name("encoder");
  manifest.set_version("1");
  manifest.set_task(model::v1::TASK_TEXT_ENCODER);
  for (const char* input : {"ids", "mask"}) {
    inference::AddSpec(*manifest.mutable_inputs(), input, model::v1::DATA_TYPE_INT64, {-1, -1});
  }
  inference::AddSpec(*manifest.mutable_outputs(), "vectors", model::v1::DATA_TYPE_FLOAT32, {-1, 8});
  manifest.mutable_tokenizer()->mutable_hashed_ngrams()->set_buckets(kBuckets);
  manifest.mutable_tokenizer()->mutable_hashed_ngrams()->set_max_word_ngram(1);
  manifest.mutable_limits()->set_max_tokens(32);
  const auto written = inference::WriteUnsignedBundle(
      {.model_dir = folder.path()}, module, manifest, {}, inference::ExampleInputs(manifest, 1, 4));
  INFO(written.status());
  REQUIRE(written.ok());
  return *written;
}

// Questions of three intents, in two languages, and others.
std::string Questions(bool with_oos, int from, int to) {
  const char* places[] = {"today",         "in Berlin", "please", "again",
                          "for my sister", "上海",      "now",    "at home"};
  std::string csv = "text,intent\n";
  for (int i = from; i < to; ++i) {
    const char* place = places[i % 8];
    absl::StrAppend(&csv, "where is my parcel ", place, ",track\n");
    absl::StrAppend(&csv, "\"I want my money back, ", place, "\",refund\n");
    absl::StrAppend(&csv, "我想退货 ", place, ",refund\n");
    absl::StrAppend(&csv, "what does shipping cost ", place, ",price\n");
    if (with_oos) absl::StrAppend(&csv, "who won match ", i * 7, " of chess ", i, ",oos\n");
  }
  return csv;
}

absl::StatusOr<nlohmann::json> Train(const TemporaryFolder& folder, const fs::path& encoder,
                                     const std::string& csv, TrainIntentsOptions options = {}) {
  options.encoder = encoder;
  options.csv = folder.Write("train.csv", csv);
  if (options.text_column.empty()) options.text_column = "text";
  options.label_column = "intent";
  options.out = folder.path() / "models";
  std::ostringstream out;
  std::ostringstream log;
  const absl::Status status = TrainIntentsCommand(options, out, log);
  if (!status.ok()) return status;
  return nlohmann::json::parse(out.str());
}

absl::StatusOr<nlohmann::json> Evaluate(const TemporaryFolder& folder, const std::string& bundle,
                                        const std::string& csv, const std::string& oos_label) {
  EvaluateIntentsOptions options;
  options.bundle = bundle;
  options.csv = folder.Write("test.csv", csv);
  options.text_column = "text";
  options.label_column = "intent";
  options.oos_label = oos_label;
  std::ostringstream out;
  std::ostringstream log;
  const absl::Status status = EvaluateIntents(options, out, log);
  if (!status.ok()) return status;
  return nlohmann::json::parse(out.str());
}

TEST_CASE("a bundle is trained from a CSV file, rejects, and is measured on another") {
  const TemporaryFolder folder;
  const fs::path encoder = WriteEncoder(folder);
  const auto trained = Train(folder, encoder, Questions(true, 0, 16), {.oos_label = "oos"});
  INFO(trained.status());
  REQUIRE(trained.ok());
  CHECK((*trained)["bundle"] == (folder.path() / "models/intents/1").string());
  CHECK((*trained)["labels"] == 3);
  CHECK((*trained)["rows"] == 80);
  CHECK((*trained)["tuned"] == true);
  CHECK(inference::VerifyUnsignedBundle(folder.path() / "models/intents/1").ok());

  const auto measured = Evaluate(folder, (*trained)["bundle"], Questions(true, 16, 24), "oos");
  INFO(measured.status());
  REQUIRE(measured.ok());
  CHECK(measured->size() == 6);
  CHECK((*measured)["accuracy"].get<double>() > 0.9);
  CHECK((*measured)["macro_f1"].get<double>() > 0.85);
  CHECK((*measured)["oos_recall"].get<double>() > 0.7);
  CHECK((*measured)["oos_precision"].get<double>() > 0.7);
  CHECK((*measured)["auroc"].get<double>() > 0.9);
  CHECK((*measured)["ece"].get<double>() < 0.3);
}

TEST_CASE(
    "the next version follows the newest, and without out-of-scope rows nothing is rejected") {
  const TemporaryFolder folder;
  const fs::path encoder = WriteEncoder(folder);
  const auto first =
      Train(folder, encoder, Questions(false, 0, 8), {.version = "7", .frozen = true});
  INFO(first.status());
  REQUIRE(first.ok());
  CHECK((*first)["tuned"] == false);
  const auto second = Train(folder, encoder, Questions(false, 0, 8), {.frozen = true});
  REQUIRE(second.ok());
  CHECK((*second)["bundle"] == (folder.path() / "models/intents/8").string());
  const auto measured = Evaluate(folder, (*second)["bundle"], Questions(false, 8, 16), "");
  REQUIRE(measured.ok());
  CHECK((*measured)["accuracy"].get<double>() > 0.9);
  for (const char* undefined : {"oos_recall", "oos_precision", "auroc"}) {
    CHECK((*measured)[undefined].is_null());
  }
  // Questions that no label is for count against it where the file says so.
  const auto with_oos = Evaluate(folder, (*second)["bundle"], Questions(true, 8, 16), "oos");
  REQUIRE(with_oos.ok());
  CHECK((*with_oos)["oos_recall"] == 0);
  CHECK((*with_oos)["oos_precision"].is_null());
  CHECK((*with_oos)["auroc"].is_number());
}

TEST_CASE("of two labels the area under the curve is measured") {
  const TemporaryFolder folder;
  const fs::path encoder = WriteEncoder(folder);
  std::string csv = "text,intent\n";
  for (int i = 0; i < 20; ++i) {
    absl::StrAppend(&csv, "很好 lovely dress ", i, ",positive\n不好 poor seams ", i, ",negative\n");
  }
  const auto trained = Train(folder, encoder, csv, {.frozen = true});
  INFO(trained.status());
  REQUIRE(trained.ok());
  const auto measured = Evaluate(folder, (*trained)["bundle"], csv, "");
  REQUIRE(measured.ok());
  CHECK((*measured)["auroc"] == 1);
  CHECK((*measured)["accuracy"] == 1);
}

TEST_CASE("what cannot be learned from is refused in one line") {
  const TemporaryFolder folder;
  const fs::path encoder = WriteEncoder(folder);
  const auto message = [&](const std::string& csv, TrainIntentsOptions options = {}) {
    const auto trained = Train(folder, encoder, csv, options);
    CHECK_FALSE(trained.ok());
    CHECK_FALSE(absl::StrContains(trained.status().message(), "\n"));
    return std::string(trained.status().message());
  };
  CHECK(absl::StrContains(message("text,intent\n"), "no row"));
  CHECK(absl::StrContains(message("text,intent\n,a\nhello,\n"), "no row"));
  CHECK(absl::StrContains(message("text,other\nhello,a\n"), "intent"));
  CHECK(absl::StrContains(message("text,intent\nhello,a\nhi,a\n"), "one label in scope"));
  CHECK(absl::StrContains(message("text,intent\nhello,oos\nhi,oos\n", {.oos_label = "oos"}),
                          "every row is out of scope"));
  CHECK(absl::StrContains(message("text,intent\nhello,a\nhi,b\n"), "at least 8"));
  CHECK_FALSE(message("").empty());
  CHECK_FALSE(fs::exists(folder.path() / "models"));
}

TEST_CASE("a bundle of another task is refused") {
  const TemporaryFolder folder;
  const fs::path encoder = WriteEncoder(folder);
  const auto measured = Evaluate(folder, encoder.string(), "text,intent\na,b\n", "");
  CHECK(absl::StrContains(measured.status().message(), "TEXT_CLASSIFIER"));
}

TEST_CASE("rows without a text or a label are left out") {
  const TemporaryFolder folder;
  const fs::path encoder = WriteEncoder(folder);
  const auto trained =
      Train(folder, encoder, Questions(false, 0, 8) + ",track\nhello,\n \t,x\n", {.frozen = true});
  INFO(trained.status());
  REQUIRE(trained.ok());
  CHECK((*trained)["rows"] == 32);
}

}  // namespace
}  // namespace clientele::models
