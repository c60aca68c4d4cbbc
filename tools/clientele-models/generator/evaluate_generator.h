#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_GENERATOR_EVALUATE_GENERATOR_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_GENERATOR_EVALUATE_GENERATOR_H_

#include <cstdint>
#include <filesystem>
#include <iosfwd>

#include "absl/status/status.h"

#include "tools/clientele-models/generator/generation_file.h"

namespace clientele::models {

struct EvaluateGeneratorOptions {
  std::filesystem::path bundle = {};
  std::filesystem::path file = {};
  GenerationColumns columns = {};
  std::int64_t max_new_tokens = 128;
};

// Measures a TEXT_GENERATOR of the T5 family, which answers each question greedily. A line of JSON
// at the end of `out`: `rouge_l` (F1, mean over the rows), `supported` (share of the written
// sentences that their passage supports by words, before any check: qa::CountSupported; null where
// nothing was written) and `loss` (of a token of the right answers).
absl::Status EvaluateGenerator(const EvaluateGeneratorOptions& options, std::ostream& out,
                               std::ostream& log);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_GENERATOR_EVALUATE_GENERATOR_H_
