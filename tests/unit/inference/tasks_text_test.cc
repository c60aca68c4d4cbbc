// The adapters of tasks over texts: classifier, ranker, reader.

#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include <torch/csrc/jit/api/module.h>

#include "tests/support/catch_with_torch.h"
//
#include <catch2/catch_approx.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "common/inference/bundle/manifest.h"
#include "common/inference/tasks/text_classifier.h"
#include "common/inference/tasks/text_ranker.h"
#include "common/inference/tasks/text_reader.h"
#include "common/status/error_details.h"
#include "tests/unit/inference/tiny_tasks.h"

namespace clientele::inference {
namespace {

using Catch::Approx;
using Catch::Matchers::ContainsSubstring;
using clientele::testing::TemporaryFolder;
using testing::kCafe;
using testing::kFree;
using testing::kHan;
using testing::kReturn;
using testing::TinyTableModule;
using testing::TinyTokensInputs;
using testing::TinyTokensManifest;
using testing::WriteTask;

constexpr char kClassifierMethods[] = R"(
def forward(self, ids, mask, segments):
    weights = mask.to(self.table.dtype).unsqueeze(-1)
    return (torch.embedding(self.table, ids) * weights).sum(1)
)";
constexpr char kRankerMethods[] = R"(
def forward(self, ids, mask, segments):
    rows = torch.embedding(self.table, ids)
    passage = (mask * segments).to(rows.dtype).unsqueeze(-1)
    question = (mask * (1 - segments)).to(rows.dtype).unsqueeze(-1)
    return ((rows * passage).sum(1) * (rows * question).sum(1)).sum(1)
)";
// Position 0 has the logits of [CLS].
constexpr char kReaderMethods[] = R"(
def forward(self, ids, mask, segments):
    logits = torch.embedding(self.table, ids)
    return logits[:, :, 0], logits[:, :, 1]
)";

ModelHandleOptions WriteClassifier(const TemporaryFolder& folder,
                                   const std::vector<std::string>& labels,
                                   const std::map<std::string, std::string>& settings = {}) {
  model::v1::Bundle manifest = TinyTokensManifest(TextClassifierModel::kTask);
  AddSpec(*manifest.mutable_outputs(), "scores", model::v1::DATA_TYPE_FLOAT32, {-1, 2});
  for (const std::string& label : labels) manifest.add_labels(label);
  manifest.mutable_settings()->insert(settings.begin(), settings.end());
  return WriteTask(folder,
                   TinyTableModule({{kFree, {0, 2}}, {kReturn, {3, 0}}}, kClassifierMethods),
                   manifest, TinyTokensInputs());
}

ModelHandleOptions WriteRanker(const TemporaryFolder& folder, bool hashed = false) {
  model::v1::Bundle manifest = TinyTokensManifest(TextRankerModel::kTask);
  AddSpec(*manifest.mutable_outputs(), "scores", model::v1::DATA_TYPE_FLOAT32, {-1});
  if (hashed) manifest.mutable_tokenizer()->mutable_hashed_ngrams()->set_buckets(5);
  return WriteTask(
      folder,
      TinyTableModule({{kFree, {1, 0}}, {kReturn, {0, 1}}, {kCafe, {2, 0}}}, kRankerMethods),
      manifest, TinyTokensInputs());
}

ModelHandleOptions WriteReader(const TemporaryFolder& folder) {
  model::v1::Bundle manifest = TinyTokensManifest(TextReaderModel::kTask);
  AddSpec(*manifest.mutable_outputs(), "start", model::v1::DATA_TYPE_FLOAT32, {-1, -1});
  AddSpec(*manifest.mutable_outputs(), "end", model::v1::DATA_TYPE_FLOAT32, {-1, -1});
  return WriteTask(
      folder,
      TinyTableModule(
          {{testing::kCls, {1.5F, 1.5F}}, {kCafe, {5, 1}}, {kHan, {1, 6}}, {kFree, {0.5F, 0.25F}}},
          kReaderMethods),
      manifest, TinyTokensInputs());
}

}  // namespace

