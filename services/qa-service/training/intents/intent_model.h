#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_INTENT_MODEL_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_INTENT_MODEL_H_

// What a classifier of intents has learned, and how it comes from a text's features to the
// probabilities of its labels: the one definition that its module (intent_module.h) computes too.
//
//   margins   of each class against the rest: linear_svm.h over text_features.h; where there were
//             out-of-scope rows, they are a further class at the end. Of two labels they are
//             shifted, so that both are as likely where they are equal
//   tuned     scores of each class from a copy of the encoder that was trained further, if any
//   logits    margins (of the classes in scope) and tuned scores, each times its weight
//   evidence  numbers that tell known questions from others: see RejectionEvidence
//
// P(out of scope) is a logistic regression of the evidence; the rest of the probability is shared
// by softmax of the logits. A text is out of scope where P(out of scope) reaches the threshold.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"

#include "services/qa-service/training/intents/linear_svm.h"
#include "services/qa-service/training/intents/logistic_regression.h"
#include "services/qa-service/training/intents/text_features.h"

namespace clientele::qa {

struct Rejection {
  std::string label;  // of what is out of scope
  LogisticRegression regression = {};
  double threshold = 0.5;
};

struct IntentModel {
  std::vector<std::string> labels;  // in scope
  TextFeatures features;
  LinearScorer margins;
  // Of the margins and, where there is a tuned encoder, of its scores.
  std::vector<double> score_weights = {1};
  // [labels, dimension]: the mean vector of each label's texts, of unit length.
  std::vector<float> centroids = {};
  std::optional<Rejection> rejection = {};
};

// What is measured of a text beside its scores.
struct Familiarity {
  double nearest_centroid = 0;            // the largest cosine to a centroid
  std::vector<double> known_shares = {};  // of each list, the share of n-grams that training saw
};

Familiarity MeasureFamiliarity(const EncodedTexts& texts, std::size_t text,
                               const TextFeatures& features, absl::Span<const float> centroids);

// In this order: the largest logit; ln sum exp of the logits; the largest less the second; the
// margin of the out-of-scope class, or 0; the nearest centroid; the largest tuned score, or 0; the
// known share of each list. `tuned` may be empty.
std::vector<double> RejectionEvidence(absl::Span<const double> margins,
                                      absl::Span<const double> logits,
                                      absl::Span<const double> tuned,
                                      const Familiarity& familiarity);

// [labels, dimension] of the texts' vectors; `classes_of` as in TrainLinearSvm, classes beyond
// `labels` are left out.
std::vector<float> Centroids(const EncodedTexts& texts, absl::Span<const std::size_t> rows,
                             absl::Span<const int> classes_of, std::size_t labels);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_INTENT_MODEL_H_
