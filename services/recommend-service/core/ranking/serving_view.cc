#include "services/recommend-service/core/ranking/serving_view.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace clientele::recommend {

ModelView::ModelView(std::shared_ptr<const CollaborativeModel> loaded)
    : model(std::move(loaded)), fold_in(model) {
  const std::vector<std::string>& ids = model->item_ids();
  const std::size_t k = static_cast<std::size_t>(model->dimension());
  for (const float bias : model->item_biases()) {
    max_item_bias = std::max(max_item_bias, std::abs(bias));
  }
  rows_.reserve(ids.size());
  norms_.reserve(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    rows_.emplace(ids[i], static_cast<std::int64_t>(i));
    double squares = 0;
    for (const float q : model->item_factors().subspan(i * k, k)) {
      squares += static_cast<double>(q) * q;
    }
    norms_.push_back(std::sqrt(squares));
  }
}

std::int64_t ModelView::Row(absl::string_view item_id) const {
  const auto found = rows_.find(item_id);
  return found == rows_.end() ? -1 : found->second;
}

double ModelView::Cosine(std::int64_t a, std::int64_t b) const {
  const std::size_t k = static_cast<std::size_t>(model->dimension());
  const auto left = model->item_factors().subspan(static_cast<std::size_t>(a) * k, k);
  const auto right = model->item_factors().subspan(static_cast<std::size_t>(b) * k, k);
  const double norms = norms_[static_cast<std::size_t>(a)] * norms_[static_cast<std::size_t>(b)];
  if (norms <= 0) return 0;
  double dot = 0;
  for (std::size_t j = 0; j < k; ++j) dot += static_cast<double>(left[j]) * right[j];
  return dot / norms;
}

std::int32_t ServingView::Slot(absl::string_view item_id) const {
  if (model == nullptr) return -1;
  const std::int64_t row = model->Row(item_id);
  if (row >= 0) return static_cast<std::int32_t>(row);
  const std::int32_t estimate = estimates == nullptr ? -1 : estimates->Find(item_id);
  return estimate < 0 ? -1 : static_cast<std::int32_t>(model->model->item_ids().size()) + estimate;
}

bool ServingView::IsEstimated(std::int32_t slot) const {
  return static_cast<std::size_t>(slot) >= model->model->item_ids().size();
}

absl::string_view ServingView::ItemId(std::int32_t slot) const {
  const std::vector<std::string>& known = model->model->item_ids();
  const std::size_t at = static_cast<std::size_t>(slot);
  return at < known.size() ? absl::string_view(known[at])
                           : estimates->item_id(static_cast<std::int32_t>(at - known.size()));
}

ItemTerms ServingView::Terms(std::int32_t slot) const {
  const CollaborativeModel& known = *model->model;
  const std::size_t k = static_cast<std::size_t>(known.dimension());
  std::size_t at = static_cast<std::size_t>(slot);
  if (at < known.item_ids().size()) {
    return {known.item_factors().subspan(at * k, k), known.item_biases()[at]};
  }
  at -= known.item_ids().size();
  return {estimates->factors().subspan(at * k, k), estimates->biases()[at]};
}

bool ServingView::AreAlike(const CatalogEntry& a, const CatalogEntry& b) const {
  if (a.category != 0 && a.category == b.category) return true;
  if (content == nullptr) return false;
  const std::int32_t left = content->Find(a.item->id);
  const std::int32_t right = content->Find(b.item->id);
  return left >= 0 && right >= 0 && content->Cosine(left, right) > content->same_category_median();
}

namespace {

std::shared_ptr<const BlockSlots> SlotsOf(const CatalogBlock& block, const ServingView& view) {
  auto slots = std::make_shared<BlockSlots>();
  slots->slots.reserve(block.size());
  for (const CatalogEntry& entry : block) {
    slots->slots.push_back(view.Slot(entry.item->id));
    slots->has_unknown |= slots->slots.back() < 0;
  }
  return slots;
}

void SetSlots(const CatalogBlock& block, const BlockSlots& slots, ServingView& view) {
  for (std::size_t i = 0; i < block.size(); ++i) {
    if (slots.slots[i] < 0) continue;
    const std::size_t slot = static_cast<std::size_t>(slots.slots[i]);
    view.category_of_slot[slot] = block[i].category;
    view.available_slot[slot] = TimesOf(*block[i].item);
    view.entry_of_slot[slot] = &block[i];
  }
}

// Of a block with the items of the one before.
void SetEntries(const CatalogBlock& block, const BlockSlots& slots, ServingView& view) {
  for (std::size_t i = 0; i < block.size(); ++i) {
    if (slots.slots[i] < 0) continue;
    view.entry_of_slot[static_cast<std::size_t>(slots.slots[i])] = &block[i];
  }
}

bool HasSameItems(const CatalogBlock& a, const CatalogBlock& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return x.item == y.item; });
}

