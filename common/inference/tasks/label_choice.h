#ifndef CLIENTELE_COMMON_INFERENCE_TASKS_LABEL_CHOICE_H_
#define CLIENTELE_COMMON_INFERENCE_TASKS_LABEL_CHOICE_H_

// Which label a classifier gives a text, and whether it rejects the text as out of scope.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const RejectionRule rule, ReadRejectionRule(manifest));
//   const LabelChoice choice = ChooseLabel(rule, ranked);
//   if (!choice.rejected) Use(choice.label, choice.probability);
//
// No torch here. Pure functions, thread-safe.

#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "clientele/model/v1/bundle.pb.h"

#include "common/inference/tasks/class_labels.h"

namespace clientele::inference {

// Settings of a classifier's manifest that say what it rejects.
inline constexpr char kOosLabelSetting[] = "oos_label";
inline constexpr char kOosThresholdSetting[] = "oos_threshold";

struct RejectionRule {
  std::string label;     // of what is out of scope; empty: nothing is rejected
  double threshold = 1;  // rejected where that label's probability is at least this
};

// FAILED_PRECONDITION names a setting that is no number, or no label beside another one.
absl::StatusOr<RejectionRule> ReadRejectionRule(const model::v1::Bundle& manifest);

struct LabelChoice {
  // The most probable label in scope, whether or not the text is rejected; empty for a text without
  // tokens.
  std::string label;
  double probability = 0;
  bool rejected = false;
  // How rather it is out of scope than another text: the probability of that label, or, where there
  // is none, what `probability` leaves.
  double outside = 1;
};

// `ranked` as RankLabels gives it.
LabelChoice ChooseLabel(const RejectionRule& rule, absl::Span<const LabelProbability> ranked);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TASKS_LABEL_CHOICE_H_
