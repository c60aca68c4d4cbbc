#include "services/qa-service/core/retrieval/index_refresher.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::qa {
namespace {

// Whether trying again later may help.
bool IsTransient(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsResourceExhausted(status) ||
         absl::IsDeadlineExceeded(status) || absl::IsCancelled(status) || absl::IsAborted(status);
}

}  // namespace

IndexRefresher::IndexRefresher(ArticleStore* store, EmbeddingCache* cache,
                               const TextEmbedder* embedder, const Clock* clock,
                               RefresherOptions options)
    : store_(store), cache_(cache), embedder_(embedder), clock_(clock), options_(options) {}

absl::Status IndexRefresher::RunOnce(const RequestContext& context) {
  std::lock_guard iteration(iteration_mutex_);
  const absl::Time end = clock_->Now() + options_.iteration_budget;
  absl::Status status = FetchChanges(context);
  if (last_fetch_ == absl::InfinitePast()) return status;  // nothing is known yet
  FollowModel();
  if (status.ok() && serving_.has_value()) status = Fill(context, *serving_, end);
  if (status.ok() && next_.has_value()) status = Fill(context, *next_, end);
  if (next_.has_value() && next_->pending.empty()) {
    serving_ = std::move(next_);
    next_.reset();
  }
  Publish();
  if (status.ok() && !serving_.has_value()) {
    return UnavailableError(reason::kModelUnavailable,
                            "no text encoder serves; put a bundle in place", absl::Seconds(1));
  }
  return status;
}

absl::Status IndexRefresher::FetchChanges(const RequestContext& context) {
  const bool from_start = clock_->Now() - last_fetch_ > options_.max_gap;
  std::int64_t revision = from_start ? 0 : known_revision_;
  std::set<std::string> listed;
  bool removed = false;
  while (true) {
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<ArticleChange> changes,
                               store_->ChangesAfter(context, revision, options_.changes_page));
    for (const ArticleChange& change : changes) {
      revision = change.revision;
      if (change.deleted) {
        Forget(change.id);
        removed = true;
      } else {
        listed.insert(change.id);
        NoteChanged(change.id, change.revision);
      }
    }
    if (changes.size() < static_cast<std::size_t>(options_.changes_page)) break;
  }
  if (from_start) {
    std::vector<std::string> gone;
    for (const auto& [id, r] : articles_) {
      if (listed.count(id) == 0) gone.push_back(id);
    }
    for (const std::string& id : gone) Forget(id);
    removed = removed || !gone.empty();
  }
  known_revision_ = std::max(known_revision_, revision);
  last_fetch_ = clock_->Now();
  if (removed) Publish();
  return absl::OkStatus();
}

void IndexRefresher::Forget(const std::string& id) {
  articles_.erase(id);
  for (std::optional<Generation>* generation : {&serving_, &next_}) {
    if (!generation->has_value()) continue;
    (*generation)->builder.Remove(id);
    (*generation)->pending.erase(id);
    (*generation)->without_vectors.erase(id);
  }
}

void IndexRefresher::NoteChanged(const std::string& id, std::int64_t revision) {
  articles_[id] = revision;
  for (std::optional<Generation>* generation : {&serving_, &next_}) {
    if (generation->has_value() && (*generation)->builder.RevisionOf(id) < revision) {
      (*generation)->pending[id] = revision;
    }
  }
}

void IndexRefresher::FollowModel() {
  const std::string model_id = embedder_->model_id();
  if (model_id.empty()) return;
  if (!serving_.has_value()) {
    serving_.emplace(model_id);
    serving_->pending = articles_;
  } else if (serving_->builder.model_id() == model_id) {
    next_.reset();
    serving_->pending.merge(serving_->without_vectors);
    serving_->without_vectors.clear();
  } else if (!complete_) {
    serving_.emplace(model_id);
    serving_->pending = articles_;
  } else if (!next_.has_value() || next_->builder.model_id() != model_id) {
    next_.emplace(model_id);
    next_->pending = articles_;
  }
}

absl::Status IndexRefresher::Fill(const RequestContext& context, Generation& generation,
                                  absl::Time end) {
  while (!generation.pending.empty()) {
    CLIENTELE_RETURN_IF_ERROR(TakeGroup(context, generation));
    if (clock_->Now() >= end) break;
  }
  return absl::OkStatus();
}

