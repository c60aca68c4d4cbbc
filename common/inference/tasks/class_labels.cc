#include "common/inference/tasks/class_labels.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "absl/strings/str_cat.h"

namespace clientele::inference {

absl::Status RequireLabels(const model::v1::Bundle& manifest, int output) {
  const auto& shape = manifest.outputs(output).shape();
  if (shape.size() == 2 && shape.Get(1) > 0 && shape.Get(1) == manifest.labels_size()) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat("the bundle has ", manifest.labels_size(), " labels, and ",
                   shape.size() == 2 ? shape.Get(1) : -1, " classes by outputs[", output, "]"));
}

std::vector<LabelProbability> RankLabels(const model::v1::Bundle& manifest,
                                         absl::Span<const float> scores) {
  const float largest = *std::max_element(scores.begin(), scores.end());
  double sum = 0;
  for (const float score : scores) sum += std::exp(static_cast<double>(score) - largest);
  std::vector<LabelProbability> ranked;
  ranked.reserve(scores.size());
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const double share = std::exp(static_cast<double>(scores[i]) - largest) / sum;
    ranked.push_back({manifest.labels(static_cast<int>(i)), static_cast<float>(share)});
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.probability > b.probability; });
  return ranked;
}

}  // namespace clientele::inference
