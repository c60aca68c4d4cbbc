#include "services/recommend-service/core/audiences/audience_target.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/text/search_terms.h"
#include "services/recommend-service/core/content/item_estimates.h"

namespace clientele::recommend {
namespace {

// The weighted mean of items' factors and biases; items without a slot count with zeros.
class TermMean {
 public:
  explicit TermMean(const ServingView& view)
      : view_(view), factors_(static_cast<std::size_t>(view.model->model->dimension())) {}

  void Add(absl::string_view item_id, double weight) {
    weight_ += weight;
    const std::int32_t slot = view_.Slot(item_id);
    if (slot < 0) return;
    const ItemTerms terms = view_.Terms(slot);
    for (std::size_t j = 0; j < factors_.size(); ++j) factors_[j] += weight * terms.factors[j];
    bias_ += weight * terms.bias;
  }
  void Fill(AudienceTarget& target) const {
    target.factors.reserve(factors_.size());
    for (const double sum : factors_) target.factors.push_back(static_cast<float>(sum / weight_));
    target.bias = bias_ / weight_;
  }

 private:
  const ServingView& view_;
  std::vector<double> factors_;
  double bias_ = 0;
  double weight_ = 0;
};

absl::Status AddItem(const std::string& item_id, AudienceTarget& target, TermMean& mean) {
  const CatalogEntry* const entry = target.view->catalog->Find(item_id);
  if (entry == nullptr) return NotFound(absl::StrCat("items/", item_id));
  target.is_item = true;
  target.category = entry->item->category;
  target.popularity = entry->popularity;
  target.item_ids.push_back(item_id);
  mean.Add(item_id, 1);
  return absl::OkStatus();
}

absl::Status AddCategory(const std::string& category, absl::Time now, AudienceTarget& target,
                         TermMean& mean) {
  target.category = category;
  const std::vector<std::int32_t> numbers = target.view->catalog->categories->Within(category);
  for (const auto& block : target.view->catalog->blocks) {
    for (const CatalogEntry& entry : *block) {
      if (!std::binary_search(numbers.begin(), numbers.end(), entry.category)) continue;
      if (!entry.item->AvailableAt(now)) continue;
      target.item_ids.push_back(entry.item->id);
      mean.Add(entry.item->id, 1);
    }
  }
  if (!target.item_ids.empty()) return absl::OkStatus();
  return absl::NotFoundError("no available item is of this category");
}

absl::Status AddText(const std::string& text, absl::Time now, AudienceTarget& target,
                     TermMean& mean) {
  const ServingView& view = *target.view;
  if (view.content == nullptr) {
    return absl::UnavailableError("the items' texts are still being read; try again");
  }
  const auto neighbors =
      view.content->Nearest(text::SearchTerms(text), kTextTargetItems, [&](std::int32_t document) {
        const CatalogEntry* const entry = view.catalog->Find(view.content->item(document).id);
        return entry != nullptr && entry->item->AvailableAt(now);
      });
  for (const ContentIndex::Neighbor& neighbor : neighbors) {
    if (neighbor.cosine < kMinEstimateCosine) break;
    target.item_ids.push_back(view.content->item(neighbor.document).id);
    mean.Add(target.item_ids.back(), neighbor.cosine);
  }
  std::sort(target.item_ids.begin(), target.item_ids.end());
  if (!target.item_ids.empty()) return absl::OkStatus();
  return absl::NotFoundError("no available item has a text like this; name an item or a category");
}

}  // namespace

double AudienceTarget::Score(const CustomerFactors& customer) const {
  double score = static_cast<double>(view->model->model->mu()) + customer.bias + bias;
  for (std::size_t j = 0; j < factors.size(); ++j) {
    score += static_cast<double>(factors[j]) * customer.factors[j];
  }
  return score;
}

ReasonSubject AudienceTarget::Subject() const {
  ReasonSubject subject;
  subject.factors = factors;
  subject.category = category;
  subject.popularity = popularity;
  if (is_item) {
    const CatalogEntry* const entry = view->catalog->Find(item_ids.front());
    subject.own_row = view->Slot(item_ids.front());
    subject.item = entry->item.get();
    subject.is_alike = [v = view.get(), entry](const CatalogEntry& other) {
      return v->AreAlike(other, *entry);
    };
  } else {
    subject.is_alike = [this](const CatalogEntry& other) {
      return std::binary_search(item_ids.begin(), item_ids.end(), other.item->id) ||
             (!category.empty() && other.item->category == category);
    };
  }
  return subject;
}

absl::StatusOr<AudienceTarget> ResolveTarget(std::shared_ptr<const ServingView> view,
                                             const AudienceTargetName& name, absl::Time now) {
  if (view->model == nullptr) {
    return WithReason(
        absl::FailedPreconditionError("no model serves; train one with TrainModel first"),
        "NO_MODEL");
  }
  AudienceTarget target;
  target.view = std::move(view);
  TermMean mean(*target.view);
  absl::Status added = absl::InvalidArgumentError("a target is required");
  if (const auto* item = std::get_if<ItemTarget>(&name)) {
    added = AddItem(item->item_id, target, mean);
  } else if (const auto* category = std::get_if<CategoryTarget>(&name)) {
    added = AddCategory(category->category, now, target, mean);
  } else if (const auto* text = std::get_if<TextTarget>(&name)) {
    added = AddText(text->text, now, target, mean);
  }
  if (!added.ok()) return added;
  mean.Fill(target);
  return target;
}

}  // namespace clientele::recommend
