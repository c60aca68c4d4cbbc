#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_FEATURE_CHOICE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_FEATURE_CHOICE_H_

// How long the features of a text are and what a row on the wrong side costs, chosen on a split of
// the training rows.

#include <cstddef>
#include <cstdint>
#include <functional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "services/qa-service/training/intents/linear_svm.h"
#include "services/qa-service/training/intents/text_features.h"

namespace clientele::qa {

struct FeatureChoice {
  TextFeatureOptions features;
  double cost = 0.3;
  // On the split: accuracy in scope, of two classes the area under the ROC curve.
  double quality = 0;
};

struct FeatureChoiceOptions {
  std::uint64_t seed = 1;
  int threads = 1;
  std::size_t max_rows = 20'000;  // that are looked at
  std::function<void(absl::string_view)> progress = {};
};

// Tries one setting after another, keeping what is better by more than chance would have it:
// without the vector, longer vectors, shorter character n-grams or none, lower and higher
// costs. `classes_of` is of each text, labels to the number of `labels` in scope and that number
// for what is out of scope.
absl::StatusOr<FeatureChoice> ChooseFeatures(const EncodedTexts& texts,
                                             absl::Span<const int> classes_of, std::size_t labels,
                                             const FeatureChoiceOptions& options);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_FEATURE_CHOICE_H_
