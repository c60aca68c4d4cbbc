#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_GENERATION_EXAMPLE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_GENERATION_EXAMPLE_H_

#include <string>

#include "absl/strings/str_cat.h"

namespace clientele::qa {

// What is asked, what is known, and the answer that a generator is to write from it.
struct GenerationExample {
  std::string question;
  std::string passage;
  std::string answer;
};

// The text that a generator of the T5 family is given (the form of Raffel et al., Exploring the
// limits of transfer learning with a unified text-to-text transformer, JMLR 2020, appendix D.15).
inline std::string GeneratorPrompt(const GenerationExample& example) {
  return absl::StrCat("question: ", example.question, " context: ", example.passage);
}

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_GENERATOR_GENERATION_EXAMPLE_H_
