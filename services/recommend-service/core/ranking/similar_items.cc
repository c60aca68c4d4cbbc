#include "services/recommend-service/core/ranking/similar_items.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include "absl/container/flat_hash_set.h"

#include "common/topk/top_k.h"
#include "services/recommend-service/core/explanations/reason_texts.h"
#include "services/recommend-service/core/items/item_traits.h"
#include "services/recommend-service/core/ranking/wanted_items.h"

namespace clientele::recommend {
namespace {

// Candidates of each kind: more than are asked for, because the order changes when both
// similarities are known.
constexpr std::size_t kCandidates = 200;
// From this cosine of the factors on two items are chosen by the same customers.
constexpr double kChosenTogether = 0.5;

double Length(absl::Span<const float> values) {
  double squares = 0;
  for (const float value : values) squares += static_cast<double>(value) * value;
  return std::sqrt(squares);
}

class SimilarityFinder {
 public:
  SimilarityFinder(const ServingView& view, const CatalogEntry& entry,
                   const SimilarItemsQuery& query, absl::Time now)
      : view_(view),
        entry_(entry),
        wanted_(view, {}, query.filter, now),
        texts_(ReasonTexts::For(query.language)),
        document_(view.content == nullptr ? -1 : view.content->Find(entry.item->id)),
        row_(view.model == nullptr ? -1 : view.model->Row(entry.item->id)) {}

  bool uses_model() const { return row_ >= 0; }

  // Available items that might be similar, each once.
  std::vector<const CatalogEntry*> Candidates() const {
    std::vector<const CatalogEntry*> candidates;
    absl::flat_hash_set<absl::string_view> seen;
    seen.insert(entry_.item->id);
    const auto add = [&](absl::string_view id) {
      const CatalogEntry* const found = view_.catalog->Find(id);
      if (found == nullptr || !wanted_.Entry(*found)) return;
      if (!seen.insert(found->item->id).second) return;
      candidates.push_back(found);
    };
    if (document_ >= 0) {
      const auto is_wanted = [&](std::int32_t document) {
        const CatalogEntry* const found = view_.catalog->Find(view_.content->item(document).id);
        return found != nullptr && wanted_.Entry(*found);
      };
      for (const auto& near : view_.content->Nearest(document_, kCandidates, is_wanted)) {
        add(view_.content->item(near.document).id);
      }
    }
    if (row_ >= 0) {
      for (const std::int32_t row : NearestRows()) add(view_.ItemId(row));
    }
    if (candidates.size() < kCandidates) AddOfCategory(add, candidates);
    return candidates;
  }

  // nullopt for an item that is not alike.
  std::optional<SimilarItem> Compare(const CatalogEntry& other) const {
    if (!view_.AreAlike(entry_, other)) return std::nullopt;
    SimilarItem similar{
        .item_id = other.item->id, .title = other.item->title, .category = other.item->category};
    const std::int32_t document = document_ < 0 ? -1 : view_.content->Find(other.item->id);
    if (document >= 0) similar.text_similarity = view_.content->Cosine(document_, document);
    const std::int64_t row = row_ < 0 ? -1 : view_.model->Row(other.item->id);
    if (row >= 0) similar.factor_similarity = view_.model->Cosine(row_, row);
    const double by_factors = std::max(0.0, similar.factor_similarity);
    similar.score = row < 0        ? similar.text_similarity
                    : document < 0 ? by_factors
                                   : 0.5 * (similar.text_similarity + by_factors);
    similar.reasons = Reasons(other, similar);
    return similar;
  }

