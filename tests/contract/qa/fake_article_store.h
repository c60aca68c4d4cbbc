#ifndef CLIENTELE_TESTS_CONTRACT_QA_FAKE_ARTICLE_STORE_H_
#define CLIENTELE_TESTS_CONTRACT_QA_FAKE_ARTICLE_STORE_H_

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "common/status/error_details.h"
#include "services/qa-service/core/articles/article_store.h"

namespace clientele::qa::testing {

// The store's contract in memory. Thread-safe.
class FakeArticleStore final : public ArticleStore {
 public:
  absl::StatusOr<Article> Create(const RequestContext&, const MutationId& mutation,
                                 const Article& article) override {
    std::lock_guard lock(mutex_);
    return Once<Article>(created_, mutation, [&]() -> absl::StatusOr<Article> {
      if (articles_.count(article.id) > 0) return AlreadyExists(ArticleName(article.id));
      Article made = article;
      made.revision = ++revision_;
      return articles_[made.id] = made;
    });
  }

  absl::StatusOr<BatchCreated> CreateMissing(const RequestContext&, const MutationId& mutation,
                                             absl::Span<const Article> articles) override {
    std::lock_guard lock(mutex_);
    return Once<BatchCreated>(batches_, mutation, [&]() -> absl::StatusOr<BatchCreated> {
      BatchCreated result;
      for (const Article& article : articles) {
        if (articles_.count(article.id) > 0) {
          ++result.existing_count;
          continue;
        }
        Article made = article;
        made.revision = ++revision_;
        articles_[made.id] = made;
        ++result.created_count;
        result.last_revision = made.revision;
      }
      return result;
    });
  }

  absl::StatusOr<Article> Get(const RequestContext&, const std::string& id) override {
    std::lock_guard lock(mutex_);
    const auto it = articles_.find(id);
    if (it == articles_.end()) return NotFound(ArticleName(id));
    return it->second;
  }

  absl::StatusOr<ArticleSlice> List(const RequestContext&, const std::string& after_id,
                                    std::int64_t limit, std::int64_t max_bytes) override {
    std::lock_guard lock(mutex_);
    ArticleSlice slice;
    std::int64_t bytes = 0;
    for (auto it = articles_.upper_bound(after_id); it != articles_.end(); ++it) {
      bytes += static_cast<std::int64_t>(it->second.body.size());
      for (const std::string& question : it->second.questions) {
        bytes += static_cast<std::int64_t>(question.size());
      }
      const bool full = static_cast<std::int64_t>(slice.articles.size()) == limit;
      if (full || (!slice.articles.empty() && bytes > max_bytes)) {
        slice.more = true;
        break;
      }
      slice.articles.push_back(it->second);
    }
    return slice;
  }

  absl::StatusOr<Article> Update(const RequestContext&, const MutationId& mutation,
                                 const std::string& id, Edit edit) override {
    std::lock_guard lock(mutex_);
    return Once<Article>(created_, mutation, [&]() -> absl::StatusOr<Article> {
      const auto it = articles_.find(id);
      if (it == articles_.end()) return NotFound(ArticleName(id));
      absl::StatusOr<Article> next = edit(it->second);
      if (!next.ok()) return next;
      next->revision = ++revision_;
      return it->second = *next;
    });
  }

  absl::StatusOr<std::int64_t> Delete(const RequestContext&, const MutationId& mutation,
                                      const std::string& id, const std::string& etag) override {
    std::lock_guard lock(mutex_);
    return Once<std::int64_t>(deleted_, mutation, [&]() -> absl::StatusOr<std::int64_t> {
      const auto it = articles_.find(id);
      if (it == articles_.end()) return NotFound(ArticleName(id));
      if (!etag.empty() && etag != ArticleEtag(it->second)) return EtagMismatch(ArticleName(id));
      articles_.erase(it);
      tombstones_[++revision_] = id;
      return revision_;
    });
  }

  absl::StatusOr<std::vector<ArticleChange>> ChangesAfter(const RequestContext&,
                                                          std::int64_t revision,
                                                          std::int64_t limit) override {
    std::lock_guard lock(mutex_);
    if (away_) return UnavailableError(reason::kDatabaseUnavailable, "away", absl::Seconds(1));
    std::map<std::int64_t, ArticleChange> all;
    for (const auto& [id, article] : articles_) {
      all[article.revision] = {id, article.revision, false};
    }
    for (const auto& [r, id] : tombstones_) all[r] = {id, r, true};
    std::vector<ArticleChange> changes;
    for (auto it = all.upper_bound(revision); it != all.end(); ++it) {
      if (static_cast<std::int64_t>(changes.size()) == limit) break;
      changes.push_back(it->second);
    }
    return changes;
  }

  absl::StatusOr<std::vector<Article>> Load(const RequestContext&,
                                            absl::Span<const std::string> ids) override {
    std::lock_guard lock(mutex_);
    std::vector<Article> articles;
    for (const std::string& id : ids) {
      const auto it = articles_.find(id);
      if (it != articles_.end()) articles.push_back(it->second);
    }
    return articles;
  }

  void SetAway(bool away) {
    std::lock_guard lock(mutex_);
    away_ = away;
  }
  // As if the tombstones had been pruned.
  void DropTombstones() {
    std::lock_guard lock(mutex_);
    tombstones_.clear();
  }

 private:
  template <class T>
  using Results = std::map<std::string, std::pair<std::string, T>>;

  template <class T, class F>
  absl::StatusOr<T> Once(Results<T>& results, const MutationId& mutation, F&& mutate) {
    if (!mutation.idempotent()) return mutate();
    const std::string key = mutation.caller + "|" + mutation.method + "|" + mutation.request_id;
    const auto it = results.find(key);
    if (it != results.end()) {
      if (it->second.first == mutation.body_hash) return it->second.second;
      return WithReason(absl::InvalidArgumentError("request_id was used with another request"),
                        reason::kRequestIdReused);
    }
    absl::StatusOr<T> result = mutate();
    if (result.ok()) results[key] = {mutation.body_hash, *result};
    return result;
  }

  std::mutex mutex_;
  bool away_ = false;
  std::int64_t revision_ = 0;
  std::map<std::string, Article> articles_;
  std::map<std::int64_t, std::string> tombstones_;
  Results<Article> created_;
  Results<BatchCreated> batches_;
  Results<std::int64_t> deleted_;
};

}  // namespace clientele::qa::testing

#endif  // CLIENTELE_TESTS_CONTRACT_QA_FAKE_ARTICLE_STORE_H_