TEST_CASE("a classifier gives every label of a text, the most probable first") {
  const TemporaryFolder folder;
  const auto handle =
      ModelHandle<TextClassifierModel>::Create(WriteClassifier(folder, {"complaint", "praise"}))
          .value();
  const auto classifier =
      TextClassifier::Create({.handle = handle.get(), .run_inline = true}).value();
  const auto classified = classifier->Classify({}, {"Free", "return free", ""});
  REQUIRE(classified.ok());
  CHECK(classified->model_id == "tiny/1");
  REQUIRE(classified->texts.size() == 3);
  const std::vector<LabelProbability>& free = classified->texts[0];
  REQUIRE(free.size() == 2);
  CHECK(free[0].label == "praise");
  CHECK(free[0].probability == Approx(1 / (1 + std::exp(-2.0))));
  CHECK(free[1].label == "complaint");
  CHECK(free[0].probability + free[1].probability == Approx(1));
  CHECK(classified->texts[1][0].label == "complaint");
  CHECK(classified->texts[1][0].probability == Approx(1 / (1 + std::exp(-1.0))));
  // Without a token it never reaches the model.
  CHECK(classified->texts[2].empty());
  CHECK(classifier->stats().computed == 2);
}

TEST_CASE("a classifier rejects a text as its bundle says, and gives what is likeliest else") {
  const TemporaryFolder folder;
  const auto handle =
      ModelHandle<TextClassifierModel>::Create(
          WriteClassifier(folder, {"oos", "praise"},
                          {{kOosLabelSetting, "oos"}, {kOosThresholdSetting, "0.7"}}))
          .value();
  const auto classifier =
      TextClassifier::Create({.handle = handle.get(), .run_inline = true}).value();
  // In logits of the two labels: 3 and 0, 3 and 2, 0 and 2.
  const auto classified = classifier->Classify({}, {"return", "return free", "free", ""});
  REQUIRE(classified.ok());
  REQUIRE(classified->choices.size() == 4);
  const double sure = 1 / (1 + std::exp(-3.0));
  CHECK(classified->choices[0].rejected);
  CHECK(classified->choices[0].outside == Approx(sure));
  CHECK(classified->choices[0].label == "praise");
  CHECK(classified->choices[0].probability == Approx(1 - sure));
  CHECK(classified->choices[1].rejected);
  CHECK_FALSE(classified->choices[2].rejected);
  CHECK(classified->choices[2].label == "praise");
  CHECK(classified->choices[3].label.empty());
  CHECK_FALSE(classified->choices[3].rejected);
}

TEST_CASE("without a label for what is out of scope nothing is rejected") {
  const std::vector<LabelProbability> ranked = {{"praise", 0.6F}, {"complaint", 0.4F}};
  const LabelChoice choice = ChooseLabel({}, ranked);
  CHECK_FALSE(choice.rejected);
  CHECK(choice.label == "praise");
  CHECK(choice.outside == Approx(0.4));
}

TEST_CASE("a classifier that rejects by what is no label or no number never serves") {
  const auto reason = [](const std::map<std::string, std::string>& settings) {
    const TemporaryFolder folder;
    const auto handle = ModelHandle<TextClassifierModel>::Create(
                            WriteClassifier(folder, {"complaint", "praise"}, settings))
                            .value();
    CHECK(handle->Current() == nullptr);
    return handle->Versions().at(0).reason;
  };
  CHECK_THAT(reason({{kOosLabelSetting, "oos"}, {kOosThresholdSetting, "0.7"}}),
             ContainsSubstring("settings.oos_label") && ContainsSubstring("\"oos\""));
  CHECK_THAT(reason({{kOosLabelSetting, "praise"}}), ContainsSubstring("settings.oos_threshold"));
  CHECK_THAT(reason({{kOosLabelSetting, "praise"}, {kOosThresholdSetting, "much"}}),
             ContainsSubstring("settings.oos_threshold"));
}

