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
// at the end of `out`, null where nothing was written:
//   rouge_l             F1 against the right answer, mean over the rows
//   supported           share of the written sentences that their passage supports by words, before
//                       any check (qa::CountSupported)
//   kept                share of them that the service's check keeps (qa::CheckAnswer)
//   facts               numbers, dates and names in the kept sentences (qa::StatedFacts)
//   facts_in_passage    share of them that stand in the passage as they are written
//   rouge_l_checked     as rouge_l, of the kept sentences
//   rouge_l_extractive  as rouge_l, of the passage's own sentences (qa::ExtractiveAnswer)
//   loss                of a token of the right answers
absl::Status EvaluateGenerator(const EvaluateGeneratorOptions& options, std::ostream& out,
                               std::ostream& log);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_GENERATOR_EVALUATE_GENERATOR_H_
