#include "services/qa-service/training/intents/intent_training.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/evaluation/classification.h"
#include "common/frame/split.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/training/intents/feature_choice.h"
#include "services/qa-service/training/intents/rejection_threshold.h"
#include "services/qa-service/training/intents/score_mixture.h"

namespace clientele::qa {
namespace {

// Of the weights of the evidence, in units of each number's deviation.
constexpr double kEvidencePenalty = 1;
// What all rows out of scope together count against those in scope, where a threshold is chosen.
constexpr double kOutsideShare = 0.03;

// What is known of every row without having learned from it.
struct HeldOut {
  std::size_t machines = 0;
  std::vector<double> margins;  // [rows, machines]
  std::vector<Familiarity> familiarity;
  std::vector<double> tuned;  // [rows, labels], zeros where it was not asked; or empty

  absl::Span<const double> Margins(std::size_t row) const {
    return absl::MakeConstSpan(margins).subspan(row * machines, machines);
  }
  absl::Span<const double> Tuned(std::size_t row, std::size_t labels) const {
    if (tuned.empty()) return {};
    return absl::MakeConstSpan(tuned).subspan(row * labels, labels);
  }
};

class Training {
 public:
  Training(const EncodedTexts& texts, const IntentLabels& labels,
           const IntentTrainingOptions& options)
      : texts_(texts),
        labels_(labels),
        options_(options),
        scope_(labels.names.size()),
        machines_(scope_ + (labels.oos_rows > 0 ? 1 : 0)),
        strata_(labels.classes.begin(), labels.classes.end()) {}

  absl::StatusOr<TrainedIntents> Run() {
    CLIENTELE_ASSIGN_OR_RETURN(choice_, ChooseFeatures(texts_, labels_.classes, scope_,
                                                       {.seed = options_.seed,
                                                        .threads = options_.threads,
                                                        .progress = options_.progress}));
    CLIENTELE_RETURN_IF_ERROR(CrossValidate());
    CLIENTELE_RETURN_IF_ERROR(Tune());
    trained_.model.labels = labels_.names;
    CLIENTELE_RETURN_IF_ERROR(FitWeights());
    if (labels_.oos_rows > 0) CLIENTELE_RETURN_IF_ERROR(FitRejection());
    CLIENTELE_RETURN_IF_ERROR(Measure());
    for (const auto& [name, value] : trained_.metrics) {
      Say(absl::StrCat(name, " of rows that were set aside: ", value));
    }
    Say("margins over all rows");
    std::vector<std::size_t> all(texts_.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    CLIENTELE_ASSIGN_OR_RETURN(const Fitted fitted, Fit(all));
    trained_.model.features = fitted.features;
    trained_.model.margins = fitted.margins;
    if (margin_shift_ != 0) {
      trained_.model.margins.AddToBias(0, -margin_shift_ / 2);
      trained_.model.margins.AddToBias(1, margin_shift_ / 2);
    }
    trained_.model.centroids = fitted.centroids;
    return std::move(trained_);
  }

 private:
  struct Fitted {
    TextFeatures features;
    FeatureRows rows;
    LinearScorer margins;
    std::vector<float> centroids;
  };

  void Say(absl::string_view line) const {
    if (options_.progress) options_.progress(line);
  }

  std::vector<int> ClassesOf(absl::Span<const std::size_t> rows) const {
    std::vector<int> classes;
    classes.reserve(rows.size());
    for (const std::size_t row : rows) classes.push_back(labels_.classes[row]);
    return classes;
  }
  bool InScope(std::size_t row) const {
    return static_cast<std::size_t>(labels_.classes[row]) < scope_;
  }

  absl::StatusOr<Fitted> Fit(absl::Span<const std::size_t> rows) const {
    Fitted fitted;
    const std::vector<int> classes = ClassesOf(rows);
    fitted.features = TextFeatures::Fit(texts_, rows, choice_.features);
    fitted.rows = fitted.features.Apply(texts_);
    CLIENTELE_ASSIGN_OR_RETURN(
        fitted.margins,
        TrainLinearSvm(fitted.rows, rows, classes, machines_,
                       {.cost = choice_.cost, .seed = options_.seed, .threads = options_.threads}));
    fitted.centroids = Centroids(texts_, rows, classes, scope_);
    return fitted;
  }

  absl::Status CrossValidate() {
    held_out_.machines = machines_;
    held_out_.margins.resize(texts_.size() * machines_);
    held_out_.familiarity.resize(texts_.size());
    CLIENTELE_ASSIGN_OR_RETURN(
        const std::vector<frame::Split> folds,
        frame::KFold(texts_.size(), options_.folds, options_.seed + 2, strata_));
    for (std::size_t fold = 0; fold < folds.size(); ++fold) {
      Say(absl::StrCat("margins, fold ", fold + 1, " of ", folds.size()));
      CLIENTELE_ASSIGN_OR_RETURN(const Fitted fitted, Fit(folds[fold].training));
      for (const std::size_t row : folds[fold].validation) {
        const std::vector<double> margins = fitted.margins.Score(fitted.rows, row);
        std::copy(margins.begin(), margins.end(),
                  held_out_.margins.begin() + static_cast<std::ptrdiff_t>(row * machines_));
        held_out_.familiarity[row] =
            MeasureFamiliarity(texts_, row, fitted.features, fitted.centroids);
      }
    }
    return absl::OkStatus();
  }

  // Sets the rows that everything further is fitted on.
  absl::Status Tune() {
    for (std::size_t row = 0; row < texts_.size(); ++row) held_out_rows_.push_back(row);
    if (!options_.tune) return absl::OkStatus();
    CLIENTELE_ASSIGN_OR_RETURN(
        const frame::Split split,
        frame::TrainValidationSplit(texts_.size(), options_.tuning_validation_share,
                                    options_.seed + 3, strata_));
    std::vector<std::size_t> training;
    std::vector<std::size_t> scored;
    for (const std::size_t row : split.training) {
      if (InScope(row)) training.push_back(row);
    }
    for (const std::size_t row : split.validation) {
      if (InScope(row)) scored.push_back(row);
    }
    if (training.empty() || scored.empty()) return absl::OkStatus();
    // What is out of scope was tuned on by no one.
    for (std::size_t row = 0; row < texts_.size(); ++row) {
      if (!InScope(row)) scored.push_back(row);
    }
    std::sort(scored.begin(), scored.end());
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<double> scores, options_.tune(training, scored));
    if (scores.empty()) return absl::OkStatus();
    if (scores.size() != scored.size() * scope_) {
      return absl::InternalError("tuning gave scores of another number of rows");
    }
    held_out_.tuned.resize(texts_.size() * scope_);
    for (std::size_t i = 0; i < scored.size(); ++i) {
      std::copy_n(scores.begin() + static_cast<std::ptrdiff_t>(i * scope_), scope_,
                  held_out_.tuned.begin() + static_cast<std::ptrdiff_t>(scored[i] * scope_));
    }
    trained_.tuned = true;
    held_out_rows_ = std::move(scored);
    return absl::OkStatus();
  }

