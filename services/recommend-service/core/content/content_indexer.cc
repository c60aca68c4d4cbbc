#include "services/recommend-service/core/content/content_indexer.h"

#include <utility>

namespace clientele::recommend {
namespace {

// Whether the snapshot has exactly these items.
bool HasItems(const CatalogSnapshot& catalog, const std::vector<ContentDocument>& documents) {
  if (catalog.item_count != documents.size()) return false;
  auto document = documents.begin();
  for (const auto& block : catalog.blocks) {
    for (const CatalogEntry& entry : *block) {
      if ((document++)->item != entry.item) return false;
    }
  }
  return true;
}

}  // namespace

std::shared_ptr<const ContentIndex> ContentIndexer::Refresh(const CatalogSnapshot& catalog) {
  if (index_ != nullptr && HasItems(catalog, documents_)) return index_;
  absl::flat_hash_map<const CatalogItem*, std::shared_ptr<const std::vector<std::string>>> known;
  known.reserve(documents_.size());
  for (const ContentDocument& document : documents_) {
    known.emplace(document.item.get(), document.terms);
  }
  std::vector<ContentDocument> documents;
  documents.reserve(catalog.item_count);
  for (const auto& block : catalog.blocks) {
    for (const CatalogEntry& entry : *block) {
      const auto found = known.find(entry.item.get());
      documents.push_back({entry.item, found != known.end()
                                           ? found->second
                                           : std::make_shared<const std::vector<std::string>>(
                                                 ContentTerms(*entry.item))});
    }
  }
  documents_ = std::move(documents);
  index_ = std::make_shared<const ContentIndex>(documents_);
  return index_;
}

}  // namespace clientele::recommend
