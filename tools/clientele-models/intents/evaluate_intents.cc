#include "tools/clientele-models/intents/evaluate_intents.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <ostream>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

#include "common/evaluation/calibration.h"
#include "common/evaluation/classification.h"
#include "common/inference/tasks/label_choice.h"
#include "common/inference/tasks/text_classifier.h"
#include "common/inference/tasks/tokenization.h"
#include "common/inference/versions/loaded_model.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/training/text_bundle.h"
#include "tools/clientele-models/intents/labeled_csv.h"

namespace clientele::models {
namespace {

using inference::LabelProbability;
using inference::TokenRow;

constexpr std::size_t kRowsAtOnce = 32;

// What the bundle says of one text.
struct Verdict {
  std::string answer;     // the label that it gives, that of out of scope included
  double confidence = 0;  // its probability
  double outside = 0;     // higher: rather out of scope
  std::map<std::string, double> probabilities;
};

class Classifier {
 public:
  static absl::StatusOr<Classifier> Open(const std::filesystem::path& folder) {
    Classifier made;
    CLIENTELE_ASSIGN_OR_RETURN(made.loaded_,
                               qa::OpenTextBundle(folder, model::v1::TASK_TEXT_CLASSIFIER));
    CLIENTELE_ASSIGN_OR_RETURN(made.model_, inference::TextClassifierModel::Open(made.loaded_));
    return made;
  }

  absl::StatusOr<std::vector<Verdict>> Classify(const std::vector<std::string>& texts) const {
    std::vector<TokenRow> rows;
    rows.reserve(texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
      auto row = inference::TokenizeText(*loaded_, texts[i]);
      if (!row.ok()) return InvalidField(absl::StrCat("text ", i + 1), row.status().message());
      rows.push_back(*std::move(row));
    }
    std::vector<std::size_t> order(rows.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return rows[a].length() < rows[b].length();
    });
    std::vector<Verdict> verdicts(rows.size());
    for (std::size_t begin = 0; begin < order.size(); begin += kRowsAtOnce) {
      const std::size_t end = std::min(order.size(), begin + kRowsAtOnce);
      std::vector<const TokenRow*> batch;
      for (std::size_t i = begin; i < end; ++i) batch.push_back(&rows[order[i]]);
      CLIENTELE_ASSIGN_OR_RETURN(const auto ranked, model_->Compute(batch));
      for (std::size_t i = begin; i < end; ++i) verdicts[order[i]] = Judge(ranked[i - begin]);
    }
    return verdicts;
  }

  const std::string& oos_label() const { return model_->rejection().label; }

 private:
  Classifier() = default;

  Verdict Judge(const std::vector<LabelProbability>& ranked) const {
    Verdict verdict;
    for (const LabelProbability& each : ranked) {
      verdict.probabilities[each.label] = static_cast<double>(each.probability);
    }
    const inference::LabelChoice choice = inference::ChooseLabel(model_->rejection(), ranked);
    verdict.outside = choice.outside;
    verdict.answer = choice.rejected ? oos_label() : choice.label;
    verdict.confidence = choice.rejected ? choice.outside : choice.probability;
    return verdict;
  }

  std::shared_ptr<const inference::LoadedModel> loaded_;
  std::shared_ptr<const inference::TextClassifierModel> model_;
};

// A metric that is not defined is null; wrong input is an error.
absl::StatusOr<nlohmann::ordered_json> OrNull(const absl::StatusOr<double>& metric) {
  if (metric.ok()) return nlohmann::ordered_json(*metric);
  if (absl::IsFailedPrecondition(metric.status()) || absl::IsInvalidArgument(metric.status())) {
    return nlohmann::ordered_json(nullptr);
  }
  return metric.status();
}

// The rows' labels beside what was answered. A label of the file that means out of scope and the
// bundle's own are one.
class Comparison {
 public:
  Comparison(const LabeledRows& rows, const std::vector<Verdict>& verdicts,
             const std::string& oos_label, const std::string& bundle_oos_label) {
    std::map<std::string, int> numbers;
    const auto number = [&](const std::string& label) {
      return numbers.emplace(label, static_cast<int>(numbers.size())).first->second;
    };
    const std::string& outside = oos_label.empty() ? bundle_oos_label : oos_label;
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
      const bool is_outside = !oos_label.empty() && rows.labels[i] == oos_label;
      const bool rejected = !bundle_oos_label.empty() && verdicts[i].answer == bundle_oos_label;
      truth_.push_back(number(is_outside ? outside : rows.labels[i]));
      answers_.push_back(number(rejected ? outside : verdicts[i].answer));
      outside_.push_back(is_outside ? 1 : 0);
      rejected_ += rejected ? 1 : 0;
      rejected_rightly_ += rejected && is_outside ? 1 : 0;
      outside_scores_.push_back(verdicts[i].outside);
      confidence_.push_back(std::clamp(verdicts[i].confidence, 0.0, 1.0));
      right_.push_back(truth_.back() == answers_.back() ? 1 : 0);
    }
  }

