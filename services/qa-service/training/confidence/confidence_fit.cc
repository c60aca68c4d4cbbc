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

// How much a model's evidence may add to a search's score.
constexpr double kOrderSteps[] = {0, 0.05, 0.1, 0.2, 0.4, 0.8};

using Use = std::function<bool(const AnswerObservation&)>;

// Whether any hit has the evidence.
bool Occurs(absl::Span<const ObservedKnowledge> observed, double AnswerFeatures::*evidence) {
  for (const ObservedKnowledge& knowledge : observed) {
    for (const AnswerObservation& observation : knowledge.observations) {
      for (const ObservedHit& hit : observation.hits) {
        if (hit.features.*evidence != 0) return true;
      }
    }
  }
  return false;
}

// The mean over the knowledges of the share whose first hit is right.
double RightFirst(absl::Span<const ObservedKnowledge> observed, const Use& use,
                  const OrderWeights& weights) {
  double sum = 0;
  for (const ObservedKnowledge& knowledge : observed) {
    double right = 0;
    double asked = 0;
    for (const AnswerObservation& observation : knowledge.observations) {
      if (!observation.stands || !use(observation)) continue;
      asked += 1;
      if (FirstOf(observation, weights).right) right += 1;
    }
    if (asked > 0) sum += right / asked;
  }
  return sum;
}

// Of the steps' pairs the one with which most are right; the smallest of equal ones.
OrderWeights FitOrder(absl::Span<const ObservedKnowledge> observed, const Use& use) {
  const bool ranked = Occurs(observed, &AnswerFeatures::rank);
  const bool read = Occurs(observed, &AnswerFeatures::reading);
  OrderWeights best = {.rank = 0, .reading = 0};
  double most = RightFirst(observed, use, best);
  for (const double rank : kOrderSteps) {
    if (rank > 0 && !ranked) break;
    for (const double reading : kOrderSteps) {
      if (reading > 0 && !read) break;
      const double right = RightFirst(observed, use, {.rank = rank, .reading = reading});
      if (right <= most + 1e-9) continue;
      most = right;
      best = {.rank = rank, .reading = reading};
    }
  }
  return best;
}

// Of the observations that `use` takes.
absl::StatusOr<FittedConfidence> FitWeights(absl::Span<const ObservedKnowledge> observed,
                                            double penalty, const Use& use) {
  FittedConfidence fitted = {.order = FitOrder(observed, use)};
  std::vector<double> x;
  std::vector<int> labels;
  for (const ObservedKnowledge& knowledge : observed) {
    for (const AnswerObservation& observation : knowledge.observations) {
      if (!use(observation)) continue;
      const FirstHit first = FirstOf(observation, fitted.order);
      for (const NamedFeature& feature : kNamedFeatures) {
        x.push_back(first.features.*feature.value);
      }
      labels.push_back(first.right ? 1 : 0);
    }
  }
  CLIENTELE_ASSIGN_OR_RETURN(const LogisticRegression regression,
                             FitLogisticRegression(x, kWidth, labels, penalty));
  fitted.weights.bias = regression.bias;
  for (std::size_t i = 0; i < kWidth; ++i) {
    fitted.weights.of.*kNamedFeatures[i].value = regression.weights[i];
  }
  return fitted;
}

// An observation as weights see it that were not fitted to its topic.
struct Predicted {
  double confidence = 0;
  bool right = false;
};
using Predictions = std::vector<Predicted>;

// The least confidence at which `share` of the questions without their article, or fewer, are
// answered, as a mean over the knowledges.
double LeastConfidence(absl::Span<const ObservedKnowledge> observed,
                       const std::vector<Predictions>& predictions, double share) {
  struct Removed {
    double confidence;
    double weight;
  };
  std::vector<Removed> removed;
  for (std::size_t k = 0; k < observed.size(); ++k) {
    const double weight = 1 / static_cast<double>(observed[k].removed * observed.size());
    for (std::size_t i = 0; i < observed[k].observations.size(); ++i) {
      if (!observed[k].observations[i].stands)
        removed.push_back({predictions[k][i].confidence, weight});
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

KnowledgeFigures FiguresOf(const ObservedKnowledge& knowledge, const Predictions& predictions,
                           double min_confidence) {
  KnowledgeFigures figures = {.name = knowledge.name};
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    const double answered = predictions[i].confidence >= min_confidence ? 1 : 0;
    if (!knowledge.observations[i].stands) {
      figures.answered_removed += answered;
      continue;
    }
    figures.answered += answered;
    if (!predictions[i].right) continue;
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
  CLIENTELE_ASSIGN_OR_RETURN(fit.fitted, FitWeights(observed, options.penalty,
                                                    [](const AnswerObservation&) { return true; }));
  std::vector<Predictions> predictions;
  for (const ObservedKnowledge& knowledge : observed) {
    predictions.emplace_back(knowledge.observations.size());
  }
  for (std::size_t round = 0; round < kRemovalRounds; ++round) {
    const auto held_out = [&](const AnswerObservation& observation) {
      return RoundOf(observation.topic) == round;
    };
    CLIENTELE_ASSIGN_OR_RETURN(
        const FittedConfidence fitted,
        FitWeights(observed, options.penalty,
                   [&](const AnswerObservation& observation) { return !held_out(observation); }));
    for (std::size_t k = 0; k < observed.size(); ++k) {
      for (std::size_t i = 0; i < predictions[k].size(); ++i) {
        const AnswerObservation& observation = observed[k].observations[i];
        if (!held_out(observation)) continue;
        const FirstHit first = FirstOf(observation, fitted.order);
        predictions[k][i] = {Confidence(first.features, fitted.weights), first.right};
      }
    }
  }
  fit.fitted.min_confidence = LeastConfidence(observed, predictions, options.max_answered_removed);
  std::vector<double> all;
  std::vector<int> right;
  for (std::size_t k = 0; k < observed.size(); ++k) {
    for (const Predicted& predicted : predictions[k]) {
      all.push_back(predicted.confidence);
      right.push_back(predicted.right ? 1 : 0);
    }
    fit.knowledge.push_back(FiguresOf(observed[k], predictions[k], fit.fitted.min_confidence));
  }
  CLIENTELE_ASSIGN_OR_RETURN(fit.expected_calibration_error,
                             evaluation::ExpectedCalibrationError(all, right));
  return fit;
}

}  // namespace clientele::qa
