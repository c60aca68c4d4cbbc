#include "tools/clientele-models/evaluate/evaluate_ratings.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/frame/split.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/training/evaluation_protocol.h"
#include "services/recommend-service/training/ratings/rating_experiment.h"
#include "services/recommend-service/training/ratings/rating_families.h"

namespace clientele::models {
namespace {

absl::StatusOr<std::vector<frame::Split>> RatingSplits(InteractionsFile& file,
                                                       const EvaluateRatingsOptions& options,
                                                       std::size_t& repeated) {
  if (!options.columns.test.empty()) {
    // A pair of both files is measured as it is in the test file.
    std::vector<recommend::InteractionRow>& rows = file.log.rows;
    recommend::InteractionLog training = file.log;
    training.rows.assign(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(file.file_rows));
    repeated = recommend::KeepLastOfEachPair(training);
    frame::Split split;
    split.training.reserve(training.rows.size());
    split.validation.reserve(rows.size() - file.file_rows);
    for (std::size_t row = 0; row < training.rows.size(); ++row) split.training.push_back(row);
    for (std::size_t row = file.file_rows; row < rows.size(); ++row) {
      split.validation.push_back(training.rows.size());
      training.rows.push_back(rows[row]);
    }
    file.log = std::move(training);
    return std::vector<frame::Split>{std::move(split)};
  }
  repeated = recommend::KeepLastOfEachPair(file.log);
  CLIENTELE_ASSIGN_OR_RETURN(recommend::Protocol protocol,
                             recommend::ParseProtocol(options.protocol));
  protocol.seed = options.seed;
  if (protocol.kind == recommend::ProtocolKind::kTemporal) {
    if (options.columns.time.empty()) {
      return absl::InvalidArgumentError("temporal:DATE needs the column of times: --time COL");
    }
    CLIENTELE_ASSIGN_OR_RETURN(protocol.begin_time, file.times.Instant(protocol.begin));
  }
  return recommend::SplitRows(file.log, protocol);
}

}  // namespace

absl::Status EvaluateRatings(const EvaluateRatingsOptions& options, std::ostream& out) {
  const auto start = std::chrono::steady_clock::now();
  if (options.columns.rating.empty()) {
    return absl::InvalidArgumentError("the column of ratings must be named: --rating COL");
  }
  if (options.threads < 1) return absl::InvalidArgumentError("--threads must be 1 or more");
  CLIENTELE_RETURN_IF_ERROR(recommend::MakeRatingFamily(options.algorithm).status());
  CLIENTELE_ASSIGN_OR_RETURN(InteractionsFile file, ReadInteractions(options.columns));
  std::size_t repeated = 0;
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<frame::Split> splits,
                             RatingSplits(file, options, repeated));
  const auto [least, greatest] =
      std::minmax_element(file.log.rows.begin(), file.log.rows.end(),
                          [](const auto& a, const auto& b) { return a.rating < b.rating; });
  out << absl::StrFormat("%d ratings from %g to %g of %d users and %d items; %s\n",
                         file.log.rows.size(), least->rating, greatest->rating,
                         file.log.customers.size(), file.log.items.size(), options.algorithm)
      << std::flush;
  CLIENTELE_ASSIGN_OR_RETURN(
      const std::vector<recommend::RatingFold> folds,
      recommend::RunRatingExperiment(
          file.log, splits,
          {.algorithm = options.algorithm, .seed = options.seed, .threads = options.threads}));
  double rmse = 0, mae = 0;
  std::size_t unseen = 0;
  nlohmann::ordered_json each = nlohmann::ordered_json::array();
  for (std::size_t at = 0; at < folds.size(); ++at) {
    const recommend::RatingFold& fold = folds[at];
    out << absl::StrFormat("fold %d: RMSE %.4f, MAE %.4f (trained on %d, measured on %d)\n", at + 1,
                           fold.rmse, fold.mae, fold.training_rows, fold.held_out_rows);
    rmse += fold.rmse / static_cast<double>(folds.size());
    mae += fold.mae / static_cast<double>(folds.size());
    unseen += fold.unseen_rows;
    each.push_back({{"rmse", fold.rmse},
                    {"mae", fold.mae},
                    {"training_rows", fold.training_rows},
                    {"test_rows", fold.held_out_rows},
                    {"unseen_rows", fold.unseen_rows}});
  }
  out << absl::StrFormat("mean: RMSE %.4f, MAE %.4f\n", rmse, mae);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  const nlohmann::ordered_json report = {
      {"task", "ratings"},
      {"algorithm", options.algorithm},
      {"rmse", rmse},
      {"mae", mae},
      {"seed", options.seed},
      {"split", options.columns.test.empty() ? options.protocol : "test file"},
      {"candidates",
       "every held-out rating, of unseen users and items too; predictions clipped to "
       "the ratings of the training"},
      {"folds", each},
      {"ratings", file.log.rows.size()},
      {"users", file.log.customers.size()},
      {"items", file.log.items.size()},
      {"unseen_rows", unseen},
      {"repeated_rows", repeated},
      {"rows_without_ids", file.rows_without_ids},
      {"seconds", seconds.count()}};
  out << report.dump() << "\n";
  return absl::OkStatus();
}

}  // namespace clientele::models