TEST_CASE("lists of n-grams stand behind a text's tokens with segments of their own") {
  const TemporaryFolder folder;
  model::v1::Bundle manifest = TinyTokensManifest(TextClassifierModel::kTask);
  AddSpec(*manifest.mutable_outputs(), "scores", model::v1::DATA_TYPE_FLOAT32, {-1, 3});
  for (const char* label : {"tokens", "words", "characters"}) manifest.add_labels(label);
  manifest.mutable_tokenizer()->mutable_files()->set_max_tokens(12);
  model::v1::HashedNgrams& words = *manifest.mutable_tokenizer()->add_ngrams();
  words.set_buckets(1000);
  words.set_max_word_ngram(2);
  words.set_max_tokens(4);
  model::v1::HashedNgrams& characters = *manifest.mutable_tokenizer()->add_ngrams();
  characters.set_buckets(1000);
  characters.set_min_char_ngram(3);
  characters.set_max_char_ngram(3);
  characters.set_max_tokens(8);
  manifest.mutable_limits()->set_max_tokens(24);
  // ln of how many ids of each segment there are.
  const auto handle =
      ModelHandle<TextClassifierModel>::Create(WriteTask(folder, TinyTableModule({}, R"(
def forward(self, ids, mask, segments):
    counts = [(mask * (segments == i).long()).sum(1) for i in [0, 1, 2]]
    return torch.log(torch.stack(counts, 1).to(self.table.dtype) + 0.000001)
)"),
                                                         manifest, TinyTokensInputs()));
  INFO(handle.status());
  REQUIRE(handle.ok());
  const auto classifier =
      TextClassifier::Create({.handle = handle->get(), .run_inline = true}).value();
  const auto classified = classifier->Classify({}, {"free cafe return free", "", "?"});
  INFO(classified.status());
  REQUIRE(classified.ok());
  std::map<std::string, float> share;
  for (const LabelProbability& each : classified->texts[0]) share[each.label] = each.probability;
  // [CLS] and [SEP] about four words; seven words and pairs, of which four are allowed; of the
  // characters <fr fre ree ee> <ca caf afe fe> and more, eight.
  CHECK(share["tokens"] == Approx(6.0 / 18));
  CHECK(share["words"] == Approx(4.0 / 18));
  CHECK(share["characters"] == Approx(8.0 / 18));
  CHECK(classified->texts[1].empty());
  // A text without a word has tokens alone.
  CHECK(classified->texts[2][0].label == "tokens");
  CHECK(classified->texts[2][0].probability == Approx(1).margin(1e-4));
}

TEST_CASE("lists of n-grams need bounds that a row can keep, and a classifier") {
  model::v1::Bundle manifest = TinyTokensManifest(TextClassifierModel::kTask);
  AddSpec(*manifest.mutable_outputs(), "scores", model::v1::DATA_TYPE_FLOAT32, {-1, 2});
  manifest.set_name("tiny");
  model::v1::HashedNgrams& list = *manifest.mutable_tokenizer()->add_ngrams();
  list.set_buckets(10);
  const auto message = [&] { return std::string(CheckInterface(manifest, "tiny", "1").message()); };
  CHECK_THAT(message(), ContainsSubstring("must have max_tokens of its own"));
  manifest.mutable_tokenizer()->mutable_files()->set_max_tokens(12);
  CHECK_THAT(message(), ContainsSubstring("tokenizer.ngrams[0].max_tokens"));
  list.set_max_tokens(4);
  CHECK_THAT(message(), ContainsSubstring("less than the 16 ids"));
  manifest.mutable_limits()->set_max_tokens(16);
  CHECK_THAT(message(), !ContainsSubstring("ngrams"));
  list.set_buckets(0);
  CHECK_THAT(message(), ContainsSubstring("tokenizer.ngrams[0].buckets"));
  list.set_buckets(10);
  manifest.set_task(model::v1::TASK_TEXT_READER);
  CHECK_THAT(message(), ContainsSubstring("ngrams") || ContainsSubstring("outputs"));
}

TEST_CASE("a classifier whose labels are not its classes is rejected") {
  const TemporaryFolder folder;
  const auto handle =
      ModelHandle<TextClassifierModel>::Create(WriteClassifier(folder, {"praise"})).value();
  CHECK(handle->Current() == nullptr);
  CHECK(handle->Versions().at(0).reason == "the bundle has 1 labels, and 2 classes by outputs[0]");
  const auto classifier =
      TextClassifier::Create({.handle = handle.get(), .run_inline = true}).value();
  const absl::Status status = classifier->Classify({}, {"free"}).status();
  CHECK(absl::IsUnavailable(status));
  CHECK(GetReason(status) == "MODEL_UNAVAILABLE");
}

