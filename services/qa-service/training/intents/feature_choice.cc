#include "services/qa-service/training/intents/feature_choice.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"

#include "common/evaluation/classification.h"
#include "common/frame/split.h"
#include "common/status/status_macros.h"

namespace clientele::qa {
namespace {

constexpr double kChoiceValidationShare = 0.2;
// Another setting must be better by so much: a share of the rows, or of the area under the curve,
// which every pair of rows has a part in.
constexpr double kLeastGain = 0.002;
constexpr double kLeastAreaGain = 0.0005;
// From this many texts on, n-grams of a single text are left out.
constexpr std::size_t kManyTexts = 50'000;

std::vector<int> ClassesOf(absl::Span<const int> classes_of, absl::Span<const std::size_t> rows) {
  std::vector<int> classes;
  classes.reserve(rows.size());
  for (const std::size_t row : rows) classes.push_back(classes_of[row]);
  return classes;
}

class Choice {
 public:
  Choice(const EncodedTexts& texts, absl::Span<const int> classes_of, std::size_t labels,
         const FeatureChoiceOptions& options)
      : texts_(texts), classes_of_(classes_of), labels_(labels), options_(options) {
    const auto outside = static_cast<int>(labels);
    has_oos_ = std::find(classes_of.begin(), classes_of.end(), outside) != classes_of.end();
  }

  absl::StatusOr<FeatureChoice> Run() {
    CLIENTELE_RETURN_IF_ERROR(MakeSplit());
    best_.features.ngram_norms.assign(texts_.ngrams.size(), 1.0F);
    best_.features.vector_norm = texts_.dimension > 0 ? 1 : 0;
    best_.features.min_texts = texts_.size() >= kManyTexts ? 2 : 1;
    best_.quality = -1;
    CLIENTELE_RETURN_IF_ERROR(Try(best_).status());
    CLIENTELE_RETURN_IF_ERROR(ChooseCost());
    if (texts_.dimension > 0) {
      for (const float norm : {1.5F, 0.0F}) {
        FeatureChoice other = best_;
        other.features.vector_norm = norm;
        CLIENTELE_RETURN_IF_ERROR(TryAtCosts(other));
      }
    }
    if (texts_.ngrams.size() > 1) {
      for (const float norm : {0.5F, 0.0F}) {
        FeatureChoice other = best_;
        other.features.ngram_norms.back() = norm;
        CLIENTELE_RETURN_IF_ERROR(TryAtCosts(other));
      }
    }
    return best_;
  }

 private:
  absl::Status MakeSplit() {
    std::vector<std::size_t> rows(texts_.size());
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = i;
    if (rows.size() > options_.max_rows) {
      const std::vector<std::int64_t> strata(classes_of_.begin(), classes_of_.end());
      const double share =
          static_cast<double>(options_.max_rows) / static_cast<double>(rows.size());
      CLIENTELE_ASSIGN_OR_RETURN(
          const frame::Split part,
          frame::TrainValidationSplit(rows.size(), share, options_.seed, strata));
      rows = part.validation;
    }
    std::vector<std::int64_t> strata;
    strata.reserve(rows.size());
    for (const std::size_t row : rows) strata.push_back(classes_of_[row]);
    CLIENTELE_ASSIGN_OR_RETURN(const frame::Split split,
                               frame::TrainValidationSplit(rows.size(), kChoiceValidationShare,
                                                           options_.seed + 1, strata));
    for (const std::size_t i : split.training) training_.push_back(rows[i]);
    for (const std::size_t i : split.validation) {
      // What is out of scope is no class to be right about here.
      if (static_cast<std::size_t>(classes_of_[rows[i]]) < labels_) validation_.push_back(rows[i]);
    }
    if (training_.empty() || validation_.empty()) {
      return absl::InvalidArgumentError("there are too few rows to set some aside");
    }
    return absl::OkStatus();
  }

  // Lower costs while they are better, else higher ones.
  absl::Status ChooseCost() {
    for (const double factor : {1.0 / 3, 3.0}) {
      bool better = true;
      bool any = false;
      for (int i = 0; i < 3 && better; ++i) {
        FeatureChoice other = best_;
        other.cost *= factor;
        CLIENTELE_ASSIGN_OR_RETURN(better, Try(other));
        any = any || better;
      }
      if (any) break;
    }
    return absl::OkStatus();
  }

  // Shorter features want higher costs.
  absl::Status TryAtCosts(FeatureChoice choice) {
    const double cost = choice.cost;
    for (const double factor : {1.0, 3.0}) {
      choice.cost = cost * factor;
      CLIENTELE_RETURN_IF_ERROR(Try(choice).status());
    }
    return absl::OkStatus();
  }

  // Whether it is the best so far.
  absl::StatusOr<bool> Try(FeatureChoice choice) {
    const TextFeatures fitted = TextFeatures::Fit(texts_, training_, choice.features);
    const FeatureRows features = fitted.Apply(texts_);
    const std::size_t classes = labels_ + (has_oos_ ? 1 : 0);
    CLIENTELE_ASSIGN_OR_RETURN(
        const LinearScorer scorer,
        TrainLinearSvm(features, training_, ClassesOf(classes_of_, training_), classes,
                       {.cost = choice.cost, .seed = options_.seed, .threads = options_.threads}));
    CLIENTELE_ASSIGN_OR_RETURN(choice.quality, Quality(scorer, features));
    const double gain = best_.quality < 0 ? 0 : labels_ == 2 ? kLeastAreaGain : kLeastGain;
    const bool better = choice.quality > best_.quality + gain;
    if (options_.progress) {
      options_.progress(absl::StrFormat(
          "vector %.1f, characters %.1f, cost %.3f: %.4f%s", choice.features.vector_norm,
          choice.features.ngram_norms.back(), choice.cost, choice.quality, better ? " *" : ""));
    }
    if (better) best_ = std::move(choice);
    return better;
  }

  absl::StatusOr<double> Quality(const LinearScorer& scorer, const FeatureRows& features) const {
    std::vector<int> predicted;
    std::vector<double> second;
    const std::vector<int> truth = ClassesOf(classes_of_, validation_);
    for (const std::size_t row : validation_) {
      const std::vector<double> scores = scorer.Score(features, row);
      const auto end = scores.begin() + static_cast<std::ptrdiff_t>(labels_);
      predicted.push_back(static_cast<int>(std::max_element(scores.begin(), end) - scores.begin()));
      second.push_back(scores[1] - scores[0]);
    }
    const bool both = std::count(truth.begin(), truth.end(), 1) > 0 &&
                      std::count(truth.begin(), truth.end(), 0) > 0;
    if (labels_ == 2 && both) return evaluation::RocAuc(second, truth);
    return evaluation::Accuracy(predicted, truth);
  }

  const EncodedTexts& texts_;
  const absl::Span<const int> classes_of_;
  const std::size_t labels_;
  const FeatureChoiceOptions& options_;
  bool has_oos_ = false;
  std::vector<std::size_t> training_;
  std::vector<std::size_t> validation_;
  FeatureChoice best_;
};

}  // namespace

absl::StatusOr<FeatureChoice> ChooseFeatures(const EncodedTexts& texts,
                                             absl::Span<const int> classes_of, std::size_t labels,
                                             const FeatureChoiceOptions& options) {
  return Choice(texts, classes_of, labels, options).Run();
}

}  // namespace clientele::qa