  absl::StatusOr<nlohmann::ordered_json> Metrics(const LabeledRows& rows,
                                                 const std::vector<Verdict>& verdicts) const {
    const auto outside = std::count(outside_.begin(), outside_.end(), 1);
    const auto inside = static_cast<std::ptrdiff_t>(outside_.size()) - outside;
    std::ptrdiff_t right_inside = 0;
    for (std::size_t i = 0; i < right_.size(); ++i) {
      if (outside_[i] == 0) right_inside += right_[i];
    }
    nlohmann::ordered_json json;
    json["accuracy"] = Share(right_inside, inside);
    CLIENTELE_ASSIGN_OR_RETURN(json["macro_f1"], OrNull(evaluation::MacroF1(answers_, truth_)));
    json["oos_recall"] = Share(rejected_rightly_, outside);
    json["oos_precision"] = Share(rejected_rightly_, rejected_);
    CLIENTELE_ASSIGN_OR_RETURN(json["auroc"],
                               OrNull(outside > 0 ? evaluation::RocAuc(outside_scores_, outside_)
                                                  : TwoLabels(rows, verdicts)));
    CLIENTELE_ASSIGN_OR_RETURN(json["ece"],
                               OrNull(evaluation::ExpectedCalibrationError(confidence_, right_)));
    return json;
  }

 private:
  static nlohmann::ordered_json Share(std::ptrdiff_t part, std::ptrdiff_t of) {
    if (of == 0) return nullptr;
    return static_cast<double>(part) / static_cast<double>(of);
  }

  // Of telling the second of two labels from the first.
  static absl::StatusOr<double> TwoLabels(const LabeledRows& rows,
                                          const std::vector<Verdict>& verdicts) {
    std::vector<std::string> names = rows.labels;
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    if (names.size() != 2) return absl::FailedPreconditionError("there are not two labels");
    std::vector<double> scores;
    std::vector<int> labels;
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
      const auto found = verdicts[i].probabilities.find(names[1]);
      scores.push_back(found == verdicts[i].probabilities.end() ? 0 : found->second);
      labels.push_back(rows.labels[i] == names[1] ? 1 : 0);
    }
    return evaluation::RocAuc(scores, labels);
  }

  std::vector<int> truth_;
  std::vector<int> answers_;
  std::vector<int> outside_;
  std::vector<int> right_;
  std::vector<double> outside_scores_;
  std::vector<double> confidence_;
  std::ptrdiff_t rejected_ = 0;
  std::ptrdiff_t rejected_rightly_ = 0;
};

}  // namespace

absl::Status EvaluateIntents(const EvaluateIntentsOptions& options, std::ostream& out,
                             std::ostream& log) {
  CLIENTELE_ASSIGN_OR_RETURN(const Classifier classifier, Classifier::Open(options.bundle));
  CLIENTELE_ASSIGN_OR_RETURN(
      const LabeledRows rows,
      ReadLabeledRows(options.csv, options.text_column, options.label_column));
  if (rows.skipped > 0) {
    log << rows.skipped << " rows have no text or no label and are left out\n";
  }
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<Verdict> verdicts, classifier.Classify(rows.texts));
  const Comparison comparison(rows, verdicts, options.oos_label, classifier.oos_label());
  CLIENTELE_ASSIGN_OR_RETURN(const nlohmann::ordered_json metrics,
                             comparison.Metrics(rows, verdicts));
  out << metrics.dump() << "\n";
  return absl::OkStatus();
}

}  // namespace clientele::models
