#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_CONTENT_CONTENT_INDEX_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_CONTENT_CONTENT_INDEX_H_

// Items by what their texts say, so that items which nobody has touched yet have neighbors too, and
// so that nothing is called similar that only shares a factor by chance.
//
//   const ContentIndex index(documents);
//   index.Nearest(index.Find("tent-9"), 20, [](std::int32_t i) { return ...; });
//
// A document is a vector of its terms (see text::SearchTerms), each weighted with
// (1 + ln tf) ln(1 + (N - n + 0.5) / (n + 0.5)), n of N documents having the term, of length 1
// (Manning, Raghavan, Schütze: Introduction to Information Retrieval, 2008, chapter 6, with the
// inverse document frequency of BM25). Two are compared by cosine.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

#include "services/recommend-service/core/items/catalog_snapshot.h"
#include "services/recommend-service/core/items/item_traits.h"

namespace clientele::recommend {

// One item and the terms of its texts (ContentTerms), each once for each time it is there.
struct ContentDocument {
  std::shared_ptr<const CatalogItem> item;
  std::shared_ptr<const std::vector<std::string>> terms;
};

// Immutable and thread-safe.
class ContentIndex {
 public:
  struct Neighbor {
    std::int32_t document = 0;
    double cosine = 0;
  };

  // Of distinct items. O(terms).
  explicit ContentIndex(std::vector<ContentDocument> documents);

  std::size_t size() const { return documents_.size(); }
  // -1 when there is no such item.
  std::int32_t Find(absl::string_view item_id) const;
  const CatalogItem& item(std::int32_t document) const {
    return *documents_[static_cast<std::size_t>(document)].item;
  }

  // 0 to 1.
  double Cosine(std::int32_t a, std::int32_t b) const;
  // The `count` nearest of those that `keep` wants, nearest first, equal ones by number; only
  // documents that share a term which is not in more than kMaxPostings documents.
  std::vector<Neighbor> Nearest(std::int32_t document, std::size_t count,
                                absl::FunctionRef<bool(std::int32_t)> keep) const;
  // The same for the terms of any text, each as often as it is there; terms that no document has
  // say nothing.
  std::vector<Neighbor> Nearest(const std::vector<std::string>& terms, std::size_t count,
                                absl::FunctionRef<bool(std::int32_t)> keep) const;
  // The median cosine of two items of one category, over a sample of at most 2,000 pairs; infinite
  // when no category has two items. What is nearer than this is similar.
  double same_category_median() const { return same_category_median_; }
  // The share of the items that have the trait, 0 to 1.
  double TraitShare(const ItemTrait& trait) const;

  static constexpr std::size_t kMaxPostings = 1000;

 private:
  struct Weighted {
    std::int32_t at;  // the term in a document's vector, the document in a term's postings
    float weight;
  };

  using Vector = std::vector<Weighted>;  // by term, ascending; of length 1

  void SampleCategories();
  // One entry for each term, with its count, in order.
  static void CountTerms(Vector& vector);
  // From counts to weights.
  void Weigh(Vector& vector) const;
  static double Product(const Vector& left, const Vector& right);
  std::vector<Neighbor> NearestTo(const Vector& vector, std::size_t count,
                                  absl::FunctionRef<bool(std::int32_t)> keep) const;

  std::vector<ContentDocument> documents_;
  absl::flat_hash_map<absl::string_view, std::int32_t> numbers_;  // of the items' ids
  absl::flat_hash_map<absl::string_view, std::int32_t> terms_;    // numbers, of documents_' texts
  absl::flat_hash_map<std::string, std::int32_t> trait_counts_;   // by TraitKey
  std::vector<double> rarity_;                                    // by term
  std::vector<Vector> vectors_;                                   // by document
  std::vector<Vector> postings_;                                  // by term; by document, ascending
  double same_category_median_ = 0;
};

// From this share of the items on a trait says nothing of two that have it.
inline constexpr double kMaxTraitShare = 0.5;

// The terms of an item's title, categories, brand and the texts of its attributes. Pure.
std::vector<std::string> ContentTerms(const CatalogItem& item);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_CONTENT_CONTENT_INDEX_H_