absl::Status IndexRefresher::TakeGroup(const RequestContext& context, Generation& generation) {
  std::vector<std::string> ids;
  for (const auto& [id, revision] : generation.pending) {
    ids.push_back(id);
    if (ids.size() == options_.group_articles) break;
  }
  CLIENTELE_ASSIGN_OR_RETURN(std::vector<Article> articles, store_->Load(context, ids));
  std::set<std::string> gone(ids.begin(), ids.end());  // their deletion is on its way
  std::vector<ArticleDraft> drafts;
  for (Article& article : articles) {
    gone.erase(article.id);
    drafts.push_back(DraftArticle(std::move(article), options_.passages));
  }
  // Another model serves than the one of this index: words alone, until its
  // successor is complete.
  std::map<std::int64_t, std::vector<std::vector<float>>> vectors;
  const std::string model_id = embedder_->model_id();
  const bool same_model = model_id == generation.builder.model_id();
  if (same_model) {
    CLIENTELE_ASSIGN_OR_RETURN(vectors, Vectors(context, generation, drafts));
  } else if (model_id.empty()) {
    return UnavailableError(reason::kModelUnavailable,
                            "no text encoder serves; put a bundle in place", absl::Seconds(1));
  }
  std::vector<PreparedArticle> prepared;
  for (ArticleDraft& draft : drafts) {
    // It may have been deleted while the model worked.
    if (articles_.count(draft.article.id) == 0) continue;
    if (!same_model) generation.without_vectors[draft.article.id] = draft.article.revision;
    auto rows = std::move(vectors[draft.article.revision]);
    prepared.push_back(FinishArticle(std::move(draft), std::move(rows)));
  }
  generation.builder.Put(prepared);
  for (const std::string& id : ids) {
    const auto it = generation.pending.find(id);
    if (it == generation.pending.end()) continue;
    if (gone.count(id) > 0 || generation.builder.RevisionOf(id) >= it->second) {
      generation.pending.erase(it);
    }
  }
  if (&generation == &*serving_) Publish();
  return absl::OkStatus();
}

absl::StatusOr<std::map<std::int64_t, std::vector<std::vector<float>>>> IndexRefresher::Vectors(
    const RequestContext& context, const Generation& generation,
    const std::vector<ArticleDraft>& drafts) {
  const std::string& model_id = generation.builder.model_id();
  std::vector<std::int64_t> revisions;
  for (const ArticleDraft& draft : drafts) revisions.push_back(draft.article.revision);
  std::map<std::int64_t, std::vector<std::vector<float>>> vectors;
  auto cached = cache_->Find(context, EmbeddingKey(model_id), revisions);
  if (cached.ok()) {
    for (auto& [revision, entry] : *cached) vectors[revision] = std::move(entry.rows);
  }
  std::vector<ArticleVectors> computed;
  for (const ArticleDraft& draft : drafts) {
    std::vector<std::vector<float>>& rows = vectors[draft.article.revision];
    if (rows.size() == draft.texts.size()) continue;
    auto embedded = Embed(context, model_id, draft.texts);
    if (!embedded.ok()) {
      if (IsTransient(embedded.status())) return embedded.status();
      rows.clear();  // the model cannot take this article: words alone find it
      continue;
    }
    rows = *std::move(embedded);
    computed.push_back({draft.article.id, draft.article.revision, rows});
  }
  if (!computed.empty()) cache_->Put(context, EmbeddingKey(model_id), computed).IgnoreError();
  return vectors;
}

absl::StatusOr<std::vector<std::vector<float>>> IndexRefresher::Embed(
    const RequestContext& context, const std::string& model_id,
    const std::vector<std::string>& texts) {
  std::vector<std::vector<float>> rows;
  for (std::size_t begin = 0; begin < texts.size(); begin += options_.group_texts) {
    const absl::Span<const std::string> group =
        absl::MakeConstSpan(texts).subspan(begin, options_.group_texts);
    CLIENTELE_ASSIGN_OR_RETURN(EmbeddedTexts embedded, embedder_->Embed(context, group));
    if (embedded.model_id != model_id) {
      return absl::AbortedError("the text encoder was replaced; the index follows");
    }
    for (auto& row : embedded.rows) rows.push_back(std::move(row));
    if (clock_->Now() - last_fetch_ > options_.deletion_interval) {
      FetchChanges(context).IgnoreError();  // the next iteration reports it
    }
  }
  return rows;
}

void IndexRefresher::Publish() {
  if (!serving_.has_value()) return;
  complete_ = complete_ || serving_->pending.empty();
  std::shared_ptr<const KnowledgeIndex> snapshot = serving_->builder.Snapshot();
  {
    std::lock_guard lock(mutex_);
    if (complete_) snapshot_ = std::move(snapshot);
    seen_revision_ = known_revision_;
    pending_revisions_.clear();
    for (const auto& [id, revision] : serving_->pending) pending_revisions_.insert(revision);
  }
  published_.notify_all();
}

std::shared_ptr<const KnowledgeIndex> IndexRefresher::Snapshot() const {
  std::lock_guard lock(mutex_);
  return snapshot_;
}

bool IndexRefresher::HasApplied(std::int64_t revision) const {
  std::lock_guard lock(mutex_);
  return snapshot_ != nullptr && seen_revision_ >= revision &&
         (pending_revisions_.empty() || *pending_revisions_.begin() > revision);
}

bool IndexRefresher::WaitUntilApplied(std::int64_t revision, absl::Duration timeout) const {
  std::unique_lock lock(mutex_);
  return published_.wait_for(
      lock, absl::ToChronoMilliseconds(std::min(timeout, absl::Hours(1))), [&] {
        return snapshot_ != nullptr && seen_revision_ >= revision &&
               (pending_revisions_.empty() || *pending_revisions_.begin() > revision);
      });
}

std::size_t IndexRefresher::pending() const {
  std::lock_guard lock(mutex_);
  return pending_revisions_.size();
}

}  // namespace clientele::qa
