#include "services/qa-service/training/generator/generator_tokenizer.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/text/tokenizer/unigram_training.h"

namespace clientele::qa {

absl::StatusOr<GeneratorTokenizer> LearnTokenizer(absl::Span<const GenerationExample> examples,
                                                  std::size_t vocabulary) {
  text::UnigramTrainer trainer;
  for (std::size_t i = 0; i < examples.size(); ++i) {
    const auto add = [&](const std::string& text) {
      const absl::Status added = trainer.Add(text);
      return added.ok() ? added : InvalidField(absl::StrCat("example ", i + 1), added.message());
    };
    CLIENTELE_RETURN_IF_ERROR(add(GeneratorPrompt(examples[i])));
    // What stands in the passage anyway counts once.
    if (examples[i].answer != examples[i].passage) {
      CLIENTELE_RETURN_IF_ERROR(add(examples[i].answer));
    }
  }
  CLIENTELE_ASSIGN_OR_RETURN(text::TrainedUnigram trained,
                             trainer.Train({.vocabulary = vocabulary}));
  return GeneratorTokenizer{
      .file = {.path = absl::StrCat(kGeneratorTokenizerFolder, "/tokenizer.json"),
               .content = std::move(trained.json)},
      .vocabulary = static_cast<std::int64_t>(trained.tokens)};
}

}  // namespace clientele::qa
