#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_TRAINING_TEXTS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_TRAINING_TEXTS_H_

// The texts that a recipe names, read from their files.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const TrainingTexts texts,
//                              ReadTrainingTexts(stage.sources, recipe.seed, "../data"));
//
// Texts are in the form in which the service encodes them (Han characters simplified). Equal texts
// of a source count once. The same files give the same lists.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "services/qa-service/training/encoder/encoder_recipe.h"

namespace clientele::qa {

// A text that should get the teacher's vector of another one, or of itself.
struct TaughtText {
  std::string text;
  std::size_t taught = 0;  // index into TrainingTexts::teacher_texts
  int repeat = 1;
  bool translated = false;
};

struct RelatedTexts {
  std::string first;
  std::string second;
  int repeat = 1;
};

struct TrainingTexts {
  std::vector<std::string> teacher_texts;  // distinct
  std::vector<TaughtText> taught;
  std::vector<RelatedTexts> related;
  // One line a source: how many texts it gave.
  std::vector<std::string> report;
};

// `seed` chooses where a source has more texts than its limit. NOT_FOUND or INVALID_ARGUMENT names
// the file and what is wrong with it.
absl::StatusOr<TrainingTexts> ReadTrainingTexts(absl::Span<const TextSource> sources,
                                                std::uint64_t seed,
                                                const std::filesystem::path& data);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_TRAINING_TEXTS_H_
