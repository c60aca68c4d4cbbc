#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_INTENTS_EVALUATE_INTENTS_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_INTENTS_EVALUATE_INTENTS_H_

#include <filesystem>
#include <iosfwd>
#include <string>

#include "absl/status/status.h"

namespace clientele::models {

struct EvaluateIntentsOptions {
  std::filesystem::path bundle = {};
  std::filesystem::path csv = {};
  std::string text_column = {};
  std::string label_column = {};
  std::string oos_label = {};  // empty: everything is in scope
};

// Measures a TEXT_CLASSIFIER bundle on labeled rows. A line of JSON at the end of `out`:
//
//   accuracy       of the rows in scope; one that is rejected counts as wrong
//   macro_f1       mean over the labels, what is out of scope being one of them
//   oos_recall     share of the rows out of scope that are rejected
//   oos_precision  share of the rejected rows that are out of scope
//   auroc          of telling rows out of scope; without them and with two labels, of telling these
//   ece            expected calibration error of the answer's probability, over 15 bins
//
// A metric that the rows do not define is null. A bundle without a label for what is out of scope
// rejects nothing, and is measured by 1 less its largest probability.
absl::Status EvaluateIntents(const EvaluateIntentsOptions& options, std::ostream& out,
                             std::ostream& log);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_INTENTS_EVALUATE_INTENTS_H_
