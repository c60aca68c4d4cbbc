#include "services/recommend-service/training/candidates/ranking_experiment.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "common/training/seeds.h"
#include "services/recommend-service/training/candidates/candidate_families.h"
#include "services/recommend-service/training/item_sequences.h"
#include "services/recommend-service/training/recent_customers.h"

namespace clientele::recommend {
namespace {

// Of the training part that is trained on while settings are chosen.
constexpr double kInnerTrainingShare = 0.8;
constexpr std::uint64_t kInnerSplitStream = 1;
constexpr std::uint64_t kFamilyStream = 2;

SparseMatrix Touched(const InteractionLog& log, const std::vector<std::size_t>& rows,
                     const std::vector<std::int32_t>& number_of_item, std::int64_t columns) {
  std::vector<SparseEntry> entries;
  entries.reserve(rows.size());
  for (const std::size_t row : rows) {
    entries.push_back(
        {log.rows[row].customer, number_of_item[static_cast<std::size_t>(log.rows[row].item)], 1});
  }
  return CompressRows(entries, static_cast<std::int64_t>(log.customers.size()), columns);
}

// Items of the training first, so that they are the candidates.
std::vector<std::int32_t> NumberItems(const InteractionLog& log, const frame::Split& split,
                                      std::int64_t& training_items) {
  constexpr std::int32_t kNone = -1;
  std::vector<std::int32_t> number(log.items.size(), kNone);
  std::int32_t next = 0;
  const auto number_rows = [&](const std::vector<std::size_t>& rows) {
    for (const std::size_t row : rows) {
      std::int32_t& own = number[static_cast<std::size_t>(log.rows[row].item)];
      if (own == kNone) own = next++;
    }
  };
  number_rows(split.training);
  training_items = next;
  number_rows(split.validation);
  return number;
}

// The training part split as the whole was; nothing where that leaves an empty part. `share` is
// that of the rows held out of the whole.
std::optional<frame::Split> InnerSplit(const InteractionLog& log,
                                       const std::vector<std::size_t>& rows, double share,
                                       Protocol protocol) {
  InteractionLog inner;
  inner.customers.resize(log.customers.size());
  inner.items.resize(log.items.size());
  inner.rows.reserve(rows.size());
  for (const std::size_t row : rows) inner.rows.push_back(log.rows[row]);
  if (protocol.kind == ProtocolKind::kKFold) protocol.kind = ProtocolKind::kRandom;
  protocol.training_share = kInnerTrainingShare;
  protocol.seed = training::DeriveSeed(protocol.seed, kInnerSplitStream);
  if (protocol.kind == ProtocolKind::kTemporal && !rows.empty()) {
    std::vector<double> times;
    times.reserve(rows.size());
    for (const InteractionRow& row : inner.rows) times.push_back(row.time);
    const auto at = static_cast<std::ptrdiff_t>(static_cast<double>(times.size()) * (1 - share));
    const auto middle = times.begin() + std::min(at, static_cast<std::ptrdiff_t>(times.size()) - 1);
    std::nth_element(times.begin(), middle, times.end());
    protocol.begin_time = *middle;
  }
  auto splits = SplitRows(inner, protocol);
  if (!splits.ok()) return std::nullopt;
  for (auto* part : {&splits->front().training, &splits->front().validation}) {
    for (std::size_t& row : *part) row = rows[row];
  }
  return std::move(splits->front());
}

}  // namespace

absl::StatusOr<RankingExperiment> RunRankingExperiment(const InteractionLog& log,
                                                       const frame::Split& split,
                                                       const RankingExperimentOptions& options) {
  if (options.k < 1) return absl::InvalidArgumentError("k must be 1 or more");
  if (split.training.empty() || split.validation.empty()) {
    return absl::InvalidArgumentError("there must be rows to train on and rows to measure");
  }
  RankingExperiment experiment;
  const std::vector<std::int32_t> number = NumberItems(log, split, experiment.candidate_items);
  const std::int64_t items = experiment.candidate_items;
  const SparseMatrix training = Touched(log, split.training, number, items);
  const SparseMatrix held_out =
      Touched(log, split.validation, number, static_cast<std::int64_t>(log.items.size()));
  CLIENTELE_ASSIGN_OR_RETURN(const auto family, MakeCandidateFamily(options.algorithm, training));

  const double share = static_cast<double>(split.validation.size()) /
                       static_cast<double>(split.training.size() + split.validation.size());
  const std::optional<frame::Split> inner =
      InnerSplit(log, split.training, share, options.protocol);
  const ItemSequences order = SequencesOf(log, split.training, number);
  const auto recent = RecentCustomers(log, split.training, number, items);
  SparseMatrix inner_training, inner_held_out;
  ItemSequences inner_order;
  std::optional<std::vector<double>> inner_recent;
  if (inner.has_value()) {
    inner_training = Touched(log, inner->training, number, items);
    inner_held_out = Touched(log, inner->validation, number, items);
    inner_order = SequencesOf(log, inner->training, number);
    inner_recent = RecentCustomers(log, inner->training, number, items);
  }
  CLIENTELE_ASSIGN_OR_RETURN(
      const auto scorer,
      family->Fit({.interactions = training,
                   .inner_training = inner.has_value() ? &inner_training : nullptr,
                   .inner_held_out = inner.has_value() ? &inner_held_out : nullptr,
                   .order = &order,
                   .inner_order = inner.has_value() ? &inner_order : nullptr,
                   .held_out_is_later = options.protocol.kind == ProtocolKind::kTemporal ||
                                        options.protocol.kind == ProtocolKind::kLeaveLast,
                   .recent = recent.has_value() ? &*recent : nullptr,
                   .inner_recent = inner_recent.has_value() ? &*inner_recent : nullptr,
                   .seed = training::DeriveSeed(options.protocol.seed, kFamilyStream),
                   .threads = options.threads}));
  experiment.report = MeasureRanking(*scorer, training, held_out, options.k, options.threads);
  experiment.choice = scorer->Choice();
  experiment.training_rows = split.training.size();
  experiment.held_out_rows = split.validation.size();
  for (const std::int32_t item : held_out.column) experiment.unseen_item_rows += item >= items;
  for (std::int64_t customer = 0; customer < training.rows; ++customer) {
    experiment.training_customers += training.RowEntries(customer) > 0;
    experiment.unseen_customers +=
        training.RowEntries(customer) == 0 && held_out.RowEntries(customer) > 0;
  }
  return experiment;
}

}  // namespace clientele::recommend
