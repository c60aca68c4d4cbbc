#include "tools/clientele-models/import/generation_config.h"

#include <cstdint>
#include <system_error>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/modeling/checkpoint/config.h"
#include "common/modeling/checkpoint/json_file.h"
#include "common/status/status_macros.h"

namespace clientele::models {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::json;

constexpr char kFile[] = "generation_config.json";
constexpr std::int64_t kMaxLength = 1 << 16;

// With the value that changes nothing. Sampling is left out: it is not done unasked.
const std::map<std::string, Json>& NotFollowed() {
  static const std::map<std::string, Json> fields = {
      {"encoder_repetition_penalty", 1.0},
      {"encoder_no_repeat_ngram_size", 0},
      {"sequence_bias", nullptr},
      {"exponential_decay_length_penalty", nullptr},
      {"guidance_scale", nullptr},
      {"stop_strings", nullptr},
      {"renormalize_logits", false},
      {"penalty_alpha", nullptr},
      {"num_beam_groups", 1},
      {"diversity_penalty", 0.0},
      {"constraints", nullptr},
  };
  return fields;
}

// "1,2;3": a list of lists of ids.
std::string SequencesOf(const Json& json, modeling::Config& fields, const char* field) {
  std::vector<std::string> sequences;
  const Json lists = json.value(field, Json());
  bool wrong = !lists.is_array() && !lists.is_null();
  for (const Json& list : lists) {
    std::vector<std::int64_t> ids;
    wrong = wrong || !list.is_array() || list.empty();
    if (wrong) break;
    for (const Json& id : list) {
      wrong = wrong || !id.is_number_unsigned() || id > modeling::kMaxVocabulary;
      if (!wrong) ids.push_back(id.get<std::int64_t>());
    }
    sequences.push_back(absl::StrJoin(ids, ","));
  }
  if (wrong) fields.Reject(field, "must be a list of lists of token ids");
  return absl::StrJoin(sequences, ";");
}

// The rules of common/inference/generation/logits_processor.h.
void ReadRules(const Json& json, modeling::Config& fields,
               std::map<std::string, std::string>& settings) {
  const double penalty = fields.Float("repetition_penalty", 1, modeling::kSmallest);
  if (penalty != 1) settings["repetition_penalty"] = Json(penalty).dump();
  const std::int64_t size = fields.Int("no_repeat_ngram_size", 0, 0, 1024);
  if (size > 0) settings["no_repeat_ngram_size"] = absl::StrCat(size);
  const std::string bad_words = SequencesOf(json, fields, "bad_words_ids");
  if (!bad_words.empty()) settings["bad_words"] = bad_words;
  const std::map<const char*, const char*> names = {
      {"forced_bos_token_id", "forced_bos_id"},
      {"forced_eos_token_id", "forced_eos_ids"},
      {"suppress_tokens", "suppress_ids"},
      {"begin_suppress_tokens", "begin_suppress_ids"},
  };
  for (const auto& [field, setting] : names) {
    std::vector<std::int64_t> ids = fields.Ints(field, -1, modeling::kMaxVocabulary);
    std::erase(ids, -1);
    if (!ids.empty()) settings[setting] = absl::StrJoin(ids, ",");
  }
}

bool ChangesNothing(const Json& value, const Json& neutral) {
  return value.is_null() || value == neutral || (value.is_array() && value.empty()) ||
         (neutral.is_null() && value.is_number() && value == 1 /* guidance_scale */);
}

}  // namespace

absl::StatusOr<GenerationDefaults> ReadGenerationConfig(const fs::path& dir, Json& config) {
  GenerationDefaults defaults;
  std::error_code error;
  if (!fs::exists(dir / kFile, error) || !config.is_object()) return defaults;
  CLIENTELE_ASSIGN_OR_RETURN(const Json json, modeling::ReadJsonFile(dir / kFile));
  modeling::Config fields(json, kFile);
  for (const char* field : {"eos_token_id", "pad_token_id", "decoder_start_token_id"}) {
    if (fields.Has(field)) config[field] = json[field];
  }
  for (const char* field : {"min_length", "min_new_tokens"}) {
    const std::int64_t least = fields.Int(field, 0, 0, kMaxLength);
    if (least > 0) defaults.settings[field] = absl::StrCat(least);
  }
  const double penalty = fields.Float("length_penalty", 1);
  if (penalty < -10 || penalty > 10) fields.Reject("length_penalty", "must be in [-10, 10]");
  if (penalty != 1) defaults.settings["length_penalty"] = absl::StrCat(penalty);
  const bool never = json.is_object() && json.value("early_stopping", Json()) == "never";
  if (never) {
    defaults.settings["early_stopping"] = "never";
  } else if (fields.Bool("early_stopping", false)) {
    defaults.settings["early_stopping"] = "first";
  }
  if (json.is_object()) ReadRules(json, fields, defaults.settings);
  CLIENTELE_RETURN_IF_ERROR(fields.status());
  for (const auto& [field, neutral] : NotFollowed()) {
    if (fields.Has(field) && !ChangesNothing(json[field], neutral)) {
      defaults.not_followed.push_back(field);
    }
  }
  return defaults;
}

}  // namespace clientele::models
