#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "common/training/tables/logistic_module.h"
#include "common/training/tables/logistic_regression.h"
#include "common/training/tables/table_family.h"

namespace clientele::training {
namespace {

struct LogisticSettings {
  int bins = 32;
  double l2 = 10;
};

class LogisticFamily final : public TableFamily {
 public:
  std::string name() const override { return "logistic"; }
  std::string Describe() const override {
    return absl::StrCat("logistic regression, smooth over at most ", settings_.bins,
                        " bins a number, L2 penalty ", settings_.l2);
  }

  absl::StatusOr<std::vector<double>> CrossValidate(
      const frame::RowMatrix& rows, absl::Span<const int> labels,
      const std::vector<frame::Split>& folds) override {
    std::vector<double> best;
    double best_loss = 0;
    const auto consider = [&](const LogisticSettings& settings) -> absl::Status {
      CLIENTELE_ASSIGN_OR_RETURN(std::vector<double> margins,
                                 Validate(rows, labels, folds, settings));
      const double loss = MeanLogLoss(margins, labels, folds);
      if (best.empty() || loss < best_loss) {
        best = std::move(margins);
        best_loss = loss;
        settings_ = settings;
      }
      return absl::OkStatus();
    };
    // Bins first, then the penalty: they hardly depend on each other.
    const int most = std::max(32, static_cast<int>(rows.rows / 64));
    for (const int bins : {32, 256}) {
      if (bins <= most) CLIENTELE_RETURN_IF_ERROR(consider({.bins = bins}));
    }
    const int bins = settings_.bins;
    for (const double l2 : {1.0, 3.0, 30.0, 60.0}) {
      CLIENTELE_RETURN_IF_ERROR(consider({.bins = bins, .l2 = l2}));
    }
    return best;
  }

  absl::StatusOr<std::vector<torch::jit::Module>> Fit(const frame::RowMatrix& rows,
                                                      absl::Span<const int> labels) override {
    const frame::FieldCodes codes = frame::FieldCodes::Learn(rows, {.bins = settings_.bins});
    const frame::CodedRows coded = codes.Encode(rows);
    CLIENTELE_ASSIGN_OR_RETURN(const LogisticWeights weights,
                               FitLogistic(coded, codes.total(), labels,
                                           {.l2 = settings_.l2, .ordered = OrderedCodesOf(codes)}));
    return std::vector<torch::jit::Module>{MakeLogisticModule(codes, weights, coded)};
  }

 private:
  static absl::StatusOr<std::vector<double>> Validate(const frame::RowMatrix& rows,
                                                      absl::Span<const int> labels,
                                                      const std::vector<frame::Split>& folds,
                                                      const LogisticSettings& settings) {
    std::vector<double> margins(rows.rows);
    for (const frame::Split& fold : folds) {
      const frame::RowMatrix training = rows.Select(fold.training);
      const frame::FieldCodes codes = frame::FieldCodes::Learn(training, {.bins = settings.bins});
      // As close as a comparison of settings needs it.
      CLIENTELE_ASSIGN_OR_RETURN(
          const LogisticWeights weights,
          FitLogistic(codes.Encode(training), codes.total(), SelectRows(labels, fold.training),
                      {.l2 = settings.l2,
                       .ordered = OrderedCodesOf(codes),
                       .max_iterations = 100,
                       .tolerance = 1e-5}));
      const std::vector<double> validated =
          LogisticMargins(weights, codes.Encode(rows.Select(fold.validation)));
      for (std::size_t i = 0; i < validated.size(); ++i) margins[fold.validation[i]] = validated[i];
    }
    return margins;
  }

  LogisticSettings settings_;
};

}  // namespace

std::unique_ptr<TableFamily> MakeLogisticFamily() { return std::make_unique<LogisticFamily>(); }

}  // namespace clientele::training
