#include "common/inference/generation/bundle_decoding.h"

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::inference {
namespace {

absl::StatusOr<double> NumberOf(const model::v1::Bundle& manifest, const char* name,
                                double fallback) {
  const auto setting = manifest.settings().find(name);
  if (setting == manifest.settings().end()) return fallback;
  double value = 0;
  // Also false for NaN.
  if (absl::SimpleAtod(setting->second, &value) && value >= -65536 && value <= 65536) return value;
  return InvalidField(absl::StrCat("bundle.json: settings.", name), "must be a number");
}

// "1,2,3"; empty where the bundle does not say.
absl::StatusOr<std::vector<std::int64_t>> IdsOf(absl::string_view list, const char* name) {
  std::vector<std::int64_t> ids;
  for (const absl::string_view text : absl::StrSplit(list, ',', absl::SkipWhitespace())) {
    if (!absl::SimpleAtoi(text, &ids.emplace_back()) || ids.back() < 0) {
      return InvalidField(absl::StrCat("bundle.json: settings.", name), "must be token ids");
    }
  }
  return ids;
}

absl::StatusOr<LogitsRules> RulesOf(const model::v1::Bundle& manifest, std::int64_t begun) {
  const auto text = [&](const char* name) -> absl::string_view {
    const auto setting = manifest.settings().find(name);
    return setting == manifest.settings().end() ? absl::string_view() : setting->second;
  };
  LogitsRules rules;
  CLIENTELE_ASSIGN_OR_RETURN(const double new_tokens, NumberOf(manifest, "min_new_tokens", 0));
  CLIENTELE_ASSIGN_OR_RETURN(const double length, NumberOf(manifest, "min_length", 0));
  rules.min_new_tokens = std::max({std::int64_t{0}, static_cast<std::int64_t>(new_tokens),
                                   static_cast<std::int64_t>(length) - begun});
  CLIENTELE_ASSIGN_OR_RETURN(rules.repetition_penalty, NumberOf(manifest, "repetition_penalty", 1));
  CLIENTELE_ASSIGN_OR_RETURN(const double size, NumberOf(manifest, "no_repeat_ngram_size", 0));
  rules.no_repeat_ngram_size = static_cast<std::int64_t>(size);
  for (const absl::string_view words :
       absl::StrSplit(text("bad_words"), ';', absl::SkipWhitespace())) {
    CLIENTELE_ASSIGN_OR_RETURN(rules.bad_words.emplace_back(), IdsOf(words, "bad_words"));
  }
  CLIENTELE_ASSIGN_OR_RETURN(const auto first, IdsOf(text("forced_bos_id"), "forced_bos_id"));
  if (!first.empty()) rules.forced_bos_id = first.front();
  CLIENTELE_ASSIGN_OR_RETURN(rules.forced_eos_ids, IdsOf(text("forced_eos_ids"), "forced_eos_ids"));
  CLIENTELE_ASSIGN_OR_RETURN(rules.suppress_ids, IdsOf(text("suppress_ids"), "suppress_ids"));
  CLIENTELE_ASSIGN_OR_RETURN(rules.begin_suppress_ids,
                             IdsOf(text("begin_suppress_ids"), "begin_suppress_ids"));
  return rules;
}

}  // namespace

absl::StatusOr<DecodingOptions> DecodingOf(const model::v1::Bundle& manifest,
                                           std::int64_t prompt_length, DecodingOptions asked) {
  const auto kind = manifest.settings().find("architecture_kind");
  const bool encodes = kind != manifest.settings().end() && kind->second == "encoder-decoder";
  CLIENTELE_ASSIGN_OR_RETURN(asked.rules, RulesOf(manifest, encodes ? 1 : prompt_length));
  if (auto* beams = std::get_if<BeamSearchOptions>(&asked.method)) {
    CLIENTELE_ASSIGN_OR_RETURN(beams->length_penalty,
                               NumberOf(manifest, "length_penalty", beams->length_penalty));
    const auto early = manifest.settings().find("early_stopping");
    if (early != manifest.settings().end()) {
      beams->early_stopping =
          early->second == "never" ? EarlyStopping::kNever : EarlyStopping::kFirst;
    }
  }
  return asked;
}

}  // namespace clientele::inference
