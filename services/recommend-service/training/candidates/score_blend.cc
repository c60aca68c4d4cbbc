#include "services/recommend-service/training/candidates/score_blend.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/evaluation/ranking.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/training/candidates/ranking_trial.h"
#include "services/recommend-service/training/side_by_side.h"

namespace clientele::recommend {
namespace {

constexpr std::size_t kBlockCustomers = 32;
constexpr float kOwnItem = -std::numeric_limits<float>::infinity();
// Rounds without a better sum after which the search ends.
constexpr int kPatience = 8;

// Mean 0 and standard deviation 1 over the items that are not the customer's own; constant scores
// become 0.
void Standardize(absl::Span<const std::int32_t> own, absl::Span<float> scores) {
  double sum = 0, squares = 0;
  for (const float score : scores) {
    sum += score;
    squares += static_cast<double>(score) * score;
  }
  for (const std::int32_t item : own) {
    const double score = scores[static_cast<std::size_t>(item)];
    sum -= score;
    squares -= score * score;
  }
  const double count = std::max(1.0, static_cast<double>(scores.size() - own.size()));
  const double mean = sum / count;
  const double variance = squares / count - mean * mean;
  const double scale =
      variance > 1e-12 * std::max(1e-12, mean * mean) ? 1 / std::sqrt(variance) : 0;
  for (float& score : scores) score = static_cast<float>((score - mean) * scale);
}

class BlendScorer final : public ItemScorer {
 public:
  struct Part {
    std::unique_ptr<ItemScorer> scorer;
    float weight = 1;
  };
  BlendScorer(const SparseMatrix& interactions, std::vector<Part> parts, std::string choice)
      : interactions_(interactions), parts_(std::move(parts)), choice_(std::move(choice)) {}

  void Score(std::int64_t customer, absl::Span<float> scores) const override {
    if (parts_.size() == 1) return parts_.front().scorer->Score(customer, scores);
    std::fill(scores.begin(), scores.end(), 0.0f);
    std::vector<float> part_scores(scores.size());
    for (const Part& part : parts_) {
      part.scorer->Score(customer, absl::MakeSpan(part_scores));
      Standardize(interactions_.Columns(customer), absl::MakeSpan(part_scores));
      for (std::size_t i = 0; i < scores.size(); ++i) scores[i] += part.weight * part_scores[i];
    }
  }
  std::string Choice() const override { return choice_; }

 private:
  const SparseMatrix& interactions_;
  const std::vector<Part> parts_;
  const std::string choice_;
};

// Fits all families, several at a time with one thread each where there are enough of them, and
// hands each scorer over on the thread that made it.
absl::Status FitSideBySide(CandidateTraining training,
                           absl::Span<const std::shared_ptr<const CandidateFamily>> families,
                           absl::FunctionRef<void(std::size_t, std::unique_ptr<ItemScorer>)> take) {
  const int threads = training.threads;
  if (families.size() > 1) training.threads = 1;
  std::vector<absl::Status> fitted(families.size());
  SideBySide(threads, families.size(), [&](std::size_t family) {
    auto scorer = families[family]->Fit(training);
    fitted[family] = scorer.status();
    if (scorer.ok()) take(family, *std::move(scorer));
  });
  for (const absl::Status& status : fitted) CLIENTELE_RETURN_IF_ERROR(status);
  return absl::OkStatus();
}

// The customers on whom members are compared, and each member's standardized scores of them.
class Comparison {
 public:
  Comparison(const CandidateTraining& training, const ScoreBlendOptions& options,
             std::size_t members)
      : training_(training),
        cutoff_(options.cutoff),
        items_(training.interactions.columns),
        members_(members) {
    std::vector<std::int64_t> all;
    for (std::int64_t row = 0; row < training.inner_held_out->rows; ++row) {
      if (training.inner_held_out->RowEntries(row) > 0 &&
          training.inner_training->RowEntries(row) > 0) {
        all.push_back(row);
      }
    }
    const auto most = static_cast<std::size_t>(
        std::max<std::int64_t>(1, options.max_scores / std::max<std::int64_t>(1, items_)));
    const std::size_t step = std::max<std::size_t>(1, (all.size() + most - 1) / most);
    for (std::size_t at = 0; at < all.size(); at += step) customers_.push_back(all[at]);
    sum_.assign(customers_.size() * static_cast<std::size_t>(items_), 0.0f);
  }

  bool empty() const { return customers_.empty(); }

  // Members may be set at the same time, each on its caller's thread.
  void SetMember(std::size_t member, const ItemScorer& scorer) {
    std::vector<float>& scores = members_[member];
    scores.resize(sum_.size());
    for (std::size_t at = 0; at < customers_.size(); ++at) {
      const absl::Span<float> row = RowOf(scores, at);
      const absl::Span<const std::int32_t> own = training_.inner_training->Columns(customers_[at]);
      scorer.Score(customers_[at], row);
      Standardize(own, row);
      for (const std::int32_t item : own) row[static_cast<std::size_t>(item)] = kOwnItem;
    }
  }

