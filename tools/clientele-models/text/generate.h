#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_TEXT_GENERATE_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_TEXT_GENERATE_H_

#include <cstdint>
#include <filesystem>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "common/inference/bundle/precision.h"
#include "common/inference/generation/decoding.h"

namespace clientele::models {

struct GenerateRequest {
  std::filesystem::path bundle;
  // Exactly one of the two.
  std::optional<std::string> prompt = {};
  std::vector<std::int64_t> prompt_ids = {};
  // Its rules are the bundle's (bundle_decoding.h); what is given apart goes before them.
  inference::DecodingOptions decoding = {};
  std::optional<double> length_penalty = {};
  std::optional<double> repetition_penalty = {};
  std::optional<std::int64_t> no_repeat_ngram_size = {};
  inference::Precision precision = inference::Precision::kFloat32;
};

// Writes text as it is generated, a line break, and then one line with a JSON object: `ids`, the
// generated ids without the prompt (an end token is the last), and `text`, what they add to
// the prompt. A bundle without a tokenizer is given ids, and answers without text. No signature
// is checked.
absl::Status Generate(const GenerateRequest& request, std::ostream& out);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_TEXT_GENERATE_H_
