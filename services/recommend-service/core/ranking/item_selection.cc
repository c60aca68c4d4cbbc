#include "services/recommend-service/core/ranking/item_selection.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "common/topk/dot_products.h"

namespace clientele::recommend {
namespace {

bool Better(const SelectedItem& a, const SelectedItem& b) {
  return a.score != b.score ? a.score > b.score : a.id < b.id;
}

// The best so far: a heap whose front is the worst of them.
class BoundedHeap {
 public:
  explicit BoundedHeap(int size) : size_(static_cast<std::size_t>(size)) { heap_.reserve(size_); }

  // Whether an item of this score might enter: cheap, before anything else is asked. Never NaN.
  bool Wants(double score) const {
    return heap_.size() < size_ ? score == score : score >= heap_.front().score;
  }
  // The same, where ids come in their order: an equal score comes too late.
  bool WantsLater(double score) const {
    return heap_.size() < size_ ? score == score : score > heap_.front().score;
  }
  // The least score that may enter; -infinity while there is room.
  double least() const {
    return heap_.size() < size_ ? -std::numeric_limits<double>::infinity() : heap_.front().score;
  }
  void Offer(const SelectedItem& item) {
    if (heap_.size() < size_) {
      heap_.push_back(item);
    } else if (Better(item, heap_.front())) {
      std::pop_heap(heap_.begin(), heap_.end(), Better);
      heap_.back() = item;
    } else {
      return;
    }
    std::push_heap(heap_.begin(), heap_.end(), Better);
  }
  std::vector<SelectedItem> Take() {
    std::sort_heap(heap_.begin(), heap_.end(), Better);
    return std::move(heap_);
  }