  // nDCG of the sum with one more member.
  double NdcgWith(std::size_t member) {
    std::vector<double> ndcg(customers_.size());
    ForEachCustomer([&](std::size_t at) {
      const absl::Span<const float> sum = RowOf(sum_, at), added = RowOf(members_[member], at);
      std::vector<float> scores(sum.size());
      for (std::size_t i = 0; i < scores.size(); ++i) scores[i] = sum[i] + added[i];
      const absl::Span<const std::int32_t> relevant =
          training_.inner_held_out->Columns(customers_[at]);
      std::vector<double> labels;
      labels.reserve(static_cast<std::size_t>(std::max(cutoff_, 0)));
      for (const std::int32_t item : TopItems(scores, cutoff_)) {
        labels.push_back(std::binary_search(relevant.begin(), relevant.end(), item) ? 1 : 0);
      }
      const auto found = static_cast<std::size_t>(std::count(labels.begin(), labels.end(), 1.0));
      const std::vector<double> missed(relevant.size() - found, 1.0);
      ndcg[at] = evaluation::NdcgAt(evaluation::RankedLabels(labels, missed), cutoff_);
    });
    double total = 0;
    for (const double value : ndcg) total += value;
    return total / static_cast<double>(ndcg.size());
  }

  void AddToSum(std::size_t member) {
    for (std::size_t i = 0; i < sum_.size(); ++i) sum_[i] += members_[member][i];
  }

 private:
  absl::Span<float> RowOf(std::vector<float>& scores, std::size_t at) const {
    return absl::MakeSpan(scores).subspan(at * static_cast<std::size_t>(items_),
                                          static_cast<std::size_t>(items_));
  }

  template <typename Work>
  void ForEachCustomer(Work work) {
    SideBySide(training_.threads, (customers_.size() + kBlockCustomers - 1) / kBlockCustomers,
               [&](std::size_t block) {
                 const std::size_t end = std::min(customers_.size(), (block + 1) * kBlockCustomers);
                 for (std::size_t at = block * kBlockCustomers; at < end; ++at) work(at);
               });
  }

  const CandidateTraining& training_;
  const int cutoff_;
  const std::int64_t items_;
  std::vector<std::int64_t> customers_;
  std::vector<std::vector<float>> members_;
  std::vector<float> sum_;
};

}  // namespace

absl::StatusOr<std::vector<int>> ScoreBlend::Choose(
    const CandidateTraining& training,
    absl::Span<const std::shared_ptr<const CandidateFamily>> members) const {
  std::vector<int> first_alone(members.size(), 0);
  first_alone.front() = 1;
  if (members.size() == 1 || training.inner_training == nullptr) return first_alone;
  Comparison comparison(training, options_, members.size());
  if (comparison.empty()) return first_alone;
  CLIENTELE_RETURN_IF_ERROR(
      FitSideBySide({.interactions = *training.inner_training,
                     .order = training.inner_order,
                     .held_out_is_later = training.held_out_is_later,
                     .recent = training.inner_recent,
                     .seed = training.seed,
                     .threads = training.threads,
                     .for_comparison = true},
                    members, [&](std::size_t member, std::unique_ptr<ItemScorer> scorer) {
                      comparison.SetMember(member, *scorer);
                    }));
  std::vector<int> added(members.size(), 0), best_added = first_alone;
  double best = -1;
  int since_best = 0;
  for (int round = 0; round < options_.rounds && since_best < kPatience; ++round) {
    std::size_t chosen = 0;
    double chosen_ndcg = -1;
    for (std::size_t member = 0; member < members.size(); ++member) {
      const double ndcg = comparison.NdcgWith(member);
      if (ndcg > chosen_ndcg) {
        chosen_ndcg = ndcg;
        chosen = member;
      }
    }
    comparison.AddToSum(chosen);
    ++added[chosen];
    ++since_best;
    if (chosen_ndcg > best) {
      best = chosen_ndcg;
      best_added = added;
      since_best = 0;
    }
  }
  return best_added;
}

absl::StatusOr<std::unique_ptr<ItemScorer>> ScoreBlend::Fit(
    const CandidateTraining& training) const {
  std::vector<std::shared_ptr<const CandidateFamily>> members;
  std::copy_if(members_.begin(), members_.end(), std::back_inserter(members),
               [&](const auto& member) { return member->Applies(training); });
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<int> added, Choose(training, members));
  std::vector<std::shared_ptr<const CandidateFamily>> chosen;
  std::vector<BlendScorer::Part> parts;
  std::vector<std::string> choice;
  for (std::size_t member = 0; member < members.size(); ++member) {
    if (added[member] == 0) continue;
    chosen.push_back(members[member]);
    parts.push_back({nullptr, static_cast<float>(added[member])});
    choice.push_back(absl::StrCat(added[member], " x ", members[member]->Description()));
  }
  CLIENTELE_RETURN_IF_ERROR(
      FitSideBySide({.interactions = training.interactions,
                     .order = training.order,
                     .held_out_is_later = training.held_out_is_later,
                     .recent = training.recent,
                     .seed = training.seed,
                     .threads = training.threads},
                    chosen, [&](std::size_t part, std::unique_ptr<ItemScorer> scorer) {
                      parts[part].scorer = std::move(scorer);
                    }));
  return std::make_unique<BlendScorer>(training.interactions, std::move(parts),
                                       absl::StrJoin(choice, " + "));
}

}  // namespace clientele::recommend
