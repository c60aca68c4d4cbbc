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

namespace {

std::shared_ptr<const BlockRows> RowsOf(const CatalogBlock& block, const ModelView& model) {
  auto rows = std::make_shared<BlockRows>();
  rows->rows.reserve(block.size());
  for (const CatalogEntry& entry : block) {
    rows->rows.push_back(static_cast<std::int32_t>(model.Row(entry.item->id)));
    rows->has_unknown |= rows->rows.back() < 0;
  }
  return rows;
}

void SetRows(const CatalogBlock& block, const BlockRows& rows, ServingView& view) {
  for (std::size_t i = 0; i < block.size(); ++i) {
    if (rows.rows[i] < 0) continue;
    const std::size_t row = static_cast<std::size_t>(rows.rows[i]);
    view.category_of_row[row] = block[i].category;
    view.available_row[row] = block[i].item->available ? 1 : 0;
  }
}

bool HasSameItems(const CatalogBlock& a, const CatalogBlock& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return x.item == y.item; });
}

// Fills what goes by row, from `before` (of the same model) where its blocks are still there.
void SetAllRows(const ServingView* before, ServingView& view) {
  const ModelView& model = *view.model;
  absl::flat_hash_map<const CatalogBlock*, std::shared_ptr<const BlockRows>> known;
  if (before == nullptr) {
    const std::size_t rows = model.model->item_ids().size();
    view.category_of_row.assign(rows, -1);
    view.available_row.assign(rows, 0);
  } else {
    view.category_of_row = before->category_of_row;
    view.available_row = before->available_row;
    for (std::size_t b = 0; b < before->block_rows.size(); ++b) {
      known.emplace(before->catalog->blocks[b].get(), before->block_rows[b]);
    }
  }
  const auto& blocks = view.catalog->blocks;
  view.block_rows.resize(blocks.size());
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    const auto found = known.find(blocks[b].get());
    if (found == known.end()) continue;
    view.block_rows[b] = std::move(found->second);
    known.erase(found);
  }
  // Of a block in which only popularity changed the rows are still right.
  absl::flat_hash_map<const CatalogItem*, const CatalogBlock*> by_first;
  for (const auto& [block, rows] : known) by_first.emplace(block->front().item.get(), block);
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    if (view.block_rows[b] != nullptr) continue;
    const auto same = by_first.find(blocks[b]->front().item.get());
    if (same == by_first.end() || !HasSameItems(*same->second, *blocks[b])) continue;
    view.block_rows[b] = known.extract(same->second).mapped();
  }
  for (const auto& [gone, rows] : known) {
    for (const std::int32_t row : rows->rows) {
      if (row < 0) continue;
      view.category_of_row[static_cast<std::size_t>(row)] = -1;
      view.available_row[static_cast<std::size_t>(row)] = 0;
    }
  }
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    if (view.block_rows[b] != nullptr) continue;
    view.block_rows[b] = RowsOf(*blocks[b], model);
    SetRows(*blocks[b], *view.block_rows[b], view);
  }
}

}  // namespace

std::shared_ptr<const ServingView> ServingViews::Current(const RequestContext& context) {
  std::shared_ptr<const CatalogSnapshot> catalog = catalog_->Current(context);
  std::shared_ptr<const CollaborativeModel> model = models_->Current();
  std::lock_guard lock(mutex_);
  const bool same_model =
      current_ != nullptr &&
      (current_->model == nullptr ? model == nullptr : current_->model->model == model);
  if (same_model && current_->catalog == catalog) return current_;

  auto next = std::make_shared<ServingView>();
  next->catalog = std::move(catalog);
  if (same_model) {
    next->model = current_->model;
  } else if (model != nullptr) {
    next->model = std::make_shared<const ModelView>(std::move(model));
  }
  if (next->model != nullptr) SetAllRows(same_model ? current_.get() : nullptr, *next);
  current_ = next;
  return next;
}

}  // namespace clientele::recommend
