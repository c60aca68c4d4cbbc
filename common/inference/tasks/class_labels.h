#ifndef CLIENTELE_COMMON_INFERENCE_TASKS_CLASS_LABELS_H_
#define CLIENTELE_COMMON_INFERENCE_TASKS_CLASS_LABELS_H_

// Scores of classes to the labels of a bundle. No torch here.

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "clientele/model/v1/bundle.pb.h"

namespace clientele::inference {

struct LabelProbability {
  std::string label;
  float probability = 0;  // those of all labels add up to 1
};

// For openers. FAILED_PRECONDITION unless manifest.labels names each class of that output.
absl::Status RequireLabels(const model::v1::Bundle& manifest, int output);

// The most probable first. `scores` are before softmax, one a label.
std::vector<LabelProbability> RankLabels(const model::v1::Bundle& manifest,
                                         absl::Span<const float> scores);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TASKS_CLASS_LABELS_H_
