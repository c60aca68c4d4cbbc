#include "services/qa-service/training/confidence/confidence_fit.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>

#include "common/evaluation/calibration.h"
#include "common/status/status_macros.h"
#include "services/qa-service/training/intents/logistic_regression.h"

namespace clientele::qa {
namespace {

constexpr std::size_t kWidth = std::size(kNamedFeatures);

// Of the observations that `use` takes.
absl::StatusOr<ConfidenceWeights> FitWeights(
    absl::Span<const ObservedKnowledge> observed, double penalty,
    const std::function<bool(const AnswerObservation&)>& use) {
  std::vector<double> x;
  std::vector<int> labels;
  for (const ObservedKnowledge& knowledge : observed) {
    for (const AnswerObservation& observation : knowledge.observations) {
      if (!use(observation)) continue;
      for (const NamedFeature& feature : kNamedFeatures) {
        x.push_back(observation.features.*feature.value);
      }
      labels.push_back(observation.right ? 1 : 0);
    }
  }
  CLIENTELE_ASSIGN_OR_RETURN(const LogisticRegression fitted,
                             FitLogisticRegression(x, kWidth, labels, penalty));
  ConfidenceWeights weights;
  weights.bias = fitted.bias;
  for (std::size_t i = 0; i < kWidth; ++i) {
    weights.of.*kNamedFeatures[i].value = fitted.weights[i];
  }
  return weights;
}

// The least confidence at which `share` of the questions without their article, or fewer, are
// answered, as a mean over the knowledges.
double LeastConfidence(absl::Span<const ObservedKnowledge> observed,
                       const std::vector<std::vector<double>>& confidences, double share) {
  struct Removed {
    double confidence;
    double weight;
  };
  std::vector<Removed> removed;
  for (std::size_t k = 0; k < observed.size(); ++k) {
    const double weight = 1 / static_cast<double>(observed[k].removed * observed.size());
    for (std::size_t i = 0; i < observed[k].observations.size(); ++i) {
      if (!observed[k].observations[i].stands) removed.push_back({confidences[k][i], weight});
    }
  }
  std::sort(removed.begin(), removed.end(),
            [](const Removed& a, const Removed& b) { return a.confidence > b.confidence; });
  double answered = 0;
  double least = 0;
  for (const Removed& each : removed) {
    answered += each.weight;
    if (answered > share) {
      // Just above this one, which would be one too many.
      least = each.confidence + 1e-6;
      break;
    }
  }
  return std::clamp(least, 0.0, 1.0);
}

KnowledgeFigures FiguresOf(const ObservedKnowledge& knowledge,
                           const std::vector<double>& confidences, double min_confidence) {
  KnowledgeFigures figures = {.name = knowledge.name};
  for (std::size_t i = 0; i < confidences.size(); ++i) {
    const AnswerObservation& observation = knowledge.observations[i];
    const double answered = confidences[i] >= min_confidence ? 1 : 0;
    if (!observation.stands) {
      figures.answered_removed += answered;
      continue;
    }
    figures.answered += answered;
    if (!observation.right) continue;
    figures.right_first += 1;
    figures.answered_rightly += answered;
  }
  const auto share = [](double& count, std::size_t of) {
    count = of == 0 ? 0 : count / static_cast<double>(of);
  };
  share(figures.right_first, knowledge.standing);
  share(figures.answered, knowledge.standing);
  share(figures.answered_rightly, knowledge.standing);
  share(figures.answered_removed, knowledge.removed);
  return figures;
}

}  // namespace

absl::StatusOr<ConfidenceFit> FitConfidence(absl::Span<const ObservedKnowledge> observed,
                                            const ConfidenceFitOptions& options) {
  ConfidenceFit fit;
  CLIENTELE_ASSIGN_OR_RETURN(
      fit.fitted.weights,
      FitWeights(observed, options.penalty, [](const AnswerObservation&) { return true; }));
  std::vector<std::vector<double>> confidences;
  for (const ObservedKnowledge& knowledge : observed) {
    confidences.emplace_back(knowledge.observations.size(), 0.0);
  }
  for (std::size_t round = 0; round < kRemovalRounds; ++round) {
    const auto held_out = [&](const AnswerObservation& observation) {
      return RoundOf(observation.topic) == round;
    };
    CLIENTELE_ASSIGN_OR_RETURN(
        const ConfidenceWeights weights,
        FitWeights(observed, options.penalty,
                   [&](const AnswerObservation& observation) { return !held_out(observation); }));
    for (std::size_t k = 0; k < observed.size(); ++k) {
      for (std::size_t i = 0; i < confidences[k].size(); ++i) {
        const AnswerObservation& observation = observed[k].observations[i];
        if (held_out(observation)) confidences[k][i] = Confidence(observation.features, weights);
      }
    }
  }
  fit.fitted.min_confidence = LeastConfidence(observed, confidences, options.max_answered_removed);
  std::vector<double> all;
  std::vector<int> right;
  for (std::size_t k = 0; k < observed.size(); ++k) {
    all.insert(all.end(), confidences[k].begin(), confidences[k].end());
    for (const AnswerObservation& observation : observed[k].observations) {
      right.push_back(observation.right ? 1 : 0);
    }
    fit.knowledge.push_back(FiguresOf(observed[k], confidences[k], fit.fitted.min_confidence));
  }
  CLIENTELE_ASSIGN_OR_RETURN(fit.expected_calibration_error,
                             evaluation::ExpectedCalibrationError(all, right));
  return fit;
}

}  // namespace clientele::qa
