#include "services/recommend-service/training/ratings/rating_experiment.h"

#include <algorithm>

#include "absl/status/status.h"

#include "common/evaluation/regression.h"
#include "common/status/status_macros.h"
#include "common/training/seeds.h"
#include "services/recommend-service/training/ratings/rating_families.h"
#include "services/recommend-service/training/side_by_side.h"

namespace clientele::recommend {
namespace {

absl::StatusOr<RatingFold> RunFold(const InteractionLog& log, const frame::Split& split,
                                   const RatingFamily& family, std::uint64_t seed, int threads) {
  std::vector<SparseEntry> entries;
  entries.reserve(split.training.size());
  std::vector<bool> has_customer(log.customers.size()), has_item(log.items.size());
  for (const std::size_t row : split.training) {
    const InteractionRow& rating = log.rows[row];
    entries.push_back({rating.customer, rating.item, static_cast<float>(rating.rating)});
    has_customer[static_cast<std::size_t>(rating.customer)] = true;
    has_item[static_cast<std::size_t>(rating.item)] = true;
  }
  const SparseMatrix ratings =
      CompressRows(entries, static_cast<std::int64_t>(log.customers.size()),
                   static_cast<std::int64_t>(log.items.size()));
  RatingFold fold;
  fold.training_rows = split.training.size();
  fold.held_out_rows = split.validation.size();
  std::vector<RatingQuery> queries;
  std::vector<double> actual;
  queries.reserve(split.validation.size());
  actual.reserve(split.validation.size());
  for (const std::size_t row : split.validation) {
    const InteractionRow& rating = log.rows[row];
    queries.push_back({rating.customer, rating.item});
    actual.push_back(rating.rating);
    fold.unseen_rows += !has_customer[static_cast<std::size_t>(rating.customer)] ||
                        !has_item[static_cast<std::size_t>(rating.item)];
  }
  CLIENTELE_ASSIGN_OR_RETURN(
      const std::vector<double> predicted,
      family.Predict({.ratings = ratings, .seed = seed, .threads = threads}, queries));
  CLIENTELE_ASSIGN_OR_RETURN(fold.rmse, evaluation::RootMeanSquaredError(predicted, actual));
  CLIENTELE_ASSIGN_OR_RETURN(fold.mae, evaluation::MeanAbsoluteError(predicted, actual));
  return fold;
}

}  // namespace

absl::StatusOr<std::vector<RatingFold>> RunRatingExperiment(
    const InteractionLog& log, absl::Span<const frame::Split> splits,
    const RatingExperimentOptions& options) {
  CLIENTELE_ASSIGN_OR_RETURN(const auto family, MakeRatingFamily(options.algorithm));
  for (const frame::Split& split : splits) {
    if (split.training.empty() || split.validation.empty()) {
      return absl::InvalidArgumentError("there must be ratings to train on and ratings to measure");
    }
  }
  std::vector<absl::StatusOr<RatingFold>> folds(splits.size(), absl::StatusOr<RatingFold>());
  SideBySide(options.threads, splits.size(), [&](std::size_t at) {
    folds[at] = RunFold(log, splits[at], *family, training::DeriveSeed(options.seed, at),
                        splits.size() == 1 ? options.threads : 1);
  });
  std::vector<RatingFold> results;
  results.reserve(folds.size());
  for (auto& fold : folds) {
    CLIENTELE_RETURN_IF_ERROR(fold.status());
    results.push_back(*fold);
  }
  return results;
}

}  // namespace clientele::recommend
