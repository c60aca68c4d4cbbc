#include "tools/clientele-models/import/generation_config.h"

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/strings/match.h"

#include "common/inference/generation/bundle_decoding.h"
#include "common/inference/generation/decoding.h"
#include "tests/support/catch_with_torch.h"
#include "tests/support/temporary_folder.h"

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

  const auto beams =
      inference::DecodingOf(manifest, 3, {.method = inference::BeamSearchOptions{.beams = 2}});
  REQUIRE(beams.ok());
  CHECK(beams->rules.min_new_tokens == 5);  // of 8 with the prompt
  const auto& options = std::get<inference::BeamSearchOptions>(beams->method);
  CHECK(options.length_penalty == -0.5);
  CHECK(options.early_stopping == inference::EarlyStopping::kNever);
  CHECK(inference::DecodingOf(manifest, 7, {})->rules.min_new_tokens == 2);
  (*manifest.mutable_settings())["architecture_kind"] = "encoder-decoder";
  CHECK(inference::DecodingOf(manifest, 7, {})->rules.min_new_tokens == 7);

  (*manifest.mutable_settings())["length_penalty"] = "much";
  CHECK(absl::StrContains(
      inference::DecodingOf(manifest, 3, {.method = inference::BeamSearchOptions{}})
          .status()
          .message(),
      "settings.length_penalty"));
}

TEST_CASE("Penalties and bans become rules of the bundle's decoding") {
  Json config = Json::object();
  const auto defaults = Read(R"({"repetition_penalty": 1.05, "no_repeat_ngram_size": 3,
                                 "bad_words_ids": [[7], [8, 9]], "forced_bos_token_id": 4,
                                 "forced_eos_token_id": 2, "suppress_tokens": [-1, 11, 12],
                                 "begin_suppress_tokens": [13]})",
                             config);
  REQUIRE(defaults.ok());
  CHECK(defaults->not_followed.empty());
  model::v1::Bundle manifest;
  manifest.mutable_settings()->insert(defaults->settings.begin(), defaults->settings.end());

  using Ids = std::vector<std::int64_t>;
  const auto decoding = inference::DecodingOf(manifest, 3, {});
  REQUIRE(decoding.ok());
  CHECK(decoding->rules.repetition_penalty == 1.05);
  CHECK(decoding->rules.no_repeat_ngram_size == 3);
  CHECK(decoding->rules.bad_words == std::vector<Ids>{{7}, {8, 9}});
  CHECK(decoding->rules.forced_bos_id == 4);
  CHECK(decoding->rules.forced_eos_ids == Ids{2});
  CHECK(decoding->rules.suppress_ids == Ids{11, 12});
  CHECK(decoding->rules.begin_suppress_ids == Ids{13});

  const auto plain = inference::DecodingOf(model::v1::Bundle(), 3, {});
  REQUIRE(plain.ok());
  CHECK(plain->rules.bad_words.empty());
  CHECK_FALSE(plain->rules.forced_bos_id);

  (*manifest.mutable_settings())["suppress_ids"] = "11,x";
  CHECK(absl::StrContains(inference::DecodingOf(manifest, 3, {}).status().message(),
                          "settings.suppress_ids"));
}

TEST_CASE("Wishes that nothing follows are named, unless they change nothing") {
  Json config = Json::object();
  CHECK(Read(R"({"encoder_repetition_penalty": 1.1, "sequence_bias": [[[3], 1.0]],
                 "num_beam_groups": 1, "constraints": [], "guidance_scale": 1.0,
                 "temperature": 0.6})",
             config)
            ->not_followed ==
        std::vector<std::string>{"encoder_repetition_penalty", "sequence_bias"});
}

TEST_CASE("A wrong field of generation_config.json is named") {
  for (const char* field :
       {"min_length", "min_new_tokens", "length_penalty", "early_stopping", "repetition_penalty",
        "no_repeat_ngram_size", "bad_words_ids", "forced_bos_token_id", "suppress_tokens"}) {
    Json config = Json::object();
    const auto read = Read(Json{{field, "x"}}.dump(), config);
    INFO(field);
    CHECK(absl::StrContains(read.status().message(),
                            std::string("generation_config.json: ") + field));
  }
}

}  // namespace
}  // namespace clientele::models