// Fills what goes by slot, from `before` (of the same model and estimates) where its blocks are
// still there.
void SetAllSlots(const ServingView* before, ServingView& view) {
  absl::flat_hash_map<const CatalogBlock*, std::shared_ptr<const BlockSlots>> known;
  if (before == nullptr) {
    const std::size_t slots = view.model->model->item_ids().size() +
                              (view.estimates == nullptr ? 0 : view.estimates->size());
    view.category_of_slot.assign(slots, -1);
    view.available_slot.assign(slots, {});
    view.entry_of_slot.assign(slots, nullptr);
  } else {
    view.category_of_slot = before->category_of_slot;
    view.available_slot = before->available_slot;
    view.entry_of_slot = before->entry_of_slot;
    for (std::size_t b = 0; b < before->block_slots.size(); ++b) {
      known.emplace(before->catalog->blocks[b].get(), before->block_slots[b]);
    }
  }
  const auto& blocks = view.catalog->blocks;
  view.block_slots.resize(blocks.size());
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    const auto found = known.find(blocks[b].get());
    if (found == known.end()) continue;
    view.block_slots[b] = std::move(found->second);
    known.erase(found);
  }
  // Of a block in which only popularity changed the slots are still right.
  absl::flat_hash_map<const CatalogItem*, const CatalogBlock*> by_first;
  for (const auto& [block, slots] : known) by_first.emplace(block->front().item.get(), block);
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    if (view.block_slots[b] != nullptr) continue;
    const auto same = by_first.find(blocks[b]->front().item.get());
    if (same == by_first.end() || !HasSameItems(*same->second, *blocks[b])) continue;
    view.block_slots[b] = known.extract(same->second).mapped();
    SetEntries(*blocks[b], *view.block_slots[b], view);
  }
  for (const auto& [gone, slots] : known) {
    for (const std::int32_t slot : slots->slots) {
      if (slot < 0) continue;
      view.category_of_slot[static_cast<std::size_t>(slot)] = -1;
      view.available_slot[static_cast<std::size_t>(slot)] = {};
      view.entry_of_slot[static_cast<std::size_t>(slot)] = nullptr;
    }
  }
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    if (view.block_slots[b] != nullptr) continue;
    view.block_slots[b] = SlotsOf(*blocks[b], view);
    SetSlots(*blocks[b], *view.block_slots[b], view);
  }
}

}  // namespace

std::shared_ptr<const ServingView> ServingViews::Current(const RequestContext& context) {
  std::shared_ptr<const CatalogSnapshot> catalog = catalog_->Current(context);
  std::shared_ptr<const CollaborativeModel> model = models_->Current();
  std::shared_ptr<const SequenceModel> sequence =
      sequences_ == nullptr ? nullptr : sequences_->Current();
  std::lock_guard lock(mutex_);
  const bool same_model =
      current_ != nullptr &&
      (current_->model == nullptr ? model == nullptr : current_->model->model == model);
  const std::shared_ptr<const ItemEstimates> estimates =
      model != nullptr && estimates_ != nullptr && &estimates_->model() == model.get() ? estimates_
                                                                                       : nullptr;
  const bool same_slots = same_model && current_->estimates == estimates;
  if (same_slots && current_->catalog == catalog && current_->content == content_ &&
      current_->sequence == sequence) {
    return current_;
  }

  auto next = std::make_shared<ServingView>();
  next->catalog = std::move(catalog);
  next->content = content_;
  next->estimates = estimates;
  next->sequence = std::move(sequence);
  if (same_model) {
    next->model = current_->model;
  } else if (model != nullptr) {
    next->model = std::make_shared<const ModelView>(std::move(model));
  }
  if (next->model != nullptr) SetAllSlots(same_slots ? current_.get() : nullptr, *next);
  current_ = next;
  return next;
}

void ServingViews::RefreshContent(const RequestContext& context) {
  std::lock_guard refresh_lock(refresh_mutex_);
  const std::shared_ptr<const ServingView> view = Current(context);
  const std::shared_ptr<const ContentIndex> content = indexer_.Refresh(*view->catalog);
  std::shared_ptr<const ItemEstimates> estimates = view->estimates;
  if (view->model == nullptr) {
    estimates = nullptr;
  } else if (estimates == nullptr || &estimates->index() != content.get()) {
    estimates = std::make_shared<const ItemEstimates>(
        content, view->model->model, [&](absl::string_view id) { return view->model->Row(id); });
  }
  {
    std::lock_guard lock(mutex_);
    content_ = content;
    estimates_ = std::move(estimates);
  }
  Current(context);
}

}  // namespace clientele::recommend