  std::vector<double> LogitsOf(std::size_t row) const {
    std::vector<absl::Span<const double>> models = {held_out_.Margins(row).first(scope_)};
    if (trained_.tuned) models.push_back(held_out_.Tuned(row, scope_));
    return MixtureLogits(models, trained_.model.score_weights);
  }

  absl::Status FitWeights() {
    std::vector<std::vector<double>> models(trained_.tuned ? 2 : 1);
    std::vector<int> classes;
    for (const std::size_t row : held_out_rows_) {
      if (!InScope(row)) continue;
      classes.push_back(labels_.classes[row]);
      const auto margins = held_out_.Margins(row).first(scope_);
      models[0].insert(models[0].end(), margins.begin(), margins.end());
      if (!trained_.tuned) continue;
      const auto tuned = held_out_.Tuned(row, scope_);
      models[1].insert(models[1].end(), tuned.begin(), tuned.end());
    }
    const std::size_t scores = models.size();
    if (scope_ == 2) AddConstants(classes.size(), models);
    CLIENTELE_ASSIGN_OR_RETURN(std::vector<double> weights,
                               FitScoreMixture(models, scope_, classes));
    if (scope_ == 2 && weights[0] > 0) {
      ShiftMargins((weights[scores + 1] - weights[scores]) / weights[0]);
    }
    weights.resize(scores);
    trained_.model.score_weights = std::move(weights);
    for (std::size_t i = 0; i < trained_.model.score_weights.size(); ++i) {
      Say(absl::StrCat(i == 0 ? "weight of margins " : "weight of tuned scores ",
                       trained_.model.score_weights[i]));
    }
    return absl::OkStatus();
  }

  // A score of 1 for the one label, and for the other: where one of two is rare, or a row of it was
  // learned at the same cost, the margin at which both are as likely is not 0.
  static void AddConstants(std::size_t rows, std::vector<std::vector<double>>& models) {
    for (const std::size_t label : {std::size_t{0}, std::size_t{1}}) {
      std::vector<double>& scores = models.emplace_back(rows * 2, 0.0);
      for (std::size_t row = 0; row < rows; ++row) scores[row * 2 + label] = 1;
    }
  }

  // Of the second label against the first, here and in the model.
  void ShiftMargins(double shift) {
    margin_shift_ = shift;
    for (std::size_t row = 0; row < texts_.size(); ++row) {
      held_out_.margins[row * machines_] -= shift / 2;
      held_out_.margins[row * machines_ + 1] += shift / 2;
    }
    Say(absl::StrCat("shift of margins ", shift));
  }

  std::vector<double> EvidenceOf(std::size_t row) const {
    return RejectionEvidence(held_out_.Margins(row), LogitsOf(row), held_out_.Tuned(row, scope_),
                             held_out_.familiarity[row]);
  }

