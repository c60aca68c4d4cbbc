#ifndef CLIENTELE_TESTS_CONTRACT_QA_FAKE_EMBEDDING_CACHE_H_
#define CLIENTELE_TESTS_CONTRACT_QA_FAKE_EMBEDDING_CACHE_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "services/qa-service/core/articles/article_store.h"
#include "services/qa-service/core/retrieval/embedding_cache.h"

namespace clientele::qa::testing {

// The cache's contract in memory, beside the articles of `store`, which is borrowed. For one thread
// at a time.
class FakeEmbeddingCache final : public EmbeddingCache {
 public:
  explicit FakeEmbeddingCache(ArticleStore* store) : store_(store) {}

  absl::StatusOr<EmbeddedArticles> Find(const RequestContext&, const std::string& key,
                                        absl::Span<const std::int64_t> revisions,
                                        std::int64_t max_bytes) override {
    EmbeddedArticles found;
    std::int64_t bytes = 0;
    for (const std::int64_t revision : revisions) {
      if (bytes >= max_bytes) break;
      found.through = revision;
      const auto entry = entries_.find({key, revision});
      if (entry == entries_.end() || !IsCurrent(entry->second)) continue;
      found.articles.push_back({*store_->Get({}, entry->second.article_id), entry->second.rows});
      bytes += static_cast<std::int64_t>(found.articles.back().article.body.size());
      for (const auto& row : entry->second.rows) {
        bytes += static_cast<std::int64_t>(row.size() * sizeof(float));
      }
    }
    return found;
  }

  absl::Status Put(const RequestContext&, const std::string& key,
                   absl::Span<const ArticleVectors> vectors) override {
    for (const ArticleVectors& article : vectors) {
      if (IsCurrent(article)) entries_[{key, article.revision}] = article;
    }
    return absl::OkStatus();
  }

  std::size_t size() const { return entries_.size(); }

 private:
  bool IsCurrent(const ArticleVectors& vectors) const {
    const absl::StatusOr<Article> article = store_->Get({}, vectors.article_id);
    return article.ok() && article->revision == vectors.revision;
  }

  ArticleStore* const store_;
  std::map<std::pair<std::string, std::int64_t>, ArticleVectors> entries_;
};

}  // namespace clientele::qa::testing

#endif  // CLIENTELE_TESTS_CONTRACT_QA_FAKE_EMBEDDING_CACHE_H_
