#include "services/recommend-service/training/hybrid/new_items_experiment.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <random>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "common/training/seeds.h"
#include "services/recommend-service/core/candidates/candidate_generator.h"
#include "services/recommend-service/core/training/plain_model.h"
#include "services/recommend-service/training/als_factorizer.h"
#include "services/recommend-service/training/candidates/shared_scores.h"
#include "services/recommend-service/training/hybrid/matrix_shop.h"
#include "services/recommend-service/training/hybrid/past_view.h"
#include "services/recommend-service/training/hybrid/ranking_table.h"

namespace clientele::recommend {
namespace {

constexpr std::uint64_t kSplitStream = 1;

// Entries by column: of the items in the training, and of the new ones.
struct Parts {
  SparseMatrix known;
  SparseMatrix held_out;
  std::vector<std::int32_t> known_columns;
  std::vector<std::int32_t> new_columns;
  std::int64_t unknown_customers = 0;
};

Parts TakeOut(const InteractionLog& log, const NewItemsOptions& options) {
  std::vector<std::int32_t> items(log.items.size());
  std::iota(items.begin(), items.end(), 0);
  std::mt19937_64 random(training::DeriveSeed(options.seed, kSplitStream));
  std::shuffle(items.begin(), items.end(), random);
  const auto taken = items.begin() +
                     static_cast<std::ptrdiff_t>(options.share * static_cast<double>(items.size()));
  Parts parts;
  parts.new_columns.assign(items.begin(), taken);
  parts.known_columns.assign(taken, items.end());
  std::sort(parts.new_columns.begin(), parts.new_columns.end());
  std::sort(parts.known_columns.begin(), parts.known_columns.end());

  std::vector<bool> is_new(items.size());
  for (const std::int32_t item : parts.new_columns) is_new[static_cast<std::size_t>(item)] = true;
  std::vector<bool> is_known_customer(log.customers.size());
  std::vector<SparseEntry> known, held_out;
  for (const InteractionRow& row : log.rows) {
    if (is_new[static_cast<std::size_t>(row.item)]) continue;
    known.push_back({row.customer, row.item, 1});
    is_known_customer[static_cast<std::size_t>(row.customer)] = true;
  }
  for (const InteractionRow& row : log.rows) {
    if (!is_new[static_cast<std::size_t>(row.item)]) continue;
    if (is_known_customer[static_cast<std::size_t>(row.customer)]) {
      held_out.push_back({row.customer, row.item, 1});
    }
  }
  parts.unknown_customers = std::count(is_known_customer.begin(), is_known_customer.end(), false);
  const auto customers = static_cast<std::int64_t>(log.customers.size());
  const auto columns = static_cast<std::int64_t>(log.items.size());
  parts.known = CompressRows(known, customers, columns);
  parts.held_out = CompressRows(held_out, customers, columns);
  return parts;
}

// All items with their texts; a model of those in the training.
absl::StatusOr<PastView> ViewOf(const Parts& parts, const std::vector<std::string>& texts,
                                const NewItemsOptions& options) {
  const TrainingSet set = SetOf(parts.known, parts.known_columns);
  const AlsFactorizer factorizer({.evaluate = false, .threads = options.threads});
  CLIENTELE_ASSIGN_OR_RETURN(
      const Factorization factorization,
      factorizer.Train(set, options.factorization, [](int, int) { return absl::OkStatus(); }));
  PastView::Contents contents;
  for (std::size_t item = 0; item < texts.size(); ++item) {
    contents.items.push_back({ColumnId(static_cast<std::int64_t>(item)), texts[item], ""});
  }
  contents.model = PlainModel(set.item_ids, factorization, {});
  return PastView(std::move(contents));
}

// The new items by what one source of the hybrid says of them.
class NewItemScorer final : public ItemScorer {
 public:
  NewItemScorer(const Parts& parts, const ServingView& view, absl::string_view source)
      : parts_(parts), view_(view), source_(SourceNumber(source)) {}

  void Score(std::int64_t customer, absl::Span<float> scores) const override {
    std::fill(scores.begin(), scores.end(), -std::numeric_limits<float>::infinity());
    const ResolvedHistory history(view_.model.get(), HistoryOf(parts_.known.Columns(customer)), {},
                                  kAnyTime);
    // A customer whom the model cannot fold in has no scores.
    UseSources(view_, history, kAnyTime, [&](const Generators& sources) {
      for (const auto& source : sources) {
        if (source->source() == source_) ScoreBy(*source, scores);
      }
    }).IgnoreError();
  }

 private:
  void ScoreBy(const CandidateGenerator& source, absl::Span<float> scores) const {
    for (const std::int32_t column : parts_.new_columns) {
      const std::string id = ColumnId(column);
      const float score = source.Score(*view_.catalog->Find(id), view_.Slot(id));
      // NaN: the source says nothing.
      if (!std::isnan(score)) scores[static_cast<std::size_t>(column)] = score;
    }
  }

  const Parts& parts_;
  const ServingView& view_;
  const std::size_t source_;
};

// By the rows that were taken out.
SharedScores PopularityOf(const Parts& parts) {
  std::vector<float> scores(static_cast<std::size_t>(parts.held_out.columns),
                            -std::numeric_limits<float>::infinity());
  for (const std::int32_t column : parts.new_columns) scores[static_cast<std::size_t>(column)] = 0;
  for (const std::int32_t column : parts.held_out.column) {
    ++scores[static_cast<std::size_t>(column)];
  }
  return SharedScores(std::move(scores));
}

}  // namespace

absl::StatusOr<NewItemsExperiment> RunNewItemsExperiment(const InteractionLog& log,
                                                         const std::vector<std::string>& texts,
                                                         const NewItemsOptions& options) {
  if (options.k < 1) return absl::InvalidArgumentError("k must be 1 or more");
  if (!(options.share > 0 && options.share < 1)) {
    return absl::InvalidArgumentError(
        absl::StrCat("the share of new items must be above 0 and below 1, not ", options.share));
  }
  const Parts parts = TakeOut(log, options);
  if (parts.known.column.empty()) {
    return absl::InvalidArgumentError("no rows are left to train on");
  }
  if (parts.held_out.column.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("nobody who is known otherwise touched one of the ", parts.new_columns.size(),
                     " items that were taken out of ", log.items.size()));
  }
  CLIENTELE_ASSIGN_OR_RETURN(const PastView view, ViewOf(parts, texts, options));
  const auto measure = [&](const ItemScorer& scorer) {
    return MeasureRanking(scorer, parts.known, parts.held_out, options.k, options.threads);
  };
  NewItemsExperiment experiment;
  experiment.content = measure(NewItemScorer(parts, *view.view(), "content"));
  experiment.estimates = measure(NewItemScorer(parts, *view.view(), "factorization"));
  experiment.popularity = measure(PopularityOf(parts));
  experiment.items = static_cast<std::int64_t>(log.items.size());
  experiment.new_items = static_cast<std::int64_t>(parts.new_columns.size());
  experiment.unknown_customers = parts.unknown_customers;
  for (const std::int32_t column : parts.new_columns) {
    experiment.new_items_without_text += texts[static_cast<std::size_t>(column)].empty();
  }
  return experiment;
}

}  // namespace clientele::recommend
