#include "common/evaluation/classification.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <numeric>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "common/evaluation/input_check.h"
#include "common/status/status_macros.h"

namespace clientele::evaluation {
namespace {

// The rows of one score.
struct Group {
  double positives = 0;
  double negatives = 0;
};

// Groups of equal scores, the highest first.
absl::StatusOr<std::vector<Group>> GroupByScore(absl::Span<const double> scores,
                                                absl::Span<const int> labels) {
  CLIENTELE_RETURN_IF_ERROR(CheckRows(scores.size(), labels.size()));
  CLIENTELE_RETURN_IF_ERROR(CheckFinite(scores, "score"));
  CLIENTELE_RETURN_IF_ERROR(CheckBinary(labels));
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  std::vector<Group> groups;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i == 0 || scores[order[i]] != scores[order[i - 1]]) groups.emplace_back();
    (labels[order[i]] == 1 ? groups.back().positives : groups.back().negatives) += 1;
  }
  return groups;
}

// What one class's predictions came to.
struct Counts {
  double right = 0;
  double predicted = 0;
  double labeled = 0;
};

absl::StatusOr<std::map<int, Counts>> CountClasses(absl::Span<const int> predicted,
                                                   absl::Span<const int> labels) {
  CLIENTELE_RETURN_IF_ERROR(CheckRows(predicted.size(), labels.size()));
  std::map<int, Counts> classes;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    ++classes[predicted[i]].predicted;
    ++classes[labels[i]].labeled;
    if (predicted[i] == labels[i]) ++classes[labels[i]].right;
  }
  return classes;
}

}  // namespace

absl::StatusOr<double> RocAuc(absl::Span<const double> scores, absl::Span<const int> labels) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<Group> groups, GroupByScore(scores, labels));
  double pairs_won = 0;
  double positives = 0;
  double negatives = 0;
  for (const Group& group : groups) {
    pairs_won += group.negatives * (positives + group.positives / 2);
    positives += group.positives;
    negatives += group.negatives;
  }
  if (positives == 0 || negatives == 0) {
    return absl::FailedPreconditionError(
        "the area under the ROC curve needs a row of each class, and there is one class alone");
  }
  return pairs_won / (positives * negatives);
}

absl::StatusOr<double> PrAuc(absl::Span<const double> scores, absl::Span<const int> labels) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<Group> groups, GroupByScore(scores, labels));
  double area = 0;
  double positives = 0;
  double taken = 0;
  for (const Group& group : groups) {
    positives += group.positives;
    taken += group.positives + group.negatives;
    area += group.positives * positives / taken;
  }
  if (positives == 0) {
    return absl::FailedPreconditionError(
        "the area under the precision-recall curve needs a positive row, and there is none");
  }
  return area / positives;
}

absl::StatusOr<double> LogLoss(absl::Span<const double> probabilities, absl::Span<const int> labels,
                               double clip) {
  CLIENTELE_RETURN_IF_ERROR(CheckRows(probabilities.size(), labels.size()));
  CLIENTELE_RETURN_IF_ERROR(CheckProbabilities(probabilities));
  CLIENTELE_RETURN_IF_ERROR(CheckBinary(labels));
  double sum = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double given = labels[i] == 1 ? probabilities[i] : 1 - probabilities[i];
    sum -= std::log(std::clamp(given, clip, 1 - clip));
  }
  return sum / static_cast<double>(labels.size());
}

absl::StatusOr<double> MultiClassLogLoss(absl::Span<const double> probabilities, int classes,
                                         absl::Span<const int> labels, double clip) {
  if (classes < 2) return absl::InvalidArgumentError("there must be at least two classes");
  const std::size_t width = static_cast<std::size_t>(classes);
  if (probabilities.size() % width != 0) {
    return absl::InvalidArgumentError(absl::StrCat(
        probabilities.size(), " probabilities are no whole rows of ", classes, " classes"));
  }
  CLIENTELE_RETURN_IF_ERROR(CheckRows(probabilities.size() / width, labels.size()));
  CLIENTELE_RETURN_IF_ERROR(CheckProbabilities(probabilities));
  double sum = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] < 0 || labels[i] >= classes) {
      return absl::InvalidArgumentError(absl::StrCat("the label of row ", i, " is ", labels[i],
                                                     ": it must be from 0 to ", classes - 1));
    }
    const double given = probabilities[i * width + static_cast<std::size_t>(labels[i])];
    sum -= std::log(std::clamp(given, clip, 1 - clip));
  }
  return sum / static_cast<double>(labels.size());
}

absl::StatusOr<double> Accuracy(absl::Span<const int> predicted, absl::Span<const int> labels) {
  CLIENTELE_ASSIGN_OR_RETURN(const auto classes, CountClasses(predicted, labels));
  double right = 0;
  for (const auto& [name, counts] : classes) right += counts.right;
  return right / static_cast<double>(labels.size());
}

absl::StatusOr<double> MeanClassAccuracy(absl::Span<const int> predicted,
                                         absl::Span<const int> labels) {
  CLIENTELE_ASSIGN_OR_RETURN(const auto classes, CountClasses(predicted, labels));
  double sum = 0;
  double labeled = 0;
  for (const auto& [name, counts] : classes) {
    if (counts.labeled == 0) continue;
    sum += counts.right / counts.labeled;
    ++labeled;
  }
  return sum / labeled;
}

absl::StatusOr<double> MacroF1(absl::Span<const int> predicted, absl::Span<const int> labels) {
  CLIENTELE_ASSIGN_OR_RETURN(const auto classes, CountClasses(predicted, labels));
  double sum = 0;
  for (const auto& [name, counts] : classes) {
    sum += 2 * counts.right / (counts.predicted + counts.labeled);
  }
  return sum / static_cast<double>(classes.size());
}

}  // namespace clientele::evaluation
