#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/modeling/trees/tree_module.h"
#include "common/status/status_macros.h"
#include "common/training/seeds.h"
#include "common/training/tables/table_family.h"
#include "common/training/trees/boosted_trees.h"

namespace clientele::training {
namespace {

// Smaller steps are more accurate and take longer.
double LearningRateFor(std::size_t rows) {
  if (rows < 15'000) return 0.03;
  return rows < 60'000 ? 0.06 : 0.1;
}

// Of few rows, what a seed draws is felt: the mean over several is more accurate.
int MembersFor(std::size_t rows) { return rows < 15'000 ? 4 : 1; }

class TreeFamily final : public TableFamily {
 public:
  TreeFamily(std::uint64_t seed, int threads) : seed_(seed), threads_(threads) {
    settings_ = Candidates(0).front();
  }

  std::string name() const override { return "trees"; }
  std::string Describe() const override {
    return absl::StrCat("XGBoost, ", settings_.rounds, " trees of depth ", settings_.max_depth,
                        ", learning rate ", settings_.learning_rate);
  }

  absl::StatusOr<std::vector<double>> CrossValidate(
      const frame::RowMatrix& rows, absl::Span<const int> labels,
      const std::vector<frame::Split>& folds) override {
    const std::vector<double> targets(labels.begin(), labels.end());
    std::vector<double> best;
    double best_loss = 0;
    for (BoostedTreesOptions& candidate : Candidates(rows.rows)) {
      CLIENTELE_ASSIGN_OR_RETURN(CrossValidation validated,
                                 training::CrossValidate(rows, targets, folds, candidate));
      if (!best.empty() && validated.loss >= best_loss) continue;
      best = std::move(validated.margins);
      best_loss = validated.loss;
      settings_ = std::move(candidate);
      settings_.rounds = validated.rounds;
    }
    return best;
  }

  absl::StatusOr<std::vector<torch::jit::Module>> Fit(const frame::RowMatrix& rows,
                                                      absl::Span<const int> labels) override {
    const std::vector<double> targets(labels.begin(), labels.end());
    std::vector<torch::jit::Module> modules;
    BoostedTreesOptions settings = settings_;
    for (int member = 0; member < MembersFor(rows.rows); ++member) {
      settings.seed = DeriveSeed(seed_, static_cast<std::uint64_t>(member));
      CLIENTELE_ASSIGN_OR_RETURN(const BoostedTrees trees,
                                 TrainBoostedTrees(rows, targets, settings));
      modules.push_back(modeling::MakeTreeModule(trees.ensemble));
    }
    return modules;
  }

 private:
  // Stumps and shallow trees that are held back for few or noisy rows, and deeper ones.
  std::vector<BoostedTreesOptions> Candidates(std::size_t rows) const {
    BoostedTreesOptions deep{.rounds = 2000, .patience = 40, .max_depth = 5};
    deep.min_child_weight = 3;
    deep.l2 = 3;
    deep.learning_rate = LearningRateFor(rows);
    deep.seed = seed_;
    deep.threads = threads_;
    if (rows >= 15'000) return {deep};
    BoostedTreesOptions shallow = deep;
    shallow.max_depth = 2;
    shallow.min_child_weight = 10;
    shallow.row_share = 0.6;
    shallow.field_share = 0.3;
    // Without interactions: a sum of a curve for each field.
    BoostedTreesOptions stumps = shallow;
    stumps.max_depth = 1;
    stumps.learning_rate = 2 * shallow.learning_rate;
    return {shallow, stumps, deep};
  }

  std::uint64_t seed_;
  int threads_;
  BoostedTreesOptions settings_;
};

}  // namespace

std::unique_ptr<TableFamily> MakeTreeFamily(std::uint64_t seed, int threads) {
  return std::make_unique<TreeFamily>(seed, threads);
}

}  // namespace clientele::training
