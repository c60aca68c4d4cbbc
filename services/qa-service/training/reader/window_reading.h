#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_READER_WINDOW_READING_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_READER_WINDOW_READING_H_

// Answers to questions about long passages: the best span of all windows.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const std::vector<WindowedExample> examples,
//                              WindowExamples(model, set, {.max_tokens = 256}));
//   CLIENTELE_ASSIGN_OR_RETURN(
//       const std::vector<ReadAnswer> answers,
//       ReadWindows(examples, [&](const auto& pairs) { return reader->Compute(pairs); }));

#include <cstddef>
#include <functional>
#include <limits>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "common/inference/tasks/text_reader.h"
#include "services/qa-service/training/reader/reading_windows.h"

namespace clientele::qa {

struct WindowedExample {
  std::vector<ReadingWindow> windows;
};

// In the order of the set's examples. Errors of MakeWindows, with the question's id.
absl::StatusOr<std::vector<WindowedExample>> WindowExamples(const inference::LoadedModel& model,
                                                            const ReadingSet& set,
                                                            const WindowOptions& options);

struct ReadAnswer {
  AnswerPlace place;  // empty for a passage without a token
  // Over "no answer in this window", of the window where it is largest.
  float margin = -std::numeric_limits<float>::infinity();
};

// `compute` gives one span a pair, in order.
using ComputeSpans = absl::FunctionRef<absl::StatusOr<std::vector<inference::TokenSpan>>(
    absl::Span<const inference::TokenizedPair* const>)>;

// One answer an example, in order; `progress` gets the windows that were read, of how many. Errors
// of `compute`.
absl::StatusOr<std::vector<ReadAnswer>> ReadWindows(
    absl::Span<const WindowedExample* const> examples, ComputeSpans compute,
    const std::function<void(std::size_t, std::size_t)>& progress = {});

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_READER_WINDOW_READING_H_
