#include "services/recommend-service/training/hybrid/hybrid_family.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/training/trees/boosted_trees.h"
#include "services/recommend-service/core/interactions/preference.h"
#include "services/recommend-service/core/items/recent_popularity.h"
#include "services/recommend-service/core/ranking/ranking_features.h"
#include "services/recommend-service/core/training/plain_model.h"
#include "services/recommend-service/training/als_factorizer.h"
#include "services/recommend-service/training/hybrid/matrix_shop.h"
#include "services/recommend-service/training/hybrid/past_view.h"

namespace clientele::recommend {
namespace {

absl::StatusOr<PastView> ViewOf(const SparseMatrix& interactions, const std::vector<double>* recent,
                                const HybridFamilyOptions& options, double ease_penalty,
                                int threads) {
  std::vector<std::int32_t> columns(static_cast<std::size_t>(interactions.columns));
  std::iota(columns.begin(), columns.end(), 0);
  const TrainingSet set = SetOf(interactions, columns);
  const AlsFactorizer factorizer({.evaluate = false, .threads = threads});
  CLIENTELE_ASSIGN_OR_RETURN(
      const Factorization factorization,
      factorizer.Train(set, options.factorization, [](int, int) { return absl::OkStatus(); }));
  ItemLinkOptions link_options = options.links;
  link_options.threads = threads;
  CLIENTELE_ASSIGN_OR_RETURN(std::vector<ItemLinks> links,
                             TrainItemLinks(interactions, ease_penalty, link_options));
  PastView::Contents contents;
  std::vector<double> counts(set.item_ids.size(), 0);
  for (const std::int32_t item : interactions.column) ++counts[static_cast<std::size_t>(item)];
  for (std::size_t item = 0; item < set.item_ids.size(); ++item) {
    contents.items.push_back({set.item_ids[item], "", ""});
    contents.popularity.push_back(
        {set.item_ids[item], PopularityWeight(counts[item], 0, 0, 0),
         recent == nullptr ? 0 : ForwardDecayed((*recent)[item], kAnyTime)});
  }
  contents.model = PlainModel(set.item_ids, factorization, std::move(links));
  return PastView(std::move(contents));
}

std::vector<PastCustomer> CustomersOf(const SparseMatrix& before, const SparseMatrix& later) {
  std::vector<PastCustomer> customers;
  for (std::int64_t row = 0; row < before.rows; ++row) {
    if (before.RowEntries(row) == 0 || later.RowEntries(row) == 0) continue;
    PastCustomer& customer = customers.emplace_back();
    customer.before = HistoryOf(before.Columns(row));
    for (const std::int32_t column : later.Columns(row)) {
      customer.later.push_back(ColumnId(column));
    }
  }
  return customers;
}

class HybridScorer final : public ItemScorer {
 public:
  HybridScorer(const SparseMatrix& interactions, const PastView& past,
               std::optional<TrainedRanker> ranker, int per_source)
      : interactions_(interactions),
        past_(past),
        ranker_(std::move(ranker)),
        per_source_(per_source) {}

  void Score(std::int64_t customer, absl::Span<float> scores) const override {
    std::fill(scores.begin(), scores.end(), -std::numeric_limits<float>::infinity());
    const ServingView& view = *past_.view();
    const auto pooled =
        PoolOf(view, HistoryOf(interactions_.Columns(customer)), kAnyTime, per_source_);
    if (!pooled.ok()) return;
    if (!ranker_.has_value()) {
      for (const Candidate& one : pooled->pool) {
        scores[static_cast<std::size_t>(ColumnOf(one.entry->item->id))] =
            static_cast<float>(FusedScore(one.ranks));
      }
      return;
    }
    const RankingFeatures features(view, *pooled->history, pooled->pool, kAnyTime);
    frame::RowMatrix rows;
    for (const std::string& name : RankingFeatureNames()) rows.fields.push_back({.name = name});
    for (const Candidate& one : pooled->pool) {
      const std::vector<float> row = features.Of(one);
      rows.values.insert(rows.values.end(), row.begin(), row.end());
      ++rows.rows;
    }
    const std::vector<double> margins = training::MarginsOf(ranker_->ensemble, rows);
    for (std::size_t at = 0; at < pooled->pool.size(); ++at) {
      const std::int64_t column = ColumnOf(pooled->pool[at].entry->item->id);
      scores[static_cast<std::size_t>(column)] = static_cast<float>(margins[at]);
    }
  }
  std::string Choice() const override {
    if (!ranker_.has_value()) return "rank fusion";
    const auto metric = [&](const char* name) { return ranker_->metrics.at(name); };
    return absl::StrFormat("%.0f trees of %.0f customers, log-loss %.4f", metric("rounds"),
                           metric("customers"), metric("log_loss"));
  }

 private:
  const SparseMatrix& interactions_;
  const PastView past_;
  const std::optional<TrainedRanker> ranker_;
  const int per_source_;
};

}  // namespace

std::string HybridFamily::Description() const {
  return absl::StrCat("hybrid(per_source=", options_.ranker.table.per_source,
                      options_.use_ranker ? ", trees)" : ", fusion)");
}

absl::StatusOr<std::unique_ptr<ItemScorer>> HybridFamily::Fit(
    const CandidateTraining& training) const {
  std::optional<TrainedRanker> ranker;
  double ease_penalty = options_.links.ease_penalties.front();
  if (training.inner_training != nullptr) {
    ItemLinkOptions link_options = options_.links;
    link_options.threads = training.threads;
    CLIENTELE_ASSIGN_OR_RETURN(
        ease_penalty,
        ChooseEasePenalty(*training.inner_training, *training.inner_held_out, link_options));
  }
  if (options_.use_ranker && training.inner_training != nullptr) {
    CLIENTELE_ASSIGN_OR_RETURN(const PastView inner,
                               ViewOf(*training.inner_training, training.inner_recent, options_,
                                      ease_penalty, training.threads));
    RankerTrainingOptions options = options_.ranker;
    options.seed = options.table.seed = training.seed;
    options.threads = training.threads;
    absl::StatusOr<TrainedRanker> trained =
        TrainRanker(*inner.view(), CustomersOf(*training.inner_training, *training.inner_held_out),
                    kAnyTime, options);
    if (trained.ok()) {
      ranker = *std::move(trained);
    } else if (GetReason(trained.status()) != "TOO_FEW_INTERACTIONS") {
      return trained.status();
    }
  }
  CLIENTELE_ASSIGN_OR_RETURN(const PastView past, ViewOf(training.interactions, training.recent,
                                                         options_, ease_penalty, training.threads));
  return std::make_unique<HybridScorer>(training.interactions, past, std::move(ranker),
                                        options_.ranker.table.per_source);
}

}  // namespace clientele::recommend
