#include "services/recommend-service/core/explanations/reasons.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "services/recommend-service/core/items/item_traits.h"

namespace clientele::recommend {
namespace {

// Null where it is not in the catalog.
const CatalogEntry* EntryOf(const ServingView& view, const ResolvedHistory& history,
                            const ResolvedItem& item) {
  return view.catalog->Find(
      item.row >= 0
          ? absl::string_view(view.model->model->item_ids()[static_cast<std::size_t>(item.row)])
          : history.other_ids[static_cast<std::size_t>(item.other)]);
}

// The number of the item's category in the catalog; -1 where it is not there.
std::int32_t CategoryOf(const ServingView& view, const ResolvedHistory& history,
                        const ResolvedItem& item) {
  if (item.row >= 0) return view.category_of_slot[static_cast<std::size_t>(item.row)];
  const CatalogEntry* const entry = EntryOf(view, history, item);
  return entry == nullptr ? -1 : entry->category;
}

// f^T A^-1 f_j for f = (q, 1); `solved` is A^-1 f_j.
double Product(absl::Span<const float> q, absl::Span<const double> solved) {
  double product = solved[q.size()];
  for (std::size_t j = 0; j < q.size(); ++j) product += q[j] * solved[j];
  return product;
}

}  // namespace

ReasonFinder::ReasonFinder(const ServingView& view, const ResolvedHistory& history,
                           const FoldInSolution* solution, absl::string_view language)
    : view_(view), history_(history), texts_(ReasonTexts::For(language)) {
  std::vector<double> categories(static_cast<std::size_t>(view.catalog->categories->size()));
  double total = 0;
  std::vector<const ResolvedItem*> bought, touched;
  for (const ResolvedItem& item : history.items) {
    if (item.preference <= 0 || item.dismissed) continue;
    const std::int32_t category = CategoryOf(view, history, item);
    if (category < 0) continue;
    total += item.preference;
    categories[static_cast<std::size_t>(category)] += item.preference;
    if (item.row >= 0) (item.kept ? bought : touched).push_back(&item);
  }
  // 0 is no category.
  for (std::size_t number = 1; number < categories.size(); ++number) {
    const double share = total > 0 ? categories[number] / total : 0;
    if (share <= 0 || share < favorite_share_) continue;
    std::string name = view.catalog->categories->Name(static_cast<std::int32_t>(number));
    if (share == favorite_share_ && name > favorite_category_) continue;
    favorite_category_ = std::move(name);
    favorite_share_ = share;
  }

  if (solution == nullptr) return;
  anchors_are_purchases_ = !bought.empty();
  std::vector<const ResolvedItem*> strongest =
      anchors_are_purchases_ ? std::move(bought) : std::move(touched);
  KeepStrongest(strongest, kMaxAnchors);
  anchors_.reserve(strongest.size());
  for (const ResolvedItem* const item : strongest) {
    std::vector<double> solved = solution->Solve(view.Terms(item->row).factors);
    const double influence =
        solution->Influence(*view.model->model, {item->row, item->preference}, solved);
    anchors_.push_back(
        {item->preference, item->row, EntryOf(view, history, *item), std::move(solved), influence});
  }
}

void ReasonFinder::Explain(const SequenceInfluence& influence) {
  influence_ = &influence;
  steps_.clear();
  const std::vector<absl::string_view> latest = LatestItems(view_, history_);
  for (const std::int32_t row : influence.rows()) {
    const absl::string_view id = influence.model().items().ids[static_cast<std::size_t>(row)];
    const auto at = std::find(latest.begin(), latest.end(), id) - latest.begin();
    const bool is_purchase = at < static_cast<std::ptrdiff_t>(latest.size()) &&
                             history_.items[history_.latest[static_cast<std::size_t>(at)]].kept;
    steps_.push_back({view_.catalog->Find(id), is_purchase});
  }
}

std::vector<ReasonFinder::Contribution> ReasonFinder::SharesOf(
    std::vector<Contribution> contributions) {
  double sum = 0;
  for (const Contribution& one : contributions) sum += one.share;
  for (Contribution& one : contributions) one.share /= sum;
  std::stable_sort(contributions.begin(), contributions.end(),
                   [](const auto& a, const auto& b) { return a.share > b.share; });
  return contributions;
}

std::vector<ReasonFinder::Contribution> ReasonFinder::ContributionsTo(
    const ReasonSubject& subject) const {
  std::vector<Contribution> contributions;
  if (subject.factors.empty()) return contributions;
  for (const Anchor& anchor : anchors_) {
    if (anchor.row == subject.own_row) continue;
    const double given = anchor.influence * Product(subject.factors, anchor.solved);
    if (given > 0) contributions.push_back({anchor.entry, anchors_are_purchases_, given});
  }
  return SharesOf(std::move(contributions));
}

std::vector<ReasonFinder::Contribution> ReasonFinder::ContributionsToNext(std::int32_t row) const {
  std::vector<Contribution> contributions;
  for (std::size_t at = 0; at < steps_.size(); ++at) {
    const double given = influence_->Amount(at, row);
    if (given > 0 && steps_[at].entry != nullptr) {
      contributions.push_back({steps_[at].entry, steps_[at].is_purchase, given});
    }
  }
  return SharesOf(std::move(contributions));
}

ReasonSubject ReasonFinder::SubjectOf(const CatalogEntry& entry, std::int32_t slot) const {
  ReasonSubject subject{
      .own_row = slot,
      .is_alike = [&](const CatalogEntry& other) { return view_.AreAlike(other, entry); },
      .item = entry.item.get(),
      .category = entry.item->category,
      .popularity = entry.popularity};
  if (slot >= 0) subject.factors = view_.Terms(slot).factors;
  return subject;
}

std::vector<Reason> ReasonFinder::Find(const CatalogEntry& entry, std::int32_t slot) const {
  return Find(SubjectOf(entry, slot));
}

std::vector<Reason> ReasonFinder::Find(const ReasonSubject& subject) const {
  return FindBy(subject, ContributionsTo(subject), /*by_sequence=*/false);
}

std::vector<Reason> ReasonFinder::FindNext(const CatalogEntry& entry, std::int32_t slot,
                                           std::int32_t row) const {
  return FindBy(SubjectOf(entry, slot), ContributionsToNext(row), /*by_sequence=*/true);
}

std::optional<std::pair<double, Reason>> ReasonFinder::ByTrait(
    const CatalogItem& item, const std::vector<Contribution>& contributions) const {
  if (view_.content == nullptr) return std::nullopt;
  double strongest = kMinContribution;
  std::optional<ItemTrait> best;
  for (const ItemTrait& trait : TraitsOf(item)) {
    const double common = view_.content->TraitShare(trait);
    if (common >= kMaxTraitShare) continue;
    double share = 0;
    int items = 0;
    for (const Contribution& one : contributions) {
      if (!HasTrait(*one.entry->item, trait)) continue;
      share += one.share;
      ++items;
    }
    const double strength = 0.5 * (share - common);
    if (items < 2 || strength <= strongest) continue;
    strongest = strength;
    best = trait;
  }
  if (!best.has_value()) return std::nullopt;
  return std::pair{strongest, Reason{best->is_brand() ? reason_code::kSharedBrand
                                                      : reason_code::kSharedAttribute,
                                     texts_.ChosenTrait(best->attribute, best->value), ""}};
}

std::vector<Reason> ReasonFinder::FindBy(const ReasonSubject& subject,
                                         const std::vector<Contribution>& contributions,
                                         bool by_sequence) const {
  std::vector<std::pair<double, Reason>> found;

  const auto alike = std::find_if(contributions.begin(), contributions.end(), [&](const auto& one) {
    return one.share < kMinContribution || subject.is_alike(*one.entry);
  });
  if (alike != contributions.end() && alike->share >= kMinContribution) {
    const CatalogItem& item = *alike->entry->item;
    found.push_back({alike->share, alike->is_purchase
                                       ? Reason{reason_code::kSimilarToPurchase,
                                                texts_.SimilarToPurchase(item.title), item.id}
                                       : Reason{reason_code::kSimilarToView,
                                                texts_.SimilarToView(item.title), item.id}});
  } else if (by_sequence && !contributions.empty()) {
    const CatalogItem& item = *contributions.front().entry->item;
    found.push_back({contributions.front().share,
                     {reason_code::kChosenNext, texts_.ChosenNext(item.title), item.id}});
  } else if (!contributions.empty() && contributions.front().is_purchase) {
    const CatalogItem& item = *contributions.front().entry->item;
    found.push_back(
        {contributions.front().share,
         {reason_code::kChosenWithPurchase, texts_.ChosenWithPurchase(item.title), item.id}});
  }
  if (subject.item != nullptr) {
    if (auto by_trait = ByTrait(*subject.item, contributions))
      found.push_back(*std::move(by_trait));
  }
  if (!favorite_category_.empty() && subject.category == favorite_category_) {
    found.push_back(
        {0.5 * favorite_share_,
         {reason_code::kFavoriteCategory, texts_.FavoriteCategory(favorite_category_), ""}});
  }
  if (subject.popularity > 0 && subject.popularity >= view_.catalog->popular_threshold) {
    found.push_back({0.5 * subject.popularity / view_.catalog->max_popularity,
                     {reason_code::kPopular, texts_.Popular(), ""}});
  }
  if (found.empty()) {
    if (subject.popularity > 0) {
      found.push_back({0, {reason_code::kPopular, texts_.SeenByOthers(), ""}});
    } else {
      found.push_back({0, {reason_code::kExplore, texts_.Explore(), ""}});
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<Reason> reasons;
  reasons.reserve(found.size());
  for (auto& [strength, reason] : found) reasons.push_back(std::move(reason));
  return reasons;
}

std::vector<ItemContribution> ContributionsOf(const ServingView& view,
                                              const ResolvedHistory& history,
                                              const FoldInSolution& solution, std::int32_t slot) {
  std::vector<ItemContribution> contributions;
  if (slot < 0) return contributions;
  // A^-1 is symmetric: one solution serves all items.
  const std::vector<double> target = solution.Solve(view.Terms(slot).factors);
  for (const ResolvedItem& item : history.items) {
    const CatalogEntry* const entry = item.row < 0 ? nullptr : EntryOf(view, history, item);
    if (entry == nullptr) continue;
    const absl::Span<const float> q = view.Terms(item.row).factors;
    const std::vector<double> solved = solution.Solve(q);
    contributions.push_back(
        {entry, solution.Influence(*view.model->model, {item.row, item.preference}, solved) *
                    Product(q, target)});
  }
  const std::size_t kept = std::min(contributions.size(), kMaxAnchors);
  std::partial_sort(contributions.begin(),
                    contributions.begin() + static_cast<std::ptrdiff_t>(kept), contributions.end(),
                    [](const auto& a, const auto& b) {
                      const double left = std::abs(a.amount), right = std::abs(b.amount);
                      return left != right ? left > right : a.entry->item->id < b.entry->item->id;
                    });
  contributions.resize(kept);
  return contributions;
}

}  // namespace clientele::recommend
