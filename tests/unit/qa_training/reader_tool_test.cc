// From files in the format of SQuAD to a reader's bundle and its figures.
#include <sstream>
#include <string>

#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/inference/torchscript/bundle_writer.h"
#include "services/qa-service/training/reader/squad_file.h"
#include "tests/support/catch_with_torch.h"
#include "tests/unit/qa_training/tiny_bert.h"
#include "tools/clientele-models/reader/evaluate_reader.h"
#include "tools/clientele-models/reader/train_reader.h"

namespace clientele::models {
namespace {

using clientele::testing::TemporaryFolder;
using clientele::testing::WriteTinyBert;
using nlohmann::json;

std::vector<std::string> Numbered(const std::string& stem, int count) {
  std::vector<std::string> words;
  for (int i = 0; i < count; ++i)
    words.push_back(absl::StrCat(stem, std::string(1, static_cast<char>('a' + i / 10)), i % 10));
  return words;
}

std::vector<std::string> Vocabulary() {
  std::vector<std::string> words = {"what", "follows", "is", "off"};
  for (const char* stem : {"key", "value", "other"}) {
    for (std::string& word : Numbered(stem, 30)) words.push_back(std::move(word));
  }
  return words;
}

// Passages in which a value follows each key; a question names the key.
json Questions(int from, int to, bool with_impossible = false) {
  const auto keys = Numbered("key", 30);
  const auto values = Numbered("value", 30);
  const auto others = Numbered("other", 30);
  json data = json::array();
  for (int a = from; a < to; ++a) {
    std::string context;
    json questions = json::array();
    for (int k = 0; k < 3; ++k) {
      for (int o = 0; o < 3; ++o)
        absl::StrAppend(&context, others[(a * 7 + k * 5 + o * 11) % 30], " ");
      const std::string& key = keys[(a * 3 + k * 7) % 30];
      const std::string& value = values[(a * 11 + k * 13) % 30];
      absl::StrAppend(&context, key, " ");
      questions.push_back({{"id", absl::StrCat(a, "-", k)},
                           {"question", absl::StrCat("what follows ", key, "?")},
                           {"answers", {{{"text", value}, {"answer_start", context.size()}}}}});
      absl::StrAppend(&context, value, " ");
    }
    if (with_impossible) {
      questions.push_back(
          {{"id", absl::StrCat(a, "-none")},
           {"question", absl::StrCat("what follows ", keys[(a * 3 + 10) % 30], "?")},
           {"answers", json::array()},
           {"is_impossible", true}});
    }
    data.push_back({{"title", absl::StrCat("article ", a)},
                    {"paragraphs", {{{"context", context}, {"qas", questions}}}}});
  }
  return {{"version", "1"}, {"data", data}};
}

absl::StatusOr<json> Train(const TemporaryFolder& folder, const std::string& file,
                           const std::filesystem::path& encoder, int epochs = 16) {
  TrainReaderOptions options;
  options.files = {folder.Write("train.json", file)};
  options.encoder = encoder;
  options.bundle.out = folder.path() / "models";
  options.epochs = epochs;
  std::ostringstream out;
  std::ostringstream log;
  const absl::Status status = TrainReader(options, out, log);
  if (!status.ok()) return status;
  INFO(log.str());
  return json::parse(out.str());
}

absl::StatusOr<json> Evaluate(const TemporaryFolder& folder, const std::string& bundle,
                              const std::string& file) {
  std::ostringstream out;
  std::ostringstream log;
  const absl::Status status =
      EvaluateReader({.bundle = bundle, .files = {folder.Write("test.json", file)}}, out, log);
  if (!status.ok()) return status;
  CHECK(absl::StrContains(out.str(), "sliding window"));
  return json::parse(out.str().substr(out.str().find('{')));
}

TEST_CASE("a reader learns to find what follows the question's word, and when nothing does") {
  const TemporaryFolder folder;
  const auto encoder = WriteTinyBert(folder, Vocabulary());
  const auto trained = Train(folder, Questions(0, 200, true).dump(), encoder, 24);
  INFO(trained.status());
  REQUIRE(trained.ok());
  CHECK((*trained)["bundle"] == (folder.path() / "models/reader/1").string());
  CHECK((*trained)["questions"].get<int>() > 700);
  CHECK((*trained)["f1"].get<double>() > (*trained)["sliding_window_f1"].get<double>());
  CHECK(inference::VerifyUnsignedBundle(folder.path() / "models/reader/1").ok());

  const auto measured = Evaluate(folder, (*trained)["bundle"], Questions(300, 340, true).dump());
  INFO(measured.status());
  REQUIRE(measured.ok());
  CHECK(measured->size() == 2);
  CHECK((*measured)["exact_match"].get<double>() > 0.85);
  CHECK((*measured)["f1"].get<double>() > 0.85);
}

TEST_CASE("one seed gives one reader, and a training that was cut goes on") {
  const TemporaryFolder folder;
  const auto encoder = WriteTinyBert(folder, Vocabulary());
  TrainReaderOptions options;
  options.files = {folder.Write("train.json", Questions(0, 20).dump())};
  options.encoder = encoder;
  options.bundle.out = folder.path() / "models";
  options.epochs = 2;
  std::ostringstream first;
  std::ostringstream second;
  std::ostringstream log;
  options.bundle.checkpoints = folder.path() / "checkpoints";
  REQUIRE(TrainReader(options, first, log).ok());
  // The checkpoint of the end is gone on from: nothing is left to learn.
  REQUIRE(TrainReader(options, second, log).ok());
  json a = json::parse(first.str());
  json b = json::parse(second.str());
  a.erase("bundle");
  b.erase("bundle");
  CHECK(a == b);
}

TEST_CASE("what is no file of questions is refused in one line") {
  const TemporaryFolder folder;
  const auto message = [&](const std::string& file) {
    const auto trained = Train(folder, file, folder.path() / "no-encoder", 1);
    CHECK_FALSE(trained.ok());
    CHECK_FALSE(absl::StrContains(trained.status().message(), "\n"));
    return std::string(trained.status().message());
  };
  const auto one = [](const json& answers) {
    return json{{"data",
                 {{{"paragraphs",
                    {{{"context", "包裹 on friday"},
                      {"qas", {{{"id", "q7"}, {"question", "when?"}, {"answers", answers}}}}}}}}}}}
        .dump();
  };
  CHECK(absl::StrContains(message(""), "train.json"));
  CHECK(absl::StrContains(message("{\"data\": [\"\xff\"]}"), "train.json"));
  CHECK(absl::StrContains(message("[]"), "data"));
  CHECK(absl::StrContains(message("{\"data\": []}"), "no question"));
  CHECK(absl::StrContains(message("{\"data\": [{}]}"), "paragraphs"));
  CHECK(absl::StrContains(message(one(json::array())), "q7 has no answers"));
  CHECK(absl::StrContains(message(one({{{"text", ""}, {"answer_start", 3}}})), "no text"));
  CHECK(absl::StrContains(message(one({{{"text", "friday"}, {"answer_start", 3}}})),
                          "answer_start does not match"));
  CHECK(absl::StrContains(message(one({{{"text", "friday"}, {"answer_start", -1}}})),
                          "answer_start does not match"));
  // What is right gets as far as the encoder. Characters are counted, not bytes.
  CHECK_FALSE(absl::StrContains(message(one({{{"text", "friday"}, {"answer_start", 6}}})), "q7"));
  CHECK_FALSE(std::filesystem::exists(folder.path() / "models"));
}

TEST_CASE("answers that are not where they should be are measured by their text") {
  const TemporaryFolder folder;
  json file = Questions(0, 2);
  file["data"][0]["paragraphs"][0]["qas"][0]["answers"][0]["answer_start"] = 1;
  const std::vector<std::filesystem::path> files = {folder.Write("wrong.json", file.dump())};
  CHECK_FALSE(qa::ReadSquadFiles(files, qa::AnswerStarts::kChecked).ok());
  const auto read = qa::ReadSquadFiles(files, qa::AnswerStarts::kNotRead);
  REQUIRE(read.ok());
  CHECK(read->examples.size() == 6);
  CHECK_FALSE(read->examples[0].place.has_value());
}

}  // namespace
}  // namespace clientele::models