TEST_CASE("a ranker scores each passage by question and passage") {
  const TemporaryFolder folder;
  const auto handle = ModelHandle<TextRankerModel>::Create(WriteRanker(folder)).value();
  const auto ranker = TextRanker::Create({.handle = handle.get(), .run_inline = true}).value();
  const auto ranked = ranker->Score({}, "free?", {"return", "free Café", "", "café free café"});
  REQUIRE(ranked.ok());
  CHECK(ranked->model_id == "tiny/1");
  CHECK(ranked->scores == std::vector<float>{0, 3, 0, 5});
}

TEST_CASE("a long passage is cut behind its question, and a longer question is refused") {
  const TemporaryFolder folder;
  const auto handle = ModelHandle<TextRankerModel>::Create(WriteRanker(folder)).value();
  const auto ranker = TextRanker::Create({.handle = handle.get(), .run_inline = true}).value();
  // 12 tokens: [CLS], 2 of the question, [SEP], 7 of the passage, [SEP].
  const std::string nine = "free free free free free free free free free";
  CHECK(ranker->Score({}, "free ?", {nine})->scores == std::vector<float>{7});
  CHECK(absl::IsInvalidArgument(ranker->Score({}, nine + " free free", {"free"}).status()));
}

TEST_CASE("a ranker without a tokenizer for pairs is rejected") {
  const TemporaryFolder folder;
  const auto handle =
      ModelHandle<TextRankerModel>::Create(WriteRanker(folder, /*hashed=*/true)).value();
  CHECK(handle->Current() == nullptr);
  CHECK_THAT(handle->Versions().at(0).reason, ContainsSubstring("a trained tokenizer is needed"));
}

TEST_CASE("a reader gives the passage's best span in bytes and characters") {
  const TemporaryFolder folder;
  const auto handle = ModelHandle<TextReaderModel>::Create(WriteReader(folder)).value();
  const auto reader = TextReader::Create({.handle = handle.get(), .run_inline = true}).value();
  // The question's own tokens are no answer, whatever their logits.
  const std::vector<std::string> passages = {"free Café 退?", "free", ""};
  const auto read = reader->Read({}, "café 退?", passages);
  REQUIRE(read.ok());
  CHECK(read->model_id == "tiny/1");
  REQUIRE(read->answers.size() == 3);
  const PassageAnswer& answer = read->answers[0];
  CHECK(passages[0].substr(answer.begin, answer.end - answer.begin) == "Café 退");
  CHECK(answer.first_character == 5);
  CHECK(answer.end_character == 11);
  CHECK(answer.margin == Approx(5 + 6 - 3));
  // Below "no answer", and still the best of its passage.
  CHECK(read->answers[1].margin == Approx(0.75 - 3));
  CHECK(read->answers[1].end == 4);
  CHECK(read->answers[2].margin == -std::numeric_limits<float>::infinity());
  CHECK(read->answers[2].end == 0);
  CHECK(reader->stats().computed == 2);
}

TEST_CASE("a span does not end before it begins") {
  const TemporaryFolder folder;
  const auto handle = ModelHandle<TextReaderModel>::Create(WriteReader(folder)).value();
  const auto reader = TextReader::Create({.handle = handle.get(), .run_inline = true}).value();
  const auto read = reader->Read({}, "?", {"退 free cafe"});
  REQUIRE(read.ok());
  // 退 alone is 7, cafe alone is 6, 退 to cafe is 2; cafe to 退 would be 11.
  CHECK(read->answers[0].margin == Approx(7 - 3));
  CHECK(read->answers[0].end == 3);
}

TEST_CASE("adapters refuse the handle of another task") {
  const TemporaryFolder folder;
  ModelHandleOptions options = WriteRanker(folder);
  options.task = model::v1::TASK_TEXT_READER;
  const auto handle = ModelHandle<TextRankerModel>::Create(options).value();
  CHECK(absl::IsInvalidArgument(TextRanker::Create({.handle = handle.get()}).status()));
  CHECK(absl::IsInvalidArgument(TextRanker::Create({}).status()));
}

}  // namespace clientele::inference
