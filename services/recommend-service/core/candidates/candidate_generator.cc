#include "services/recommend-service/core/candidates/candidate_generator.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "absl/container/flat_hash_map.h"

#include "services/recommend-service/core/items/recent_popularity.h"

namespace clientele::recommend {
namespace {

// What is looked at of a customer's choices: those that they prefer most.
constexpr std::size_t kMaxLinkedItems = 1000;
constexpr std::size_t kMaxContentItems = 50;
constexpr std::size_t kContentNeighbors = 100;

constexpr float kSilent = std::numeric_limits<float>::quiet_NaN();

// What a choice counts: one purchase or more is one, interest less.
double WeightOf(const ResolvedItem& item) { return std::min(1.0, item.preference); }

// The customer's choices of the model's items, or of all, the strongest first, at most `count`.
std::vector<const ResolvedItem*> Chosen(const ResolvedHistory& history, std::size_t count,
                                        bool of_model) {
  std::vector<const ResolvedItem*> chosen;
  for (const ResolvedItem& item : history.items) {
    if (item.preference > 0 && !item.dismissed && (item.row >= 0 || !of_model)) {
      chosen.push_back(&item);
    }
  }
  KeepStrongest(chosen, count);
  return chosen;
}

class FactorizationCandidates final : public CandidateGenerator {
 public:
  explicit FactorizationCandidates(const CandidateRequest& request) : request_(request) {}

  std::size_t source() const override { return SourceNumber("factorization"); }
  std::vector<SelectedItem> Generate(int count) const override {
    return SelectByFactors(request_.view, request_.wanted, request_.left_out, *request_.customer,
                           count);
  }
  float Score(const CatalogEntry&, std::int32_t slot) const override {
    if (slot < 0) return kSilent;
    return static_cast<float>(ScoreByFactors(request_.view.model->model->mu(), *request_.customer,
                                             request_.view.Terms(slot))
                                  .score);
  }

 private:
  const CandidateRequest request_;
};

// By row of the model: what the links from a customer's choices sum to.
struct LinkSums {
  LinkSums(const CandidateRequest& request, const ItemLinks& links)
      : sums(request.view.model->model->item_ids().size()), linked(sums.size()) {
    const auto per_item = static_cast<std::size_t>(links.links_per_item);
    for (const ResolvedItem* const item : Chosen(request.history, kMaxLinkedItems, true)) {
      const std::size_t begin = static_cast<std::size_t>(item->row) * per_item;
      for (std::size_t at = begin; at < begin + per_item; ++at) {
        if (links.targets[at] < 0) break;
        const auto target = static_cast<std::size_t>(links.targets[at]);
        sums[target] += static_cast<float>(WeightOf(*item)) * links.weights[at];
        if (linked[target] == 0) rows.push_back(links.targets[at]);
        linked[target] = 1;
      }
    }
  }

  float Of(std::int32_t slot) const {
    const auto row = static_cast<std::size_t>(slot);
    return slot >= 0 && row < sums.size() && linked[row] != 0 ? sums[row] : kSilent;
  }

  std::vector<float> sums;
  std::vector<std::uint8_t> linked;
  std::vector<std::int32_t> rows;  // that are linked
};

class LinkCandidates final : public CandidateGenerator {
 public:
  LinkCandidates(const CandidateRequest& request, absl::string_view source,
                 std::shared_ptr<const LinkSums> links)
      : request_(request), source_(SourceNumber(source)), links_(std::move(links)) {}

  std::size_t source() const override { return source_; }
  std::vector<SelectedItem> Generate(int count) const override {
    std::vector<SelectedItem> found;
    for (const std::int32_t slot : links_->rows) {
      const auto row = static_cast<std::size_t>(slot);
      const float sum = links_->sums[row];
      if (!(sum > 0) || request_.left_out.Row(row) || !request_.wanted.Slot(row)) continue;
      found.push_back({.score = sum, .slot = slot, .id = request_.view.ItemId(slot)});
    }
    return BestOf(std::move(found), count);
  }
  float Score(const CatalogEntry&, std::int32_t slot) const override { return links_->Of(slot); }

 private:
  const CandidateRequest request_;
  const std::size_t source_;
  const std::shared_ptr<const LinkSums> links_;
};

class TrendingCandidates final : public CandidateGenerator {
 public:
  TrendingCandidates(const CandidateRequest& request, std::shared_ptr<const LinkSums> links)
      : request_(request), links_(std::move(links)), recent_(request.now) {}

  std::size_t source() const override { return SourceNumber("trending"); }
  std::vector<SelectedItem> Generate(int count) const override {
    std::vector<SelectedItem> found;
    for (const std::int32_t slot : links_->rows) {
      const auto row = static_cast<std::size_t>(slot);
      const CatalogEntry* const entry = request_.view.entry_of_slot[row];
      if (entry == nullptr) continue;
      const float score = Score(*entry, slot);
      if (!(score > 0) || request_.left_out.Row(row) || !request_.wanted.Slot(row)) continue;
      found.push_back({.score = score, .slot = slot, .id = entry->item->id});
    }
    return BestOf(std::move(found), count);
  }
  float Score(const CatalogEntry& entry, std::int32_t slot) const override {
    return links_->Of(slot) *
           static_cast<float>(Trend(recent_.Of(entry.recent_sum), entry.popularity));
  }

