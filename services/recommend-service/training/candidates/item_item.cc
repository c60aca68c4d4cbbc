#include "services/recommend-service/training/candidates/item_item.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "services/recommend-service/training/side_by_side.h"

namespace clientele::recommend {
namespace {

constexpr std::size_t kItemsAtOnce = 64;

struct Neighbor {
  std::int32_t item = 0;
  float similarity = 0;
};

// neighbors[j]: the items that gain from j being the customer's own.
class ItemItemScorer final : public ItemScorer {
 public:
  ItemItemScorer(const SparseMatrix& interactions, std::vector<std::vector<Neighbor>> neighbors)
      : interactions_(interactions), neighbors_(std::move(neighbors)) {}

  void Score(std::int64_t customer, absl::Span<float> scores) const override {
    std::fill(scores.begin(), scores.end(), 0.0f);
    for (const std::int32_t own : interactions_.Columns(customer)) {
      for (const Neighbor& neighbor : neighbors_[static_cast<std::size_t>(own)]) {
        scores[static_cast<std::size_t>(neighbor.item)] += neighbor.similarity;
      }
    }
  }

 private:
  const SparseMatrix& interactions_;
  const std::vector<std::vector<Neighbor>> neighbors_;
};

double Similarity(double both, double own, double scored, double customers,
                  const ItemItemOptions& options) {
  if (options.similarity == ItemSimilarity::kLift) {
    return both * customers / (own * scored) * both / (both + options.shrinkage);
  }
  const double shrinkage = options.similarity == ItemSimilarity::kWalk ? 0 : options.shrinkage;
  return both / (std::pow(own, 1 - options.popularity_exponent) *
                     std::pow(scored, options.popularity_exponent) +
                 shrinkage);
}

bool MoreSimilar(const Neighbor& a, const Neighbor& b) {
  return a.similarity != b.similarity ? a.similarity > b.similarity : a.item < b.item;
}

}  // namespace

std::string ItemItem::Description() const {
  switch (options_.similarity) {
    case ItemSimilarity::kLift:
      return absl::StrCat("item-item(lift, shrinkage=", options_.shrinkage, ")");
    case ItemSimilarity::kWalk:
      return absl::StrCat("item-item(walk, exponent=", options_.popularity_exponent, ")");
    case ItemSimilarity::kCosine:
      break;
  }
  return absl::StrCat("item-item(cosine, exponent=", options_.popularity_exponent,
                      ", shrinkage=", options_.shrinkage, ")");
}

namespace {

// Of each item the most similar ones, the most similar first.
std::vector<std::vector<Neighbor>> FindNeighbors(const SparseMatrix& by_customer,
                                                 const ItemItemOptions& options, int threads) {
  const SparseMatrix by_item = Transpose(by_customer);
  const auto items = static_cast<std::size_t>(by_item.rows);
  std::vector<std::vector<Neighbor>> neighbors(items);
  SideBySide(threads, (items + kItemsAtOnce - 1) / kItemsAtOnce, [&](std::size_t part) {
    std::vector<double> both(items, 0);
    std::vector<std::int32_t> touched;
    for (std::size_t own = part * kItemsAtOnce; own < std::min(items, (part + 1) * kItemsAtOnce);
         ++own) {
      touched.clear();
      for (const std::int32_t customer : by_item.Columns(static_cast<std::int64_t>(own))) {
        const double weight = options.similarity == ItemSimilarity::kWalk
                                  ? 1 / static_cast<double>(by_customer.RowEntries(customer))
                                  : 1;
        for (const std::int32_t item : by_customer.Columns(customer)) {
          if (both[static_cast<std::size_t>(item)] == 0) touched.push_back(item);
          both[static_cast<std::size_t>(item)] += weight;
        }
      }
      std::vector<Neighbor>& list = neighbors[own];
      list.reserve(touched.size());
      for (const std::int32_t item : touched) {
        const double together = both[static_cast<std::size_t>(item)];
        both[static_cast<std::size_t>(item)] = 0;
        if (static_cast<std::size_t>(item) == own) continue;
        list.push_back(
            {item,
             static_cast<float>(Similarity(
                 together, static_cast<double>(by_item.RowEntries(static_cast<std::int64_t>(own))),
                 static_cast<double>(by_item.RowEntries(item)),
                 static_cast<double>(by_customer.rows), options))});
      }
      const auto kept = std::min(list.size(), static_cast<std::size_t>(options.max_neighbors));
      std::partial_sort(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(kept), list.end(),
                        MoreSimilar);
      list.resize(kept);
      list.shrink_to_fit();
    }
  });
  return neighbors;
}

}  // namespace

absl::StatusOr<std::unique_ptr<ItemScorer>> ItemItem::Fit(const CandidateTraining& training) const {
  return std::make_unique<ItemItemScorer>(
      training.interactions, FindNeighbors(training.interactions, options_, training.threads));
}

ItemLinks ItemItemLinks(const SparseMatrix& interactions, const ItemItemOptions& options,
                        int threads) {
  const auto neighbors = FindNeighbors(interactions, options, threads);
  ItemLinks links = NoLinks("item-item", interactions.columns, options.max_neighbors);
  for (std::size_t own = 0; own < neighbors.size(); ++own) {
    std::size_t at = own * static_cast<std::size_t>(options.max_neighbors);
    for (const Neighbor& neighbor : neighbors[own]) {
      links.targets[at] = neighbor.item;
      links.weights[at++] = neighbor.similarity;
    }
  }
  return links;
}

}  // namespace clientele::recommend