 private:
  const std::size_t size_;
  std::vector<SelectedItem> heap_;
};

// Rows that are looked at together: few enough that most groups hold none of the best.
constexpr std::size_t kGroup = 16;

// Whether one of a group may reach `limit`; branches would cost more than the sums.
bool AnyReaches(const float* biases, const float* affinities, float limit) {
  int any = 0;
  for (std::size_t i = 0; i < kGroup; ++i) any |= biases[i] + affinities[i] >= limit ? 1 : 0;
  return any != 0;
}

// Items that the model lacks have one score for all: the first by id are the best of them.
void OfferUnknownItems(const ServingView& view, const WantedItems& wanted, const LeftOut& left_out,
                       int count, double score, BoundedHeap& best) {
  int offered = 0;
  for (std::size_t b = 0; b < view.block_slots.size(); ++b) {
    const BlockSlots& slots = *view.block_slots[b];
    if (!slots.has_unknown) continue;
    const CatalogBlock& block = *view.catalog->blocks[b];
    for (std::size_t i = 0; i < block.size(); ++i) {
      if (offered == count || !best.Wants(score)) return;
      const CatalogEntry& entry = block[i];
      if (slots.slots[i] >= 0 || !wanted.Entry(entry)) continue;
      if (left_out.Other(entry.item->id)) continue;
      best.Offer({.score = score, .id = entry.item->id});
      ++offered;
    }
  }
}

}  // namespace

std::vector<SelectedItem> BestOf(std::vector<SelectedItem> items, int count) {
  const std::size_t kept = std::min(items.size(), static_cast<std::size_t>(count));
  std::partial_sort(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(kept), items.end(),
                    Better);
  items.resize(kept);
  return items;
}

std::vector<SelectedItem> SelectByFactors(const ServingView& view, const WantedItems& wanted,
                                          const LeftOut& left_out, const CustomerFactors& customer,
                                          int count) {
  const CollaborativeModel& model = *view.model->model;
  const std::size_t rows = model.item_ids().size();
  BoundedHeap best(count);
  // In single precision, as the model's own forward.
  const float base = model.mu() + customer.bias;
  // What b_i + q_i^T p_u must reach, less the rounding of these sums in single precision.
  const auto limit = [&] {
    const double least = best.least();
    if (std::isinf(least)) return -std::numeric_limits<float>::infinity();
    const double slack = 1e-6 * (1 + std::abs(least) + std::abs(base) + view.model->max_item_bias);
    return static_cast<float>(least - base - slack);
  };
  float reach = limit();
  const auto offer = [&](std::size_t slot, float bias, float affinity) {
    const double score = static_cast<double>(base + bias) + affinity;
    if (!best.Wants(score) || !wanted.Slot(slot)) return;
    const absl::string_view id = view.ItemId(static_cast<std::int32_t>(slot));
    if (slot < rows ? left_out.Row(slot) : left_out.Other(id)) return;
    best.Offer(
        {.score = score, .affinity = affinity, .slot = static_cast<std::int32_t>(slot), .id = id});
    reach = limit();
  };
  // One pass over the factors of consecutive slots.
  const auto pass = [&](absl::Span<const float> factors, absl::Span<const float> biases,
                        std::size_t first_slot) {
    const auto take = [&](std::int64_t first, absl::Span<const float> affinities) {
      const float* const piece_biases = biases.data() + first;
      for (std::size_t i = 0; i < affinities.size();) {
        const std::size_t end = std::min(affinities.size(), i + kGroup);
        if (end - i == kGroup && !AnyReaches(piece_biases + i, affinities.data() + i, reach)) {
          i = end;
        }
        for (; i < end; ++i) {
          offer(first_slot + static_cast<std::size_t>(first) + i, piece_biases[i], affinities[i]);
        }
      }
    };
    topk::DotProducts(factors, static_cast<std::int64_t>(biases.size()), model.dimension(),
                      customer.factors, take);
  };
  pass(model.item_factors(), model.item_biases(), 0);
  if (view.estimates != nullptr) pass(view.estimates->factors(), view.estimates->biases(), rows);
  OfferUnknownItems(view, wanted, left_out, count, base, best);
  std::vector<SelectedItem> selected = best.Take();
  // The pass sums in an order of its own.
  for (SelectedItem& item : selected) {
    const ItemTerms terms = item.slot >= 0 ? view.Terms(item.slot) : ItemTerms();
    const FactorScore exact = ScoreByFactors(model.mu(), customer, terms);
    item.score = exact.score;
    item.affinity = exact.affinity;
  }
  std::sort(selected.begin(), selected.end(), Better);
  return selected;
}

std::vector<SelectedItem> SelectBySequence(const ServingView& view, const WantedItems& wanted,
                                           const LeftOut& left_out, const SequenceState& state,
                                           int count) {
  const SequenceItems& items = state.model->items();
  BoundedHeap best(count);
  topk::DotProducts(
      items.vectors, static_cast<std::int64_t>(items.ids.size()), items.width, state.state,
      [&](std::int64_t first, absl::Span<const float> scores) {
        for (std::size_t i = 0; i < scores.size(); ++i) {
          // The pass sums in single precision, and in an order of its own.
          if (!best.Wants(scores[i] + 1e-5 * (1 + std::abs(scores[i])))) continue;
          const auto row = static_cast<std::int32_t>(first + static_cast<std::int64_t>(i));
          const CatalogEntry* const entry =
              view.catalog->Find(items.ids[static_cast<std::size_t>(row)]);
          if (entry == nullptr || !wanted.Entry(*entry) || state.HasRead(row)) continue;
          const std::int32_t slot = view.Slot(entry->item->id);
          if (left_out.Item(view, entry->item->id, slot)) continue;
          best.Offer({.score = state.Score(row), .slot = slot, .id = entry->item->id});
        }
      });
  return best.Take();
}

std::vector<SelectedItem> SelectByPopularity(const ServingView& view, const WantedItems& wanted,
                                             const LeftOut& left_out, int count) {
  const CatalogSnapshot& catalog = *view.catalog;
  BoundedHeap best(count);
  for (std::size_t b = 0; b < catalog.blocks.size(); ++b) {
    const CatalogBlock& block = *catalog.blocks[b];
    for (std::size_t i = 0; i < block.size(); ++i) {
      const CatalogEntry& entry = block[i];
      const double share =
          catalog.max_popularity > 0 ? entry.popularity / catalog.max_popularity : 0.0;
      if (!best.WantsLater(share) || !wanted.Entry(entry)) continue;
      const std::int32_t slot = view.model == nullptr ? -1 : view.block_slots[b]->slots[i];
      if (left_out.Item(view, entry.item->id, slot)) continue;
      best.Offer({.score = share, .slot = slot, .id = entry.item->id});
    }
  }
  return best.Take();
}

std::vector<SelectedItem> RankCandidates(const ServingView& view,
                                         const std::vector<std::string>& ids,
                                         const CustomerFactors* customer) {
  std::vector<SelectedItem> ranked;
  ranked.reserve(ids.size());
  for (const std::string& id : ids) {
    const CatalogEntry* const entry = view.catalog->Find(id);
    if (entry == nullptr) continue;
    SelectedItem item{.slot = view.Slot(entry->item->id), .id = entry->item->id};
    if (customer == nullptr) {
      const double most = view.catalog->max_popularity;
      item.score = most > 0 ? entry->popularity / most : 0.0;
    } else {
      const ItemTerms terms = item.slot >= 0 ? view.Terms(item.slot) : ItemTerms();
      const FactorScore score = ScoreByFactors(view.model->model->mu(), *customer, terms);
      item.score = score.score;
      item.affinity = score.affinity;
    }
    ranked.push_back(item);
  }
  std::sort(ranked.begin(), ranked.end(), Better);
  ranked.erase(std::unique(ranked.begin(), ranked.end(),
                           [](const auto& a, const auto& b) { return a.id == b.id; }),
               ranked.end());
  return ranked;
}

}  // namespace clientele::recommend
