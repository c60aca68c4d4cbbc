#include "services/recommend-service/core/content/content_index.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "common/text/search_terms.h"

namespace clientele::recommend {
namespace {

constexpr std::size_t kMaxSampledPairs = 2000;
// Documents whose sums are collected together: as many as a cache next to the core holds.
constexpr std::size_t kWindow = 4096;

}  // namespace

std::vector<std::string> ContentTerms(const CatalogItem& item) {
  std::vector<std::string> terms = text::SearchTerms(item.title);
  const auto add = [&](absl::string_view text) {
    for (std::string& term : text::SearchTerms(text)) terms.push_back(std::move(term));
  };
  add(item.category);
  for (const std::string& parent : item.parent_categories) add(parent);
  for (const ItemTrait& trait : TraitsOf(item)) add(trait.value);
  return terms;
}

ContentIndex::ContentIndex(std::vector<ContentDocument> documents)
    : documents_(std::move(documents)), vectors_(documents_.size()) {
  std::vector<double> document_counts;
  numbers_.reserve(documents_.size());
  for (std::size_t d = 0; d < documents_.size(); ++d) {
    numbers_.emplace(documents_[d].item->id, static_cast<std::int32_t>(d));
    Vector& vector = vectors_[d];
    vector.reserve(documents_[d].terms->size());
    for (const std::string& term : *documents_[d].terms) {
      const std::int32_t number =
          terms_.try_emplace(term, static_cast<std::int32_t>(terms_.size())).first->second;
      vector.push_back({number, 1});
    }
    CountTerms(vector);
    document_counts.resize(terms_.size());
    for (const Weighted& one : vector) ++document_counts[static_cast<std::size_t>(one.at)];
    for (const ItemTrait& trait : TraitsOf(*documents_[d].item)) ++trait_counts_[TraitKey(trait)];
  }

  const double all = static_cast<double>(documents_.size());
  rarity_.reserve(terms_.size());
  for (const double count : document_counts) {
    rarity_.push_back(std::log1p((all - count + 0.5) / (count + 0.5)));
  }
  postings_.resize(terms_.size());
  for (std::size_t d = 0; d < vectors_.size(); ++d) {
    Weigh(vectors_[d]);
    for (const Weighted& one : vectors_[d]) {
      if (document_counts[static_cast<std::size_t>(one.at)] > kMaxPostings) continue;
      postings_[static_cast<std::size_t>(one.at)].push_back(
          {static_cast<std::int32_t>(d), one.weight});
    }
  }
  SampleCategories();
}

void ContentIndex::Weigh(Vector& vector) const {
  double squares = 0;
  for (Weighted& one : vector) {
    const double weight = (1 + std::log(one.weight)) * rarity_[static_cast<std::size_t>(one.at)];
    one.weight = static_cast<float>(weight);
    squares += weight * weight;
  }
  const float length = static_cast<float>(std::sqrt(squares));
  for (Weighted& one : vector) one.weight /= length;
}

double ContentIndex::Product(const Vector& left, const Vector& right) {
  double sum = 0;
  for (auto l = left.begin(), r = right.begin(); l != left.end() && r != right.end();) {
    if (l->at < r->at) {
      ++l;
    } else if (r->at < l->at) {
      ++r;
    } else {
      sum += static_cast<double>(l++->weight) * r++->weight;
    }
  }
  return std::min(sum, 1.0);
}

void ContentIndex::CountTerms(Vector& vector) {
  std::sort(vector.begin(), vector.end(), [](auto a, auto b) { return a.at < b.at; });
  std::size_t used = 0;
  for (const Weighted& one : vector) {
    if (used > 0 && vector[used - 1].at == one.at) {
      vector[used - 1].weight += 1;
    } else {
      vector[used++] = one;
    }
  }
  vector.resize(used);
}

void ContentIndex::SampleCategories() {
  // Each item with the one of its category before it, evenly over the catalog.
  absl::flat_hash_map<absl::string_view, std::int32_t> latest;
  std::vector<std::pair<std::int32_t, std::int32_t>> pairs;
  for (std::size_t d = 0; d < documents_.size(); ++d) {
    const std::string& category = documents_[d].item->category;
    if (category.empty()) continue;
    const std::int32_t document = static_cast<std::int32_t>(d);
    const auto [before, is_first] = latest.try_emplace(category, document);
    if (!is_first) pairs.emplace_back(std::exchange(before->second, document), document);
  }
  std::vector<double> cosines;
  const std::size_t step = pairs.size() / kMaxSampledPairs + 1;
  cosines.reserve(pairs.size() / step + 1);
  for (std::size_t p = 0; p < pairs.size(); p += step) {
    cosines.push_back(Cosine(pairs[p].first, pairs[p].second));
  }
  if (cosines.empty()) {
    same_category_median_ = std::numeric_limits<double>::infinity();
    return;
  }
  const auto middle = cosines.begin() + static_cast<std::ptrdiff_t>(cosines.size() / 2);
  std::nth_element(cosines.begin(), middle, cosines.end());
  same_category_median_ = *middle;
}

std::int32_t ContentIndex::Find(absl::string_view item_id) const {
  const auto found = numbers_.find(item_id);
  return found == numbers_.end() ? -1 : found->second;
}

double ContentIndex::TraitShare(const ItemTrait& trait) const {
  const auto found = trait_counts_.find(TraitKey(trait));
  return found == trait_counts_.end() ? 0.0
                                      : found->second / static_cast<double>(documents_.size());
}

double ContentIndex::Cosine(std::int32_t a, std::int32_t b) const {
  return Product(vectors_[static_cast<std::size_t>(a)], vectors_[static_cast<std::size_t>(b)]);
}

std::vector<ContentIndex::Neighbor> ContentIndex::Nearest(
    std::int32_t document, std::size_t count, absl::FunctionRef<bool(std::int32_t)> keep) const {
  return NearestTo(vectors_[static_cast<std::size_t>(document)], count,
                   [&](std::int32_t other) { return other != document && keep(other); });
}

std::vector<ContentIndex::Neighbor> ContentIndex::Nearest(
    const std::vector<std::string>& terms, std::size_t count,
    absl::FunctionRef<bool(std::int32_t)> keep) const {
  Vector vector;
  for (const std::string& term : terms) {
    const auto found = terms_.find(term);
    if (found != terms_.end()) vector.push_back({found->second, 1});
  }
  CountTerms(vector);
  Weigh(vector);
  return NearestTo(vector, count, keep);
}

std::vector<ContentIndex::Neighbor> ContentIndex::NearestTo(
    const Vector& vector, std::size_t count, absl::FunctionRef<bool(std::int32_t)> keep) const {
  // Window by window of the documents, which all postings are in the order of.
  std::vector<const Weighted*> next;
  next.reserve(vector.size());
  for (const Weighted& term : vector) {
    next.push_back(postings_[static_cast<std::size_t>(term.at)].data());
  }
  std::vector<double> sums(std::min(kWindow, documents_.size()), 0);
  std::vector<std::int32_t> touched;
  std::vector<Neighbor> neighbors;
  for (std::size_t begin = 0; begin < documents_.size(); begin += kWindow) {
    const auto end = static_cast<std::int32_t>(std::min(begin + kWindow, documents_.size()));
    touched.clear();
    for (std::size_t t = 0; t < vector.size(); ++t) {
      const Vector& postings = postings_[static_cast<std::size_t>(vector[t].at)];
      const double weight = vector[t].weight;
      for (; next[t] != postings.data() + postings.size() && next[t]->at < end; ++next[t]) {
        double& sum = sums[static_cast<std::size_t>(next[t]->at) - begin];
        if (sum == 0) touched.push_back(next[t]->at);
        sum += weight * next[t]->weight;
      }
    }
    for (const std::int32_t other : touched) {
      double& sum = sums[static_cast<std::size_t>(other) - begin];
      // Once, also where a weight was 0.
      if (sum != 0 && keep(other)) neighbors.push_back({other, sum});
      sum = 0;
    }
  }
  const auto is_nearer = [](const Neighbor& a, const Neighbor& b) {
    return a.cosine != b.cosine ? a.cosine > b.cosine : a.document < b.document;
  };
  const std::size_t kept = std::min(count, neighbors.size());
  std::partial_sort(neighbors.begin(), neighbors.begin() + static_cast<std::ptrdiff_t>(kept),
                    neighbors.end(), is_nearer);
  neighbors.resize(kept);
  // With the terms that are in too many documents to be followed.
  for (Neighbor& neighbor : neighbors) {
    neighbor.cosine = Product(vector, vectors_[static_cast<std::size_t>(neighbor.document)]);
  }
  std::sort(neighbors.begin(), neighbors.end(), is_nearer);
  return neighbors;
}

}  // namespace clientele::recommend
