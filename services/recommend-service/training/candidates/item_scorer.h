#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_ITEM_SCORER_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_ITEM_SCORER_H_

// Families that score all items for a customer from who touched what.
//
//   const Ease ease({.penalty = 300});
//   CLIENTELE_ASSIGN_OR_RETURN(const auto scorer, ease.Fit({.interactions = by_customer}));
//   std::vector<float> scores(items);
//   scorer->Score(customer, absl::MakeSpan(scores));

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "services/recommend-service/training/item_sequences.h"
#include "services/recommend-service/training/sparse_matrix.h"

namespace clientele::recommend {

// What one family learned. Immutable, thread-safe.
class ItemScorer {
 public:
  virtual ~ItemScorer() = default;
  // Fills one score for each item, the greater the better, finite, for a row of the matrix that
  // was fitted. `scores` has as many values as that matrix has columns.
  virtual void Score(std::int64_t customer, absl::Span<float> scores) const = 0;
  // What the family chose while it was fitted, for people; empty: nothing.
  virtual std::string Choice() const { return ""; }
};

struct CandidateTraining {
  // Customers x items, 1 where the customer touched the item. Outlives the scorer.
  const SparseMatrix& interactions;
  // A part of `interactions` and what was held out of it, over the same rows and columns: where
  // families choose their settings and their weights in a blend. Null: they take their defaults.
  const SparseMatrix* inner_training = nullptr;
  const SparseMatrix* inner_held_out = nullptr;
  // The same in the order of time, for the whole and for its inner part; null: not known.
  const ItemSequences* order = nullptr;
  const ItemSequences* inner_order = nullptr;
  // Whether what is held out came after the rest, as with a temporal split.
  bool held_out_is_later = false;
  // By column, how many of the item's customers came lately (RecentCustomers), at the end of the
  // whole and at that of its inner part; null: not known.
  const std::vector<double>* recent = nullptr;
  const std::vector<double>* inner_recent = nullptr;
  std::uint64_t seed = 1;
  int threads = 1;
  // The scorer is only compared with others: families may leave out what costs much and changes
  // their order little.
  bool for_comparison = false;
};

// One way to learn. Immutable, thread-safe.
class CandidateFamily {
 public:
  virtual ~CandidateFamily() = default;
  // With its settings, such as "ease(penalty=300)".
  virtual std::string Description() const = 0;
  // Whether the family says anything of what this training holds out; a blend leaves it out
  // otherwise.
  virtual bool Applies(const CandidateTraining&) const { return true; }
  // Deterministic: the same arguments give the same scores on one machine, whatever the number of
  // threads. RESOURCE_EXHAUSTED when there are more items than the family can take; INTERNAL when
  // its linear algebra failed.
  virtual absl::StatusOr<std::unique_ptr<ItemScorer>> Fit(
      const CandidateTraining& training) const = 0;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_ITEM_SCORER_H_
