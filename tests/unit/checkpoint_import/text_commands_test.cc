#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"

#include "common/modeling/checkpoint/safetensors.h"
#include "common/modeling/checkpoint/tensor_bytes.h"
#include "tests/support/catch_with_torch.h"
#include "tests/support/paths.h"
#include "tests/support/temporary_folder.h"
#include "tools/clientele-models/import/checkpoint_import.h"
#include "tools/clientele-models/text/generate.h"
#include "tools/clientele-models/text/tokenize.h"

namespace clientele::models {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const fs::path kCheckpoints = fs::path(clientele::testing::SourceDir()) / "../shared/hf";

const char kVocabulary[] = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nfree\nreturn\n##s\n退\n货\n";

TEST_CASE("Each line is a JSON string, its answer ids, tokens and offsets in characters") {
  const testing::TemporaryFolder folder;
  std::istringstream in("\"Free returns\"\n\"\\u9000 x\"\n\"\"\n");
  std::ostringstream out;
  REQUIRE(Tokenize(folder.Write("vocab.txt", kVocabulary), in, out).ok());
  std::istringstream lines(out.str());
  std::string line;
  std::getline(lines, line);
  CHECK(Json::parse(line) == Json::parse(R"({"ids": [2, 4, 5, 6, 3],
      "tokens": ["[CLS]", "free", "return", "##s", "[SEP]"],
      "offsets": [[0, 0], [0, 4], [5, 11], [11, 12], [0, 0]]})"));
  std::getline(lines, line);
  CHECK(Json::parse(line)["ids"] == Json({2, 7, 1, 3}));
  CHECK(Json::parse(line)["offsets"] == Json::parse("[[0, 0], [0, 1], [2, 3], [0, 0]]"));
  std::getline(lines, line);
  CHECK(Json::parse(line)["ids"] == Json({2, 3}));
}

TEST_CASE("A line that is no JSON string is named, and the lines before it were answered") {
  const testing::TemporaryFolder folder;
  const fs::path vocabulary = folder.Write("vocab.txt", kVocabulary);
  for (const char* bad : {"free", "7", "[\"a\"]", "\"\\ud800\"", "\"\xff\"", "\"open"}) {
    std::istringstream in(std::string("\"free\"\n") + bad + "\n");
    std::ostringstream out;
    const absl::Status status = Tokenize(vocabulary, in, out);
    INFO(bad);
    CHECK(absl::IsInvalidArgument(status));
    CHECK(absl::StrContains(status.message(), "line 2"));
    CHECK(absl::StrContains(out.str(), "\"ids\":[2,4,3]"));
  }
  std::istringstream none;
  std::ostringstream out;
  CHECK_FALSE(Tokenize(folder.path() / "none.json", none, out).ok());
}

TEST_CASE("Ten megabytes of text are tokenized like a few bytes") {
  const testing::TemporaryFolder folder;
  std::istringstream in(Json(std::string(10 << 20, 'a')).dump() + "\n");
  std::ostringstream out;
  REQUIRE(Tokenize(folder.Write("vocab.txt", kVocabulary), in, out).ok());
  const Json answer = Json::parse(out.str());
  CHECK(answer["ids"] == Json({2, 1, 3}));  // one unknown word
  CHECK(answer["offsets"][1] == Json({0, 10 << 20}));
}

Json LastLine(const std::string& text) {
  const std::size_t end = text.find_last_not_of('\n');
  const std::size_t begin = text.rfind('\n', end) + 1;
  return Json::parse(text.substr(begin, end - begin + 1));
}

std::vector<std::int64_t> GenerateIds(const fs::path& bundle, std::vector<std::int64_t> prompt,
                                      const inference::DecodingOptions& decoding) {
  std::ostringstream out;
  const absl::Status status =
      Generate({.bundle = bundle, .prompt_ids = std::move(prompt), .decoding = decoding}, out);
  INFO(status.message());
  REQUIRE(status.ok());
  return LastLine(out.str())["ids"].get<std::vector<std::int64_t>>();
}

// Rows of a matrix of ids, each up to and with its first `end` behind `from`.
std::vector<std::vector<std::int64_t>> Rows(const modeling::SafetensorsFile& file, const char* name,
                                            std::int64_t from, std::int64_t end) {
  const at::Tensor matrix = modeling::ToTensor(file.tensors().at(name));
  std::vector<std::vector<std::int64_t>> rows;
  for (std::int64_t i = 0; i < matrix.size(0); ++i) {
    std::vector<std::int64_t> row;
    for (std::int64_t j = from; j < matrix.size(1); ++j) {
      row.push_back(matrix[i][j].item<std::int64_t>());
      if (row.back() == end) break;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<std::int64_t> Unmasked(const modeling::SafetensorsFile& file, const char* ids,
                                   const char* mask, std::int64_t row) {
  const at::Tensor values = modeling::ToTensor(file.tensors().at(ids))[row];
  const at::Tensor kept =
      mask == nullptr ? at::ones_like(values) : modeling::ToTensor(file.tensors().at(mask))[row];
  std::vector<std::int64_t> result;
  for (std::int64_t i = 0; i < values.size(0); ++i) {
    if (kept[i].item<std::int64_t>() != 0) result.push_back(values[i].item<std::int64_t>());
  }
  return result;
}

struct Imported {
  testing::TemporaryFolder folder;
  fs::path bundle;
  std::unique_ptr<modeling::SafetensorsFile> golden;

  explicit Imported(const std::string& name) {
    const auto written = ImportCheckpoint(
        kCheckpoints / name, {.out = folder.path(), .name = "imported", .version = "1"});
    INFO(written.status().message());
    REQUIRE(written.ok());
    bundle = *written;
    auto opened = modeling::SafetensorsFile::Open(kCheckpoints / name / "golden.safetensors");
    if (opened.ok()) golden = *std::move(opened);
  }
};

TEST_CASE("Decoders generate the ids of the reference, ragged prompts too") {
  if (!fs::exists(kCheckpoints)) SKIP("shared/hf is not here");
  for (const char* name : {"gpt2", "llama", "qwen2"}) {
    INFO(name);
    const Imported model(name);
    const auto greedy = Rows(*model.golden, "greedy", 12, 2);
    const auto ragged = Rows(*model.golden, "ragged_greedy", 12, 2);
    for (std::int64_t row = 0; row < 3; ++row) {
      CHECK(GenerateIds(model.bundle, Unmasked(*model.golden, "input_ids", nullptr, row),
                        {.max_new_tokens = 32}) == greedy[row]);
      CHECK(GenerateIds(model.bundle,
                        Unmasked(*model.golden, "ragged_input_ids", "ragged_attention_mask", row),
                        {.max_new_tokens = 16}) == ragged[row]);
    }
  }
}

TEST_CASE("T5 generates the ids of the reference, with four beams too") {
  if (!fs::exists(kCheckpoints)) SKIP("shared/hf is not here");
  for (const char* name : {"t5", "t5-v1_1"}) {
    INFO(name);
    const Imported model(name);
    const auto greedy = Rows(*model.golden, "greedy", 1, 1);
    const auto beams = Rows(*model.golden, "beam4", 1, 1);
    for (std::int64_t row = 0; row < 3; ++row) {
      const auto source = Unmasked(*model.golden, "input_ids", "attention_mask", row);
      CHECK(GenerateIds(model.bundle, source, {.max_new_tokens = 24}) == greedy[row]);
      CHECK(GenerateIds(model.bundle, source,
                        {.method = inference::BeamSearchOptions{.beams = 4},
                         .max_new_tokens = 16}) == beams[row]);
    }
  }
}

TEST_CASE("The story model writes its golden texts to the letter") {
  if (!fs::exists(kCheckpoints)) SKIP("shared/hf is not here");
  const Imported model("stories260k");
  std::ifstream file(kCheckpoints / "stories260k/golden.json");
  for (const Json& story : Json::parse(file)) {
    const auto prompt = story["prompt"].get<std::string>();
    const auto length = static_cast<std::int64_t>(story["output_ids"].size()) -
                        static_cast<std::int64_t>(story["prompt_ids"].size());
    std::ostringstream out;
    REQUIRE(
        Generate({.bundle = model.bundle, .prompt = prompt, .decoding = {.max_new_tokens = length}},
                 out)
            .ok());
    const Json answer = LastLine(out.str());
    CHECK("<s> " + prompt + answer["text"].get<std::string>() == story["text"].get<std::string>());
    CHECK(answer["ids"].size() == static_cast<std::size_t>(length));
    // What was streamed is the text.
    CHECK(absl::StartsWith(out.str(), answer["text"].get<std::string>() + "\n{"));
  }
}

TEST_CASE("A prompt that is not UTF-8, or longer than the model's positions, is refused") {
  if (!fs::exists(kCheckpoints)) SKIP("shared/hf is not here");
  const Imported model("stories260k");
  const auto message = [&](const std::string& prompt) {
    std::ostringstream out;
    const absl::Status status = Generate({.bundle = model.bundle, .prompt = prompt}, out);
    CHECK(absl::IsInvalidArgument(status));
    CHECK(out.str().empty());
    return std::string(status.message());
  };
  CHECK(absl::StrContains(message("a\xff\xfe"), "UTF-8"));
  CHECK(absl::StrContains(message("\xed\xa0\x80"), "UTF-8"));  // half of a surrogate pair
  CHECK(absl::StrContains(message(std::string(1 << 20, 'a')), "prompt: must have 1 to"));
}

TEST_CASE("A prompt that cannot be is refused before the model runs") {
  const testing::TemporaryFolder folder;
  const auto bundle = NewModel(
      "gpt2",
      folder.Write("config.json", R"({"n_embd": 16, "n_head": 2, "n_layer": 1, "n_positions": 16,
                                      "vocab_size": 40})"),
      1, {.out = folder.path(), .name = "tiny", .version = "1"});
  REQUIRE(bundle.ok());
  std::ostringstream out;
  CHECK(absl::StrContains(Generate({.bundle = *bundle, .prompt = "a"}, out).message(),
                          "--prompt_ids"));
  CHECK_FALSE(Generate({.bundle = *bundle, .prompt_ids = {40}}, out).ok());
  CHECK_FALSE(Generate({.bundle = *bundle, .prompt_ids = {-1}}, out).ok());
  CHECK_FALSE(Generate({.bundle = *bundle, .prompt_ids = {}}, out).ok());
  CHECK_FALSE(
      Generate({.bundle = *bundle, .prompt_ids = std::vector<std::int64_t>(17, 1)}, out).ok());
  CHECK(out.str().empty());
}

}  // namespace
}  // namespace clientele::models
