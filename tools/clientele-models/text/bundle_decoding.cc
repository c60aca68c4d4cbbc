#include "tools/clientele-models/text/bundle_decoding.h"

#include <algorithm>
#include <string>
#include <variant>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::models {
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

}  // namespace

absl::StatusOr<inference::DecodingOptions> DecodingOf(const model::v1::Bundle& manifest,
                                                      std::int64_t prompt_length,
                                                      inference::DecodingOptions asked) {
  const auto kind = manifest.settings().find("architecture_kind");
  const bool encodes = kind != manifest.settings().end() && kind->second == "encoder-decoder";
  CLIENTELE_ASSIGN_OR_RETURN(const double new_tokens, NumberOf(manifest, "min_new_tokens", 0));
  CLIENTELE_ASSIGN_OR_RETURN(const double length, NumberOf(manifest, "min_length", 0));
  asked.min_new_tokens =
      std::max({asked.min_new_tokens, static_cast<std::int64_t>(new_tokens),
                static_cast<std::int64_t>(length) - (encodes ? 1 : prompt_length)});
  if (auto* beams = std::get_if<inference::BeamSearchOptions>(&asked.method)) {
    CLIENTELE_ASSIGN_OR_RETURN(beams->length_penalty,
                               NumberOf(manifest, "length_penalty", beams->length_penalty));
    const auto early = manifest.settings().find("early_stopping");
    if (early != manifest.settings().end()) {
      beams->early_stopping = early->second == "never" ? inference::EarlyStopping::kNever
                                                       : inference::EarlyStopping::kFirst;
    }
  }
  return asked;
}

}  // namespace clientele::models