 private:
  // Of the same category, by the factors alone.
  std::vector<std::int32_t> NearestRows() const {
    const CollaborativeModel& model = *view_.model->model;
    const std::int64_t rows = static_cast<std::int64_t>(model.item_ids().size());
    const absl::Span<const float> query = view_.Terms(static_cast<std::int32_t>(row_)).factors;
    if (Length(query) <= 0) return {};
    const auto keep = [&](std::int64_t row) {
      const std::size_t at = static_cast<std::size_t>(row);
      return row != row_ && entry_.category != 0 && view_.category_of_slot[at] == entry_.category &&
             wanted_.Slot(at);
    };
    const auto best = topk::TopK(model.item_factors(), rows, model.dimension(), query, 1,
                                 static_cast<std::int64_t>(kCandidates), keep);
    std::vector<std::int32_t> nearest;
    nearest.reserve(best[0].size());
    for (const topk::Scored& one : best[0]) {
      nearest.push_back(static_cast<std::int32_t>(one.index));
    }
    return nearest;
  }

  // What is left of the category, most popular first.
  template <typename Add>
  void AddOfCategory(const Add& add, const std::vector<const CatalogEntry*>& candidates) const {
    if (entry_.category == 0) return;
    std::vector<const CatalogEntry*> others;
    for (const auto& block : view_.catalog->blocks) {
      for (const CatalogEntry& other : *block) {
        if (other.category == entry_.category) others.push_back(&other);
      }
    }
    std::stable_sort(others.begin(), others.end(),
                     [](const auto* a, const auto* b) { return a->popularity > b->popularity; });
    for (const CatalogEntry* const other : others) {
      if (candidates.size() >= kCandidates) return;
      add(other->item->id);
    }
  }

  std::vector<Reason> Reasons(const CatalogEntry& other, const SimilarItem& similar) const {
    std::vector<Reason> reasons;
    if (similar.factor_similarity >= kChosenTogether) {
      reasons.push_back({reason_code::kChosenTogether, texts_.ChosenTogether(), ""});
    }
    for (const ItemTrait& trait : SharedTraits(other)) {
      reasons.push_back(
          {trait.is_brand() ? reason_code::kSharedBrand : reason_code::kSharedAttribute,
           texts_.SharedTrait(trait.attribute, trait.value), ""});
    }
    if (other.category == entry_.category && other.category != 0) {
      reasons.push_back(
          {reason_code::kSameCategory, texts_.SameCategory(other.item->category), ""});
    } else {
      reasons.push_back({reason_code::kSimilarText, texts_.SimilarText(), ""});
    }
    return reasons;
  }

  // The brand and the rarest attribute that both items have and few others.
  std::vector<ItemTrait> SharedTraits(const CatalogEntry& other) const {
    std::vector<ItemTrait> shared;
    if (view_.content == nullptr) return shared;
    double least = kMaxTraitShare;
    for (const ItemTrait& trait : TraitsOf(*entry_.item)) {
      if (!HasTrait(*other.item, trait)) continue;
      const double share = view_.content->TraitShare(trait);
      if (share >= (trait.is_brand() ? kMaxTraitShare : least)) continue;
      if (!trait.is_brand()) {
        least = share;
        if (!shared.empty() && !shared.back().is_brand()) shared.pop_back();
      }
      shared.push_back(trait);
    }
    return shared;
  }

  const ServingView& view_;
  const CatalogEntry& entry_;
  const WantedItems wanted_;
  const ReasonTexts& texts_;
  const std::int32_t document_;  // of the content index, -1 for none
  const std::int64_t row_;       // of the model, -1 for none
};

}  // namespace

SimilarItemsList FindSimilarItems(const ServingView& view, const CatalogEntry& entry,
                                  const SimilarItemsQuery& query, absl::Time now) {
  const SimilarityFinder finder(view, entry, query, now);
  SimilarItemsList list;
  if (finder.uses_model()) list.models.push_back(view.model->model->id());
  for (const CatalogEntry* const other : finder.Candidates()) {
    std::optional<SimilarItem> similar = finder.Compare(*other);
    if (similar.has_value()) list.items.push_back(*std::move(similar));
  }
  std::sort(list.items.begin(), list.items.end(), [](const SimilarItem& a, const SimilarItem& b) {
    return a.score != b.score ? a.score > b.score : a.item_id < b.item_id;
  });
  list.items.resize(std::min(list.items.size(), static_cast<std::size_t>(query.max_results)));
  return list;
}

}  // namespace clientele::recommend
