#include "common/inference/tasks/label_choice.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace clientele::inference {

absl::StatusOr<RejectionRule> ReadRejectionRule(const model::v1::Bundle& manifest) {
  RejectionRule rule;
  const auto& settings = manifest.settings();
  const auto label = settings.find(kOosLabelSetting);
  if (label == settings.end()) return rule;
  rule.label = label->second;
  const auto& labels = manifest.labels();
  if (labels.size() < 2 || std::find(labels.begin(), labels.end(), rule.label) == labels.end()) {
    return absl::FailedPreconditionError(absl::StrCat("settings.", kOosLabelSetting,
                                                      " must be one of several labels, and is \"",
                                                      rule.label, "\""));
  }
  const auto threshold = settings.find(kOosThresholdSetting);
  if (threshold == settings.end() || !absl::SimpleAtod(threshold->second, &rule.threshold) ||
      !std::isfinite(rule.threshold)) {
    return absl::FailedPreconditionError(absl::StrCat("settings.", kOosThresholdSetting,
                                                      " must be a number where there is an ",
                                                      kOosLabelSetting));
  }
  return rule;
}

LabelChoice ChooseLabel(const RejectionRule& rule, absl::Span<const LabelProbability> ranked) {
  LabelChoice choice;
  bool has_outside = false;
  for (const LabelProbability& each : ranked) {
    if (!rule.label.empty() && each.label == rule.label) {
      has_outside = true;
      choice.outside = static_cast<double>(each.probability);
    } else if (choice.label.empty()) {
      choice.label = each.label;
      choice.probability = static_cast<double>(each.probability);
    }
  }
  if (!has_outside) choice.outside = 1 - choice.probability;
  choice.rejected = has_outside && choice.outside >= rule.threshold;
  return choice;
}

}  // namespace clientele::inference
