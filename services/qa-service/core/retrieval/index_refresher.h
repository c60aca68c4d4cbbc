#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_INDEX_REFRESHER_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_INDEX_REFRESHER_H_

// Keeps this replica's index equal to the stored articles.
//
//   IndexRefresher refresher(&store, &cache, &embedder, clock, {});
//   PeriodicTask task(absl::Milliseconds(250), [&] { refresher.RunOnce(context); });
//   ...
//   const auto index = refresher.Snapshot();
//
// An iteration asks for the changes since the last one. Deleted articles leave the
// index at once. New and changed ones are embedded (or found in the cache) and added,
// as many as the iteration's time allows; the rest follows in the next iterations.
// Between two calls of the model, deletions are looked for again, so that a long
// import never keeps a deleted article citable.
//
// When the model changes, a second index is built beside the one that serves and
// takes its place when it is complete. Until then queries, which the old model can
// no longer embed, are searched by words alone.
//
// Thread-safe. Reading never waits for an iteration.

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/time/clock.h"
#include "services/qa-service/core/articles/article_store.h"
#include "services/qa-service/core/retrieval/article_preparation.h"
#include "services/qa-service/core/retrieval/embedding_cache.h"
#include "services/qa-service/core/retrieval/index_builder.h"
#include "services/qa-service/core/retrieval/knowledge_index.h"
#include "services/qa-service/core/retrieval/text_embedder.h"

namespace clientele::qa {

struct RefresherOptions {
  PassageOptions passages = {};
  // After this long an iteration takes no further articles. 0: one group an iteration.
  absl::Duration iteration_budget = absl::Milliseconds(250);
  // Between two checks for deletions during one iteration.
  absl::Duration deletion_interval = absl::Milliseconds(250);
  // Articles loaded at once, and texts in one call of the model.
  std::size_t group_articles = 16;
  std::size_t group_texts = 64;
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

  // One iteration; iterations are serialized. Errors are those of the store and the
  // embedder: what was added stays, the rest is tried again by the next iteration.
  // Failing to reach the cache is no error.
  absl::Status RunOnce(const RequestContext& context);

  // Null until every article that was stored at the start is in.
  std::shared_ptr<const KnowledgeIndex> Snapshot() const;
  bool ready() const { return Snapshot() != nullptr; }

  // Whether everything up to `revision` shows in Snapshot().
  bool HasApplied(std::int64_t revision) const;
  // Waits until HasApplied(revision), at most `timeout`; false when time ran out.
  bool WaitUntilApplied(std::int64_t revision, absl::Duration timeout) const;

  // Articles that wait to be added.
  std::size_t pending() const;

 private:
  // An index of one model's vectors, and what is still missing in it.
  struct Generation {
    explicit Generation(std::string model_id) : builder(std::move(model_id)) {}
    IndexBuilder builder;
    std::map<std::string, std::int64_t> pending;  // article id to revision
    // Added while another model served.
    std::map<std::string, std::int64_t> without_vectors;
  };

  absl::Status FetchChanges(const RequestContext& context);
  void Forget(const std::string& id);
  void NoteChanged(const std::string& id, std::int64_t revision);
  void FollowModel();
  absl::Status Fill(const RequestContext& context, Generation& generation, absl::Time end);
  absl::Status TakeGroup(const RequestContext& context, Generation& generation);
  absl::StatusOr<std::map<std::int64_t, std::vector<std::vector<float>>>> Vectors(
      const RequestContext& context, const Generation& generation,
      const std::vector<ArticleDraft>& drafts);
  absl::StatusOr<std::vector<std::vector<float>>> Embed(const RequestContext& context,
                                                        const std::string& model_id,
                                                        const std::vector<std::string>& texts);
  void Publish();

  ArticleStore* const store_;
  EmbeddingCache* const cache_;
  const TextEmbedder* const embedder_;
  const Clock* const clock_;
  const RefresherOptions options_;

  std::mutex iteration_mutex_;
  // Below: guarded by iteration_mutex_.
  std::int64_t known_revision_ = 0;
  absl::Time last_fetch_ = absl::InfinitePast();
  std::map<std::string, std::int64_t> articles_;  // living ones, with their revision
  std::optional<Generation> serving_;
  std::optional<Generation> next_;
  bool complete_ = false;  // serving_ has once had everything

  mutable std::mutex mutex_;
  mutable std::condition_variable published_;
  // Below: guarded by mutex_.
  std::shared_ptr<const KnowledgeIndex> snapshot_;
  std::int64_t seen_revision_ = 0;
  std::set<std::int64_t> pending_revisions_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_INDEX_REFRESHER_H_
