#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_READER_READING_SCORES_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_READER_READING_SCORES_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "services/qa-service/training/reader/reading_example.h"

namespace clientele::qa {

// Means over questions, in 0..1. An answer about a Chinese passage is compared by the published
// rules of CMRC 2018, about another by those of SQuAD (common/evaluation/reading.h). Where there is
// no answer, the empty one is right.
struct ReadingScores {
  double exact_match = 0;
  double f1 = 0;
  std::size_t questions = 0;
};

// Of one answer to one question.
ReadingScores ScoreOf(absl::string_view answer, const ReadingExample& example,
                      absl::string_view passage);

// `answers` are of `examples`, in order; zeros for none.
ReadingScores MeanScores(absl::Span<const std::string> answers,
                         absl::Span<const ReadingExample* const> examples, const ReadingSet& set);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_READER_READING_SCORES_H_
