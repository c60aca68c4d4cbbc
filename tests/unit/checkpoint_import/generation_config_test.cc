#include "tools/clientele-models/import/generation_config.h"

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/strings/match.h"

#include "common/inference/generation/decoding.h"
#include "tests/support/catch_with_torch.h"
#include "tests/support/temporary_folder.h"
#include "tools/clientele-models/text/bundle_decoding.h"

namespace clientele::models {
namespace {

using Json = nlohmann::json;

absl::StatusOr<GenerationDefaults> Read(const std::string& content, Json& config) {
  const testing::TemporaryFolder folder;
  folder.Write("generation_config.json", content);
  return ReadGenerationConfig(folder.path(), config);
}

TEST_CASE("What generation_config.json says of ends goes before config.json") {
  Json config = {{"eos_token_id", 2}, {"pad_token_id", 0}};
  REQUIRE(
      Read(R"({"eos_token_id": [5, 6], "decoder_start_token_id": 3, "pad_token_id": null})", config)
          .ok());
  CHECK(config == Json::parse(R"({"eos_token_id": [5, 6], "pad_token_id": 0,
                                  "decoder_start_token_id": 3})"));
}

TEST_CASE("Lengths and beams' rules become settings of the bundle, and those of its decoding") {
  Json config = Json::object();
  const auto defaults = Read(R"({"min_length": 8, "min_new_tokens": 2, "length_penalty": -0.5,
                                 "early_stopping": "never", "do_sample": true})",
                             config);
  REQUIRE(defaults.ok());
  CHECK(defaults->not_followed.empty());
  model::v1::Bundle manifest;
  manifest.mutable_settings()->insert(defaults->settings.begin(), defaults->settings.end());

  const auto beams = DecodingOf(manifest, 3, {.method = inference::BeamSearchOptions{.beams = 2}});
  REQUIRE(beams.ok());
  CHECK(beams->min_new_tokens == 5);  // of 8 with the prompt
  const auto& options = std::get<inference::BeamSearchOptions>(beams->method);
  CHECK(options.length_penalty == -0.5);
  CHECK(options.early_stopping == inference::EarlyStopping::kNever);
  CHECK(DecodingOf(manifest, 7, {})->min_new_tokens == 2);
  (*manifest.mutable_settings())["architecture_kind"] = "encoder-decoder";
  CHECK(DecodingOf(manifest, 7, {})->min_new_tokens == 7);

  (*manifest.mutable_settings())["length_penalty"] = "much";
  CHECK(absl::StrContains(
      DecodingOf(manifest, 3, {.method = inference::BeamSearchOptions{}}).status().message(),
      "settings.length_penalty"));
}

TEST_CASE("Wishes that nothing follows are named, unless they change nothing") {
  Json config = Json::object();
  CHECK(Read(R"({"repetition_penalty": 1.1, "suppress_tokens": [3], "num_beam_groups": 1,
                 "bad_words_ids": [], "guidance_scale": 1.0, "temperature": 0.6})",
             config)
            ->not_followed == std::vector<std::string>{"repetition_penalty", "suppress_tokens"});
}

TEST_CASE("A wrong field of generation_config.json is named") {
  for (const char* field : {"min_length", "min_new_tokens", "length_penalty", "early_stopping"}) {
    Json config = Json::object();
    const auto read = Read(Json{{field, "x"}}.dump(), config);
    INFO(field);
    CHECK(absl::StrContains(read.status().message(),
                            std::string("generation_config.json: ") + field));
  }
}

TEST_CASE("No end comes before the least number of tokens, greedily and with beams") {
  // Token 1 ends, and is by far the most probable.
  const std::vector<float> row = {0.0F, 5.0F, 1.0F, -1.0F};
  for (const bool beams : {false, true}) {
    inference::DecodingOptions options = {.max_new_tokens = 6, .min_new_tokens = 3};
    if (beams) options.method = inference::BeamSearchOptions{.beams = 2};
    const auto decoding = inference::MakeDecoding(options, {1}).value();
    std::vector<absl::Span<const float>> rows = {row};
    while (true) {
      const auto next = decoding->Advance(rows);
      REQUIRE(next.ok());
      if (next->empty()) break;
      rows.assign(next->size(), row);
    }
    CHECK(decoding->tokens() == std::vector<std::int64_t>{2, 2, 2, 1});
  }
}

}  // namespace
}  // namespace clientele::models
