#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_CONFIDENCE_TRAIN_CONFIDENCE_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_CONFIDENCE_TRAIN_CONFIDENCE_H_

#include <filesystem>
#include <iosfwd>
#include <vector>

#include "absl/status/status.h"

#include "tools/clientele-models/confidence/knowledge_files.h"

namespace clientele::models {

struct TrainConfidenceOptions {
  std::filesystem::path encoder = {};   // NAME/VERSION
  std::filesystem::path reranker = {};  // the same of a TEXT_RANKER; empty: none
  std::filesystem::path reader = {};    // the same of a TEXT_READER; empty: none
  std::vector<std::filesystem::path> squad = {};
  std::vector<std::filesystem::path> pairs = {};
  std::vector<std::filesystem::path> articles = {};
  PairColumns columns = {};
  KnowledgeLimits limits = {};
  double max_answered_removed = 0.05;
  // Into the settings of the bundle that looks at passages last: the reader, or the reranker, or
  // the encoder. It has no signature.
  bool write = false;
  std::filesystem::path observations = {};  // CSV of what was fitted to; empty: none
};

// Fits how sure qa-service is of an answer to a TEXT_ENCODER, with the models that look at what it
// found. A line of JSON at the end of `out`:
// the weights, the least confidence, the calibration error, and the shares of each knowledge that
// were answered, all of questions that were not fitted to. FAILED_PRECONDITION for writing into a
// bundle that is signed.
absl::Status TrainConfidence(const TrainConfidenceOptions& options, std::ostream& out,
                             std::ostream& log);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_CONFIDENCE_TRAIN_CONFIDENCE_H_
