#include "services/recommend-service/training/hybrid/hybrid_family.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/core/interactions/preference.h"
#include "services/recommend-service/core/items/recent_popularity.h"
#include "services/recommend-service/core/training/plain_model.h"
#include "services/recommend-service/training/als_factorizer.h"
#include "services/recommend-service/training/hybrid/matrix_shop.h"
#include "services/recommend-service/training/hybrid/past_view.h"
#include "services/recommend-service/training/hybrid/source_choice.h"
#include "services/recommend-service/training/sequence/plain_sequence.h"

namespace clientele::recommend {
namespace {

// Null where nobody has two items.
absl::StatusOr<std::shared_ptr<const SequenceModel>> TrainSequence(
    std::vector<std::string> item_ids, const ItemSequences& order,
    const SequenceTrainingOptions& options) {
  absl::StatusOr<TrainedSequence> trained =
      TrainItemSequence(order, static_cast<std::int64_t>(item_ids.size()), options);
  if (trained.ok()) {
    return PlainSequence(std::move(item_ids), trained->module, options.positions);
  }
  if (GetReason(trained.status()) == "TOO_FEW_INTERACTIONS") return nullptr;
  return trained.status();
}

// What there was at one moment.
struct Past {
  const SparseMatrix& interactions;
  const ItemSequences* order;  // null: not known
  const std::vector<double>* recent;
};

absl::StatusOr<PastView> ViewOf(const Past& past, const HybridFamilyOptions& options,
                                double ease_penalty, std::uint64_t seed, int threads) {
  const auto& [interactions, order, recent] = past;
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
  if (options.use_sequence && order != nullptr) {
    SequenceTrainingOptions sequence_options = options.sequence;
    sequence_options.seed = seed;
    CLIENTELE_ASSIGN_OR_RETURN(contents.sequence,
                               TrainSequence(set.item_ids, *order, sequence_options));
  }
  return PastView(std::move(contents));
}

absl::Span<const std::int32_t> OrderOf(const ItemSequences* order, std::int64_t customer) {
  return order == nullptr ? absl::Span<const std::int32_t>() : order->Of(customer);
}

std::vector<PastCustomer> CustomersOf(const SparseMatrix& before, const ItemSequences* order,
                                      const SparseMatrix& later) {
  std::vector<PastCustomer> customers;
  for (std::int64_t row = 0; row < before.rows; ++row) {
    if (before.RowEntries(row) == 0 || later.RowEntries(row) == 0) continue;
    PastCustomer& customer = customers.emplace_back();
    customer.before = HistoryOf(before.Columns(row), OrderOf(order, row));
    for (const std::int32_t column : later.Columns(row)) {
      customer.later.push_back(ColumnId(column));
    }
  }
  return customers;
}

class HybridScorer final : public ItemScorer {
 public:
  HybridScorer(const SparseMatrix& interactions, const ItemSequences* order,
               std::shared_ptr<const ServingView> view, std::optional<TrainedRanker> ranker,
               std::string choice, int per_source)
      : interactions_(interactions),
        order_(order),
        view_(std::move(view)),
        choice_(std::move(choice)),
        ranker_(std::move(ranker)),
        per_source_(per_source) {}

  void Score(std::int64_t customer, absl::Span<float> scores) const override {
    std::fill(scores.begin(), scores.end(), -std::numeric_limits<float>::infinity());
    const ServingView& view = *view_;
    const auto pooled =
        PoolOf(view, HistoryOf(interactions_.Columns(customer), OrderOf(order_, customer)),
               kAnyTime, per_source_);
    if (!pooled.ok()) return;
    if (!ranker_.has_value()) {
      for (const Candidate& one : pooled->pool) {
        scores[static_cast<std::size_t>(ColumnOf(one.entry->item->id))] =
            static_cast<float>(FusedScore(one.ranks));
      }
      return;
    }
    const std::vector<double> margins = PoolMargins(view, *pooled, kAnyTime, ranker_->ensemble);
    for (std::size_t at = 0; at < pooled->pool.size(); ++at) {
      const std::int64_t column = ColumnOf(pooled->pool[at].entry->item->id);
      scores[static_cast<std::size_t>(column)] = static_cast<float>(margins[at]);
    }
  }
  std::string Choice() const override {
    if (!ranker_.has_value()) return absl::StrCat("rank fusion", choice_);
    const auto metric = [&](const char* name) { return ranker_->metrics.at(name); };
    return absl::StrFormat("%.0f trees of %.0f customers, log-loss %.4f%s", metric("rounds"),
                           metric("customers"), metric("log_loss"), choice_);
  }

 private:
  const SparseMatrix& interactions_;
  const ItemSequences* const order_;
  const std::shared_ptr<const ServingView> view_;
  const std::string choice_;
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
  HybridFamilyOptions options = options_;
  // What comes next says little of a random part of what came before.
  options.use_sequence = options.use_sequence && training.held_out_is_later;
  std::string described;
  if (training.inner_training != nullptr) {
    ItemLinkOptions link_options = options.links;
    link_options.threads = training.threads;
    CLIENTELE_ASSIGN_OR_RETURN(
        ease_penalty,
        ChooseEasePenalty(*training.inner_training, *training.inner_held_out, link_options));
  }
  if (training.inner_training != nullptr) {
    CLIENTELE_ASSIGN_OR_RETURN(
        const PastView inner,
        ViewOf({*training.inner_training, training.inner_order, training.inner_recent}, options,
               ease_penalty, training.seed, training.threads));
    RankerTrainingOptions ranking = options.ranker;
    ranking.seed = ranking.table.seed = training.seed;
    ranking.threads = training.threads;
    const std::vector<PastCustomer> customers =
        CustomersOf(*training.inner_training, training.inner_order, *training.inner_held_out);
    CLIENTELE_ASSIGN_OR_RETURN(
        const SourceChoice choice,
        options.use_ranker
            ? ChooseSources(inner.view(), customers, kAnyTime, ranking)
            : ChooseFusedSources(inner.view(), customers, kAnyTime, ranking.table.per_source));
    options.use_sequence = choice.view->sequence != nullptr;
    if (choice.customers > 0) {
      described =
          absl::StrFormat(", %s sequence: nDCG@10 %.4f with, %.4f without it on %d customers",
                          options.use_sequence ? "with" : "without", choice.ndcg_with,
                          choice.ndcg_without, choice.customers);
    }
    if (options.use_ranker) {
      absl::StatusOr<TrainedRanker> trained =
          TrainRanker(*choice.view, customers, kAnyTime, ranking);
      if (trained.ok()) {
        ranker = *std::move(trained);
      } else if (GetReason(trained.status()) != "TOO_FEW_INTERACTIONS") {
        return trained.status();
      }
    }
  }
  CLIENTELE_ASSIGN_OR_RETURN(
      const PastView past, ViewOf({training.interactions, training.order, training.recent}, options,
                                  ease_penalty, training.seed, training.threads));
  return std::make_unique<HybridScorer>(training.interactions, training.order, past.view(),
                                        std::move(ranker), std::move(described),
                                        options.ranker.table.per_source);
}

}  // namespace clientele::recommend
