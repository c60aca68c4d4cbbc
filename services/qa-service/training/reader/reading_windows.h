#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_READER_READING_WINDOWS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_READER_READING_WINDOWS_H_

// A passage of any length as overlapping windows that a reader takes, and back.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const std::vector<ReadingWindow> windows,
//                              MakeWindows(model, question, passage, {.max_tokens = 256}));
//   const TokenLabel label = LabelOf(windows[0], place);
//   const AnswerPlace same = PlaceOf(windows[0], label.first, label.last);
//
// A window is a piece of the passage as any other: it is tokenized by itself, exactly as a service
// tokenizes a passage that is that piece. Windows begin between words, or between characters in
// Chinese. Pure, thread-safe.

#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/inference/tasks/tokenization.h"
#include "common/inference/versions/loaded_model.h"
#include "services/qa-service/training/reader/reading_example.h"

namespace clientele::qa {

struct WindowOptions {
  std::size_t max_tokens = 256;   // of question, separators and window together
  std::size_t overlap = 64;       // tokens that a window shares with the next
  std::size_t max_question = 64;  // what of a question lies beyond is not read
};

struct ReadingWindow {
  std::size_t begin = 0;  // of the window in the passage, in bytes
  inference::TokenizedPair pair;
};

// In order; none for a passage without a token. INVALID_ARGUMENT for text that is not UTF-8, or for
// max_tokens that leave no room.
absl::StatusOr<std::vector<ReadingWindow>> MakeWindows(const inference::LoadedModel& model,
                                                       absl::string_view question,
                                                       absl::string_view passage,
                                                       const WindowOptions& options);

// Tokens of the pair, both included; 0 and 0, the first token, where the window does not hold the
// whole answer.
struct TokenLabel {
  std::size_t first = 0;
  std::size_t last = 0;

  friend bool operator==(const TokenLabel&, const TokenLabel&) = default;
};
TokenLabel LabelOf(const ReadingWindow& window, const AnswerPlace& place);

// The bytes of the passage from the beginning of token `first` to the end of token `last`, both
// being of the passage.
AnswerPlace PlaceOf(const ReadingWindow& window, std::size_t first, std::size_t last);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_READER_READING_WINDOWS_H_
