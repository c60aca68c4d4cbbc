#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_INDEX_REFRESHER_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_INDEX_REFRESHER_H_

// Keeps this replica's index equal to the stored articles.
//
//   IndexRefresher refresher(&store, &cache, &embedder, clock, {});
//   PeriodicTask task(absl::Milliseconds(250), [&] {
//     refresher.RunOnce(context);
//     if (refresher.has_more()) task.Wake();   // no pause while articles wait
//   });
//   ...
//   const auto index = refresher.Snapshot();
//
// An iteration asks for the changes since the last one. Deleted articles leave the
// index at once. Articles whose vectors are stored are added in large groups; the
// others go through the model, a few texts a call, as many calls as the iteration's
// time allows. Calls serve the newest articles and the oldest in turn: what was just
// created does not wait for an import, and nothing waits for good. Each call has a
// deadline of its own and takes as many texts as the model manages in call_target, so
// that a slow model makes calls small, not late. What is computed of an article is kept
// from call to call, and stored as soon as the article is complete.
//
// An article that the model fails on is indexed by its words alone and tried again
// later, ever more rarely, with ever more time; others go on meanwhile.
//
// Between two calls of the model, deletions are looked for again, so that a long
// import never keeps a deleted article citable.
//
// When another version of the model waits (TextEmbedder::candidate_id), a second index is built
// beside the one that serves; Candidate() shows it once it is complete. When that version serves,
// the index takes the place of the other, whole. An index whose version is no longer in memory
// takes in articles by their words alone.
//
// Thread-safe. Reading never waits for an iteration.

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/time/clock.h"
#include "services/qa-service/core/articles/article_store.h"
#include "services/qa-service/core/retrieval/applied_revisions.h"
#include "services/qa-service/core/retrieval/article_preparation.h"
#include "services/qa-service/core/retrieval/embedding_cache.h"
#include "services/qa-service/core/retrieval/index_builder.h"
#include "services/qa-service/core/retrieval/knowledge_index.h"
#include "services/qa-service/core/retrieval/pending_articles.h"
#include "services/qa-service/core/retrieval/text_embedder.h"

namespace clientele::qa {

struct RefresherOptions {
  PassageOptions passages = {};
  // After this long an iteration takes no further articles. 0: one group an iteration.
  absl::Duration iteration_budget = absl::Milliseconds(250);
  // Between two checks for changes during one iteration.
  absl::Duration deletion_interval = absl::Milliseconds(250);
  // Articles whose stored vectors are read at once, and their bytes.
  std::size_t stored_group = 2048;
  std::int64_t stored_group_bytes = 16 << 20;
  // Articles loaded at once for the model, and the most texts in one call of it.
  std::size_t group_articles = 16;
  std::size_t group_texts = 64;
  // How long a call of the model should take, and how long it may; each failure of an
  // article doubles the time for its next call, up to the longest.
  absl::Duration call_target = absl::Milliseconds(500);
  absl::Duration call_timeout = absl::Seconds(30);
  absl::Duration longest_call_timeout = absl::Minutes(10);
  // Of one read or write of the store.
  absl::Duration store_timeout = absl::Seconds(30);
  BackoffOptions backoff = {};
  // Whether an index that still lacks articles serves.
  bool serve_incomplete = false;
  // Called when the model fails on an article, with the time until it is tried again.
  // May be empty.
  std::function<void(const std::string& article_id, const absl::Status& status,
                     absl::Duration retry_after)>
      on_failure = {};
  // Changes read at once.
  std::int64_t changes_page = 1000;
  // A replica that read no changes for this long starts over, because tombstones
  // may be gone. Less than the time for which the store keeps them.
  absl::Duration max_gap = absl::Hours(24 * 3);
};

class IndexRefresher {
 public:
  // All borrowed; they outlive this.
  IndexRefresher(ArticleStore* store, EmbeddingCache* cache, const TextEmbedder* embedder,
                 const Clock* clock, RefresherOptions options);

  // One iteration; iterations are serialized. Of the context, the cancellation counts, not the
  // deadline. Errors are those of the store and of a model that is not there or busy: what was
  // added stays, the rest is tried again by the next iteration. A failure to store vectors is no
  // error.
  absl::Status RunOnce(const RequestContext& context);
  // Whether the last iteration ran out of time before it ran out of articles.
  bool has_more() const { return has_more_.load(std::memory_order_relaxed); }

