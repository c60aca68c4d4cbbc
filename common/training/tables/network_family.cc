#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "common/training/seeds.h"
#include "common/training/tables/table_family.h"

namespace clientele::training {
namespace {

class NetworkFamily final : public TableFamily {
 public:
  explicit NetworkFamily(FieldNetworkOptions options) : options_(std::move(options)) {}

  std::string name() const override {
    return options_.shape.factorization ? "deepfm" : "wide-and-deep";
  }
  std::string Describe() const override {
    return absl::StrCat(options_.shape.factorization ? "DeepFM" : "wide and deep network", ", ",
                        options_.members, " members, embeddings of ", options_.shape.embedding);
  }

  absl::StatusOr<std::vector<double>> CrossValidate(
      const frame::RowMatrix& rows, absl::Span<const int> labels,
      const std::vector<frame::Split>& folds) override {
    std::vector<double> margins(rows.rows);
    for (std::size_t f = 0; f < folds.size(); ++f) {
      FieldNetworkOptions options = Sized(folds[f].training.size());
      options.seed = DeriveSeed(options_.seed, 1000 + f);
      CLIENTELE_ASSIGN_OR_RETURN(
          const std::vector<torch::jit::Module> members,
          TrainFieldNetworks(rows.Select(folds[f].training), SelectRows(labels, folds[f].training),
                             options));
      CLIENTELE_ASSIGN_OR_RETURN(const std::vector<double> validated,
                                 MeanMargins(members, rows.Select(folds[f].validation)));
      for (std::size_t i = 0; i < validated.size(); ++i) {
        margins[folds[f].validation[i]] = validated[i];
      }
    }
    return margins;
  }

  absl::StatusOr<std::vector<torch::jit::Module>> Fit(const frame::RowMatrix& rows,
                                                      absl::Span<const int> labels) override {
    options_ = Sized(rows.rows);
    return TrainFieldNetworks(rows, labels, options_);
  }

 private:
  // More rows bear finer bins.
  FieldNetworkOptions Sized(std::size_t rows) const {
    FieldNetworkOptions options = options_;
    options.codes.bins = std::clamp(static_cast<int>(rows / 256), 16, 128);
    return options;
  }

  FieldNetworkOptions options_;
};

}  // namespace

std::unique_ptr<TableFamily> MakeNetworkFamily(const FieldNetworkOptions& options) {
  return std::make_unique<NetworkFamily>(options);
}

}  // namespace clientele::training
