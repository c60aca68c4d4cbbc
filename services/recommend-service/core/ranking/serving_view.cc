#include "services/recommend-service/core/ranking/serving_view.h"

#include <cmath>
#include <utility>

namespace clientele::recommend {

ModelView::ModelView(std::shared_ptr<const CollaborativeModel> loaded)
    : model(std::move(loaded)), fold_in(model) {
  const std::vector<std::string>& ids = model->item_ids();
  const std::size_t k = static_cast<std::size_t>(model->dimension());
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

std::shared_ptr<const ServingView> ServingViews::Current() {
  std::shared_ptr<const CatalogSnapshot> catalog = catalog_->Snapshot();
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
  if (next->model != nullptr) {
    next->row_of_entry.reserve(next->catalog->entries.size());
    for (const CatalogEntry& entry : next->catalog->entries) {
      next->row_of_entry.push_back(next->model->Row(entry.item->id));
    }
  }
  current_ = next;
  return next;
}

}  // namespace clientele::recommend