 private:
  const CandidateRequest request_;
  const std::shared_ptr<const LinkSums> links_;
  const RecentPopularity recent_;
};

class SequenceCandidates final : public CandidateGenerator {
 public:
  explicit SequenceCandidates(const CandidateRequest& request) : request_(request) {}

  std::size_t source() const override { return SourceNumber("sequence"); }
  std::vector<SelectedItem> Generate(int count) const override {
    return SelectBySequence(request_.view, request_.wanted, request_.left_out, *request_.sequence,
                            count);
  }
  float Score(const CatalogEntry& entry, std::int32_t) const override {
    const std::int32_t row = request_.sequence->model->Row(entry.item->id);
    if (row < 0 || request_.sequence->HasRead(row)) return kSilent;
    return static_cast<float>(request_.sequence->Score(row));
  }

 private:
  const CandidateRequest request_;
};

class ContentCandidates final : public CandidateGenerator {
 public:
  explicit ContentCandidates(const CandidateRequest& request) : request_(request) {
    const ContentIndex& content = *request.view.content;
    for (const ResolvedItem* const item : Chosen(request.history, kMaxContentItems, false)) {
      const std::int32_t document = content.Find(
          item->row >= 0 ? request.view.ItemId(item->row)
                         : request.history.other_ids[static_cast<std::size_t>(item->other)]);
      if (document < 0) continue;
      for (const ContentIndex::Neighbor& near :
           content.Nearest(document, kContentNeighbors, [](std::int32_t) { return true; })) {
        sums_[near.document] += WeightOf(*item) * near.cosine * near.cosine * near.cosine;
      }
    }
  }

  std::size_t source() const override { return SourceNumber("content"); }
  std::vector<SelectedItem> Generate(int count) const override {
    // The best first, so that the catalog is asked of as few as are needed. Documents are by id.
    std::vector<std::pair<double, std::int32_t>> left;
    left.reserve(sums_.size());
    for (const auto& [document, sum] : sums_) left.emplace_back(sum, -document);
    std::make_heap(left.begin(), left.end());
    std::vector<SelectedItem> found;
    for (; !left.empty() && found.size() < static_cast<std::size_t>(count); left.pop_back()) {
      std::pop_heap(left.begin(), left.end());
      const auto& [sum, negated] = left.back();
      // The index may be of a catalog a little older.
      const CatalogEntry* const entry =
          request_.view.catalog->Find(request_.view.content->item(-negated).id);
      if (entry == nullptr || !request_.wanted.Entry(*entry)) continue;
      const std::int32_t slot = request_.view.Slot(entry->item->id);
      if (request_.left_out.Item(request_.view, entry->item->id, slot)) continue;
      found.push_back({.score = sum, .slot = slot, .id = entry->item->id});
    }
    return found;
  }
  float Score(const CatalogEntry& entry, std::int32_t) const override {
    const auto found = sums_.find(request_.view.content->Find(entry.item->id));
    return found == sums_.end() ? kSilent : static_cast<float>(found->second);
  }

 private:
  const CandidateRequest request_;
  absl::flat_hash_map<std::int32_t, double> sums_;  // by document
};

class PopularityCandidates final : public CandidateGenerator {
 public:
  explicit PopularityCandidates(const CandidateRequest& request) : request_(request) {}

  std::size_t source() const override { return SourceNumber("popularity"); }
  std::vector<SelectedItem> Generate(int count) const override {
    std::vector<SelectedItem> found =
        SelectByPopularity(request_.view, request_.wanted, request_.left_out, count);
    while (!found.empty() && found.back().score <= 0) found.pop_back();
    return found;
  }
  float Score(const CatalogEntry& entry, std::int32_t) const override {
    const double most = request_.view.catalog->max_popularity;
    return most > 0 ? static_cast<float>(entry.popularity / most) : 0.0F;
  }

 private:
  const CandidateRequest request_;
};

}  // namespace

std::size_t SourceNumber(absl::string_view name) {
  return static_cast<std::size_t>(
      std::find(kCandidateSources.begin(), kCandidateSources.end(), name) -
      kCandidateSources.begin());
}

std::vector<std::unique_ptr<CandidateGenerator>> MakeGenerators(const CandidateRequest& request) {
  std::vector<std::unique_ptr<CandidateGenerator>> generators;
  if (request.view.model != nullptr) {
    if (request.customer != nullptr) {
      generators.push_back(std::make_unique<FactorizationCandidates>(request));
    }
    std::shared_ptr<const LinkSums> trended;
    for (const ItemLinks& links : request.view.model->model->links()) {
      auto sums = std::make_shared<const LinkSums>(request, links);
      if (trended == nullptr || links.source == "ease") trended = sums;
      generators.push_back(
          std::make_unique<LinkCandidates>(request, links.source, std::move(sums)));
    }
    if (trended != nullptr && request.view.catalog->knows_recent) {
      generators.push_back(std::make_unique<TrendingCandidates>(request, std::move(trended)));
    }
  }
  if (request.sequence != nullptr) {
    generators.push_back(std::make_unique<SequenceCandidates>(request));
  }
  if (request.view.content != nullptr) {
    generators.push_back(std::make_unique<ContentCandidates>(request));
  }
  generators.push_back(std::make_unique<PopularityCandidates>(request));
  return generators;
}

}  // namespace clientele::recommend