  absl::Status FitRejection() {
    std::vector<double> evidence;
    std::vector<int> outside;
    std::size_t width = 0;
    for (const std::size_t row : held_out_rows_) {
      const std::vector<double> numbers = EvidenceOf(row);
      width = numbers.size();
      evidence.insert(evidence.end(), numbers.begin(), numbers.end());
      outside.push_back(InScope(row) ? 0 : 1);
    }
    Rejection rejection = {.label = labels_.oos_label};
    CLIENTELE_ASSIGN_OR_RETURN(rejection.regression,
                               FitLogisticRegression(evidence, width, outside, kEvidencePenalty));
    trained_.model.rejection = std::move(rejection);
    std::vector<RejectionCase> cases;
    cases.reserve(held_out_rows_.size());
    for (const std::size_t row : held_out_rows_) {
      cases.push_back({.probability = ProbabilityOutside(row),
                       .outside = !InScope(row),
                       .right = InScope(row) && LikeliestOf(row) == labels_.classes[row]});
    }
    trained_.model.rejection->threshold = ChooseRejectionThreshold(cases, kOutsideShare);
    return absl::OkStatus();
  }

  double ProbabilityOutside(std::size_t row) const {
    const double logit = trained_.model.rejection->regression.Logit(EvidenceOf(row));
    return 1 / (1 + std::exp(-logit));
  }
  int LikeliestOf(std::size_t row) const {
    const std::vector<double> logits = LogitsOf(row);
    return static_cast<int>(std::max_element(logits.begin(), logits.end()) - logits.begin());
  }

  absl::Status Measure() {
    std::size_t inside = 0;
    std::size_t right = 0;
    std::size_t outside = 0;
    std::size_t rejected = 0;
    std::size_t rightly_rejected = 0;
    std::vector<double> probabilities;
    std::vector<int> is_outside;
    for (const std::size_t row : held_out_rows_) {
      bool reject = false;
      if (trained_.model.rejection.has_value()) {
        probabilities.push_back(ProbabilityOutside(row));
        is_outside.push_back(InScope(row) ? 0 : 1);
        reject = probabilities.back() >= trained_.model.rejection->threshold;
      }
      rejected += reject ? 1 : 0;
      if (InScope(row)) {
        ++inside;
        right += !reject && LikeliestOf(row) == labels_.classes[row] ? 1 : 0;
      } else {
        ++outside;
        rightly_rejected += reject ? 1 : 0;
      }
    }
    const auto share = [](std::size_t part, std::size_t of) {
      return of == 0 ? 0 : static_cast<double>(part) / static_cast<double>(of);
    };
    trained_.metrics["accuracy"] = share(right, inside);
    if (!trained_.model.rejection.has_value()) return absl::OkStatus();
    trained_.metrics["oos_recall"] = share(rightly_rejected, outside);
    trained_.metrics["oos_precision"] = share(rightly_rejected, rejected);
    CLIENTELE_ASSIGN_OR_RETURN(trained_.metrics["auroc"],
                               evaluation::RocAuc(probabilities, is_outside));
    return absl::OkStatus();
  }

  const EncodedTexts& texts_;
  const IntentLabels& labels_;
  const IntentTrainingOptions& options_;
  const std::size_t scope_;     // labels in scope
  const std::size_t machines_;  // and one more where rows are out of scope
  const std::vector<std::int64_t> strata_;
  FeatureChoice choice_;
  HeldOut held_out_;
  std::vector<std::size_t> held_out_rows_;
  double margin_shift_ = 0;
  TrainedIntents trained_;
};

}  // namespace

absl::StatusOr<IntentLabels> IntentLabels::Create(absl::Span<const std::string> labels,
                                                  absl::string_view oos_label) {
  if (labels.empty()) return absl::InvalidArgumentError("there are no rows to learn from");
  std::set<std::string> names;
  for (const std::string& label : labels) {
    if (label.empty()) return absl::InvalidArgumentError("a row has no label");
    if (label != oos_label) names.insert(label);
  }
  if (names.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("every row is out of scope (", oos_label, "): there is no label to learn"));
  }
  if (names.size() == 1) {
    return absl::InvalidArgumentError(absl::StrCat("there is one label in scope, \"",
                                                   *names.begin(), "\": at least two are needed"));
  }
  IntentLabels made;
  made.names.assign(names.begin(), names.end());
  made.oos_label = std::string(oos_label);
  made.classes.reserve(labels.size());
  for (const std::string& label : labels) {
    if (label == oos_label) {
      made.classes.push_back(static_cast<int>(made.names.size()));
      ++made.oos_rows;
      continue;
    }
    const auto found = std::lower_bound(made.names.begin(), made.names.end(), label);
    made.classes.push_back(static_cast<int>(found - made.names.begin()));
  }
  return made;
}

absl::StatusOr<TrainedIntents> TrainIntents(const EncodedTexts& texts, const IntentLabels& labels,
                                            const IntentTrainingOptions& options) {
  if (texts.size() != labels.classes.size()) {
    return InvalidField("texts", "must be as many as the labels");
  }
  if (options.folds < 2) return InvalidField("folds", "must be at least 2");
  if (texts.size() < static_cast<std::size_t>(options.folds) * 2) {
    return absl::InvalidArgumentError(absl::StrCat("there are ", texts.size(), " rows: at least ",
                                                   options.folds * 2,
                                                   " are needed, so that some can be set aside"));
  }
  return Training(texts, labels, options).Run();
}

}  // namespace clientele::qa