  // Null until every article that was stored at the start is in, or, with serve_incomplete, until
  // the first look.
  std::shared_ptr<const KnowledgeIndex> Snapshot() const;
  bool ready() const { return Snapshot() != nullptr; }

  // The complete index of the version that waits; null while there is none.
  std::shared_ptr<const KnowledgeIndex> Candidate() const;
  // Articles that it lacks.
  std::size_t candidate_pending() const {
    return candidate_pending_.load(std::memory_order_relaxed);
  }

  // Whether these changes show in Snapshot().
  bool HasApplied(const RevisionRange& revisions) const { return applied_.HasApplied(revisions); }
  // Waits until they do, at most `timeout`; false when time ran out.
  bool WaitUntilApplied(const RevisionRange& revisions, absl::Duration timeout) const {
    return applied_.Wait(revisions, timeout);
  }

  // Articles that wait to be added.
  std::size_t pending() const { return applied_.missing(); }
  // Articles that are indexed by words alone, because the model failed on them.
  std::size_t set_aside() const { return set_aside_.load(std::memory_order_relaxed); }
  // Failures of the model on an article, since the start.
  std::uint64_t failures() const { return failures_.load(std::memory_order_relaxed); }

 private:
  // An article that goes through the model.
  struct Work {
    ArticleDraft draft;
    std::vector<std::vector<float>> rows;  // of the first texts of the draft
    bool alone = false;                    // a call with others failed

    std::size_t remaining() const { return draft.texts.size() - rows.size(); }
  };

  // An index of one model's vectors, and what is still missing in it.
  struct Generation {
    Generation(std::string model_id, const BackoffOptions& backoff)
        : builder(std::move(model_id)), pending(backoff) {}
    IndexBuilder builder;
    PendingArticles pending;
    std::map<std::int64_t, Work> work;  // by revision
    PendingArticles::End end = PendingArticles::End::kOldest;
  };

  // The texts of one call.
  struct Call {
    struct Part {
      std::int64_t revision;
      std::size_t texts;
    };
    std::vector<Part> parts;
    std::vector<std::string> texts;
  };

  RequestContext StoreContext(const RequestContext& context) const;
  absl::Status FetchChanges(const RequestContext& context);
  void Forget(const std::string& id);
  void NoteChanged(const std::string& id, std::int64_t revision);
  void FollowModel();
  void Start(std::string model_id);
  bool Serves(const Generation& generation) const;

  absl::Status Fill(const RequestContext& context, Generation& generation, absl::Time end);
  absl::StatusOr<bool> TakeStored(const RequestContext& context, Generation& generation);
  absl::Status TakeByWords(const RequestContext& context, Generation& generation);
  absl::Status CallModel(const RequestContext& context, Generation& generation);
  absl::Status LoadWork(const RequestContext& context, Generation& generation,
                        const std::vector<PendingArticles::Entry>& entries);
  Call NextCall(const Generation& generation,
                const std::vector<PendingArticles::Entry>& entries) const;
  void AdaptCallSize(std::size_t texts, absl::Duration took);
  void NoteFailure(Generation& generation, const Call& call, const absl::Status& status);
  void Finish(const RequestContext& context, Generation& generation, const Call& call);
  void Add(Generation& generation, const std::vector<PreparedArticle>& prepared);
  void Publish();
  void FinishNext();

  ArticleStore* const store_;
  EmbeddingCache* const cache_;
  const TextEmbedder* const embedder_;
  const Clock* const clock_;
  const RefresherOptions options_;

  std::mutex iteration_mutex_;
  // Below: guarded by iteration_mutex_.
  std::int64_t known_revision_ = 0;
  absl::Time last_fetch_ = absl::InfinitePast();
  std::optional<Generation> serving_;
  std::optional<Generation> next_;
  bool complete_ = false;  // serving_ has once had everything
  std::size_t call_texts_ = 4;

  AppliedRevisions applied_;
  std::atomic<bool> has_more_{false};
  std::atomic<std::size_t> set_aside_{0};
  std::atomic<std::uint64_t> failures_{0};
  std::atomic<std::size_t> candidate_pending_{0};

  mutable std::mutex snapshot_mutex_;
  std::shared_ptr<const KnowledgeIndex> snapshot_;   // guarded by snapshot_mutex_
  std::shared_ptr<const KnowledgeIndex> candidate_;  // guarded by snapshot_mutex_
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_INDEX_REFRESHER_H_
