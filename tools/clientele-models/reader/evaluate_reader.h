#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_READER_EVALUATE_READER_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_READER_EVALUATE_READER_H_

#include <filesystem>
#include <iosfwd>
#include <vector>

#include "absl/status/status.h"

namespace clientele::models {

struct EvaluateReaderOptions {
  std::filesystem::path bundle = {};
  std::vector<std::filesystem::path> files = {};
};

// Measures a TEXT_READER bundle. Two lines at the end of `out`: those of the sliding window that a
// reader has to beat, in words, and JSON with `exact_match` and `f1`, means over the questions in
// 0..1 (qa::ReadingScores). Where a question has no answer, a reader may say that it finds none;
// where all have one, its best span counts.
absl::Status EvaluateReader(const EvaluateReaderOptions& options, std::ostream& out,
                            std::ostream& log);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_READER_EVALUATE_READER_H_
