#ifndef CLIENTELE_COMMON_EVALUATION_ROUGE_H_
#define CLIENTELE_COMMON_EVALUATION_ROUGE_H_

// ROUGE-L of a generated text against a reference (Lin, ROUGE: a package for automatic evaluation
// of summaries, 2004): how much of both is their longest common subsequence of tokens.
//
//   RougeL("the cat sat", "the cat ran").f1   // 2/3
//
// Tokens: lower-case runs of letters and digits, each Han character alone; everything else parts
// tokens. No stemming. Pure functions, thread-safe.

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace clientele::evaluation {

struct RougeScore {
  double precision = 0;  // common tokens / tokens of the text
  double recall = 0;     // common tokens / tokens of the reference
  double f1 = 0;         // harmonic mean of both (beta = 1)
};

// All zero when either has no tokens. Time is the product of both lengths in tokens.
RougeScore RougeL(absl::string_view text, absl::string_view reference);

std::vector<std::string> RougeTokens(absl::string_view text);

}  // namespace clientele::evaluation

#endif  // CLIENTELE_COMMON_EVALUATION_ROUGE_H_
