#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_READER_SLIDING_WINDOW_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_READER_SLIDING_WINDOW_H_

#include <string>

#include "absl/strings/string_view.h"

namespace clientele::qa {

// What a reader has to beat: an answer found without learning (the sliding window of Richardson,
// Burges, Renshaw, MCTest, EMNLP 2013, algorithm 1). Of all windows of as many words as the
// question has, the one is taken whose words that the question has too weigh most, ln(1 + 1 / c)
// each, c being how often the word is in the passage; the answer is its longest run of words that
// the question lacks, the whole window where there is none. Chinese is taken by characters. Empty
// for a passage without words. Pure.
std::string SlidingWindowAnswer(absl::string_view question, absl::string_view passage);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_READER_SLIDING_WINDOW_H_
