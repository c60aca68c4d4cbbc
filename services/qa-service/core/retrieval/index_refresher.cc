#include "services/qa-service/core/retrieval/index_refresher.h"

#include <algorithm>
#include <future>
#include <thread>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/types/span.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::qa {
namespace {

// Loaded articles that are kept while others go before them.
constexpr std::size_t kMaxWork = 64;
// Splitting so many takes some tens of milliseconds.
constexpr std::size_t kArticlesForAThread = 512;

// Whether the model as a whole is away or busy, rather than unable to take a text.
bool ConcernsTheModel(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsResourceExhausted(status) ||
         absl::IsCancelled(status) || absl::IsAborted(status);
}

// Those whose vectors fit their texts; vectors of another way of splitting are computed again.
std::vector<PreparedArticle> PrepareSome(absl::Span<EmbeddedArticle> articles,
                                         const PassageOptions& options) {
  std::vector<PreparedArticle> prepared;
  for (EmbeddedArticle& found : articles) {
    ArticleDraft draft = DraftArticle(std::move(found.article), options);
    if (draft.texts.size() != found.rows.size()) continue;
    prepared.push_back(FinishArticle(std::move(draft), std::move(found.rows)));
  }
  return prepared;
}

// The same on all processors, where it is worth starting threads.
std::vector<PreparedArticle> PrepareAll(std::vector<EmbeddedArticle> articles,
                                        const PassageOptions& options) {
  const std::size_t threads =
      std::clamp<std::size_t>(articles.size() / kArticlesForAThread, 1,
                              std::max<std::size_t>(1, std::thread::hardware_concurrency()));
  const std::size_t share = (articles.size() + threads - 1) / threads;
  std::vector<std::future<std::vector<PreparedArticle>>> others;
  const auto all = absl::MakeSpan(articles);
  for (std::size_t begin = share; begin < articles.size(); begin += share) {
    others.push_back(std::async(std::launch::async, [part = all.subspan(begin, share), &options] {
      return PrepareSome(part, options);
    }));
  }
  std::vector<PreparedArticle> prepared = PrepareSome(all.subspan(0, share), options);
  for (auto& other : others) {
    for (PreparedArticle& article : other.get()) prepared.push_back(std::move(article));
  }
  return prepared;
}

absl::Status NoModel() {
  return UnavailableError(reason::kModelUnavailable,
                          "no text encoder serves; put a bundle in place", absl::Seconds(1));
}

}  // namespace

IndexRefresher::IndexRefresher(ArticleStore* store, EmbeddingCache* cache,
                               const TextEmbedder* embedder, const Clock* clock,
                               RefresherOptions options)
    : store_(store),
      cache_(cache),
      embedder_(embedder),
      clock_(clock),
      options_(std::move(options)) {}

absl::Status IndexRefresher::RunOnce(const RequestContext& context) {
  std::lock_guard iteration(iteration_mutex_);
  has_more_ = false;
  const absl::Time end = clock_->Now() + options_.iteration_budget;
  if (!serving_.has_value()) {
    std::string model_id = embedder_->model_id();
    if (model_id.empty()) return NoModel();
    Start(std::move(model_id));
  }
  absl::Status status = FetchChanges(context);
  if (last_fetch_ == absl::InfinitePast()) return status;  // nothing is known yet
  FollowModel();
  if (status.ok()) status = Fill(context, *serving_, end);
  if (status.ok() && next_.has_value()) status = Fill(context, *next_, end);
  FinishNext();
  has_more_ =
      status.ok() && (!serving_->pending.empty() || (next_.has_value() && !next_->pending.empty()));
  set_aside_ = serving_->pending.aside();
  return status;
}

// A complete second index serves with its model, or is shown while that waits.
void IndexRefresher::FinishNext() {
  candidate_pending_ = next_.has_value() ? next_->pending.missing() : 0;
  std::shared_ptr<const KnowledgeIndex> candidate;
  if (next_.has_value() && next_->pending.empty()) {
    next_->builder.EndLoading();
    if (next_->builder.model_id() == embedder_->model_id()) {
      serving_ = std::move(next_);
      next_.reset();
      applied_.ShowAll();
    } else if (next_->builder.model_id() == embedder_->candidate_id()) {
      candidate = next_->builder.Snapshot();
    }
  }
  Publish();
  std::lock_guard lock(snapshot_mutex_);
  candidate_.swap(candidate);
}

RequestContext IndexRefresher::StoreContext(const RequestContext& context) const {
  RequestContext own = context;
  own.deadline = clock_->Now() + options_.store_timeout;
  return own;
}

absl::Status IndexRefresher::FetchChanges(const RequestContext& context) {
  const bool first = last_fetch_ == absl::InfinitePast();
  const bool from_start = clock_->Now() - last_fetch_ > options_.max_gap;
  std::int64_t revision = from_start ? 0 : known_revision_;
  absl::flat_hash_set<std::string> listed;
  bool removed = false;
  while (true) {
    CLIENTELE_ASSIGN_OR_RETURN(
        const std::vector<ArticleChange> changes,
        store_->ChangesAfter(StoreContext(context), revision, options_.changes_page));
    for (const ArticleChange& change : changes) {
      revision = change.revision;
      if (change.deleted) {
        Forget(change.id);
        removed = true;
      } else {
        if (from_start && !first) listed.insert(change.id);
        NoteChanged(change.id, change.revision);
      }
    }
    if (changes.size() < static_cast<std::size_t>(options_.changes_page)) break;
  }
  if (from_start && !first) {
    std::vector<std::string> known = serving_->builder.Ids();
    for (auto& [r, id] : serving_->pending.All()) known.push_back(id);
    for (const std::string& id : known) {
      if (listed.contains(id)) continue;
      Forget(id);
      removed = true;
    }
  }
  known_revision_ = std::max(known_revision_, revision);
  last_fetch_ = clock_->Now();
  if (removed) Publish();
  applied_.SeeUpTo(known_revision_);
  return absl::OkStatus();
}

void IndexRefresher::Forget(const std::string& id) {
  for (std::optional<Generation>* generation : {&serving_, &next_}) {
    if (!generation->has_value()) continue;
    (*generation)->builder.Remove(id);
    if (const auto revision = (*generation)->pending.Erase(id)) {
      (*generation)->work.erase(*revision);
      if (Serves(**generation)) applied_.Shows(*revision);
    }
  }
}

void IndexRefresher::NoteChanged(const std::string& id, std::int64_t revision) {
  for (std::optional<Generation>* generation : {&serving_, &next_}) {
    if (!generation->has_value() || (*generation)->builder.RevisionOf(id) >= revision) continue;
    const auto before = (*generation)->pending.Add(id, revision);
    if (before.has_value()) (*generation)->work.erase(*before);
    if (!Serves(**generation)) continue;
    applied_.Missing(revision);
    if (before.has_value()) applied_.Shows(*before);
  }
}

bool IndexRefresher::Serves(const Generation& generation) const {
  return serving_.has_value() && &generation == &*serving_;
}

void IndexRefresher::Start(std::string model_id) {
  std::optional<Generation> before = std::move(serving_);
  serving_.emplace(std::move(model_id), options_.backoff);
  if (!before.has_value()) return;
  for (const std::string& id : before->builder.Ids()) {
    NoteChanged(id, before->builder.RevisionOf(id));
  }
  for (const auto& [revision, id] : before->pending.All()) NoteChanged(id, revision);
}

void IndexRefresher::FollowModel() {
  const std::string model_id = embedder_->model_id();
  if (model_id.empty()) return;
  const bool follows = serving_->builder.model_id() == model_id;
  // What serves comes before what waits.
  const std::string wanted = follows ? embedder_->candidate_id() : model_id;
  if (!follows && !complete_) {
    Start(model_id);
  } else if (wanted.empty() || !complete_) {
    next_.reset();
  } else if (!next_.has_value() || next_->builder.model_id() != wanted) {
    next_.emplace(wanted, options_.backoff);
    for (const std::string& id : serving_->builder.Ids()) {
      next_->pending.Add(id, serving_->builder.RevisionOf(id));
    }
    for (const auto& [revision, id] : serving_->pending.All()) next_->pending.Add(id, revision);
  }
}

absl::Status IndexRefresher::Fill(const RequestContext& context, Generation& generation,
                                  absl::Time end) {
  generation.pending.Wake(clock_->Now(), embedder_->CanEmbed(generation.builder.model_id()));
  while (generation.pending.has_unchecked() || generation.pending.has_for_model()) {
    bool found = false;
    if (generation.pending.has_unchecked()) {
      CLIENTELE_ASSIGN_OR_RETURN(found, TakeStored(context, generation));
    }
    if (!found && generation.pending.has_for_model()) {
      if (embedder_->model_id().empty()) return NoModel();
      if (embedder_->CanEmbed(generation.builder.model_id())) {
        CLIENTELE_RETURN_IF_ERROR(CallModel(context, generation));
      } else if (Serves(generation)) {
        CLIENTELE_RETURN_IF_ERROR(TakeByWords(context, generation));
      } else {
        return absl::OkStatus();  // its model has just gone: the next iteration follows
      }
    }
    if (clock_->Now() >= end) break;
    if (clock_->Now() - last_fetch_ > options_.deletion_interval) {
      FetchChanges(context).IgnoreError();  // the next iteration reports it
    }
  }
  return absl::OkStatus();
}

// Whether any was found.
absl::StatusOr<bool> IndexRefresher::TakeStored(const RequestContext& context,
                                                Generation& generation) {
  std::vector<std::int64_t> revisions;
  for (const auto& [revision, id] : generation.pending.Unchecked(options_.stored_group)) {
    revisions.push_back(revision);
  }
  CLIENTELE_ASSIGN_OR_RETURN(
      EmbeddedArticles stored,
      cache_->Find(StoreContext(context), EmbeddingKey(generation.builder.model_id()), revisions,
                   options_.stored_group_bytes));
  const std::vector<PreparedArticle> prepared =
      PrepareAll(std::move(stored.articles), options_.passages);
  Add(generation, prepared);
  for (const std::int64_t revision : revisions) {
    if (revision <= stored.through) generation.pending.NeedsModel(revision);
  }
  return !prepared.empty();
}

// Another model serves than the one of this index: words alone, until its successor is complete.
absl::Status IndexRefresher::TakeByWords(const RequestContext& context, Generation& generation) {
  const auto entries =
      generation.pending.ForModel(PendingArticles::End::kOldest, options_.group_articles);
  CLIENTELE_RETURN_IF_ERROR(LoadWork(context, generation, entries));
  std::vector<PreparedArticle> prepared;
  std::vector<std::int64_t> revisions;
  for (const auto& [revision, id] : entries) {
    const auto it = generation.work.find(revision);
    if (it == generation.work.end()) continue;
    revisions.push_back(revision);
    prepared.push_back(FinishArticle(std::move(it->second.draft), {}));
    generation.work.erase(it);
  }
  for (const std::int64_t revision : revisions) generation.pending.WaitForModel(revision);
  Add(generation, prepared);
  return absl::OkStatus();
}

absl::Status IndexRefresher::CallModel(const RequestContext& context, Generation& generation) {
  generation.end = generation.end == PendingArticles::End::kOldest ? PendingArticles::End::kNewest
                                                                   : PendingArticles::End::kOldest;
  const auto entries = generation.pending.ForModel(generation.end, options_.group_articles);
  CLIENTELE_RETURN_IF_ERROR(LoadWork(context, generation, entries));
  const Call call = NextCall(generation, entries);
  if (call.texts.empty()) return absl::OkStatus();
  int failures = 0;
  for (const Call::Part& part : call.parts) {
    failures = std::max(failures, generation.pending.Failures(part.revision));
  }
  RequestContext own = context;
  own.priority = Priority::kBackground;
  const absl::Time start = clock_->Now();
  own.deadline =
      start + std::min(options_.longest_call_timeout,
                       options_.call_timeout * (std::int64_t{1} << std::min(failures, 20)));
  absl::StatusOr<EmbeddedTexts> embedded =
      embedder_->EmbedBy(own, generation.builder.model_id(), call.texts);
  AdaptCallSize(call.texts.size(), clock_->Now() - start);
  if (!embedded.ok()) {
    if (ConcernsTheModel(embedded.status())) return embedded.status();
    NoteFailure(generation, call, embedded.status());
    return absl::OkStatus();
  }
  if (embedded->model_id != generation.builder.model_id()) {
    return absl::AbortedError("the text encoder was replaced; the index follows");
  }
  std::size_t row = 0;
  for (const Call::Part& part : call.parts) {
    Work& work = generation.work.at(part.revision);
    for (std::size_t i = 0; i < part.texts; ++i) {
      work.rows.push_back(std::move(embedded->rows[row++]));
    }
  }
  Finish(context, generation, call);
  return absl::OkStatus();
}

// Loads and splits those of the articles that are not there yet.
absl::Status IndexRefresher::LoadWork(const RequestContext& context, Generation& generation,
                                      const std::vector<PendingArticles::Entry>& entries) {
  std::vector<std::string> ids;
  for (const auto& [revision, id] : entries) {
    if (generation.work.count(revision) == 0) ids.push_back(id);
  }
  if (ids.empty()) return absl::OkStatus();
  if (generation.work.size() > kMaxWork) generation.work.clear();
  ids.clear();
  for (const auto& [revision, id] : entries) {
    if (generation.work.count(revision) == 0) ids.push_back(id);
  }
  CLIENTELE_ASSIGN_OR_RETURN(std::vector<Article> articles,
                             store_->Load(StoreContext(context), ids));
  absl::flat_hash_set<std::string> gone(ids.begin(), ids.end());
  for (Article& article : articles) {
    const std::int64_t revision = article.revision;
    const std::string id = article.id;
    gone.erase(id);
    const bool waits = std::any_of(entries.begin(), entries.end(), [&](const auto& entry) {
      return entry.first == revision && entry.second == id;
    });
    if (!waits) {
      NoteChanged(id, revision);  // it has just been changed
      continue;
    }
    generation.work[revision].draft = DraftArticle(std::move(article), options_.passages);
  }
  for (const std::string& id : gone) {  // their deletion is on its way
    const auto revision = generation.pending.Erase(id);
    if (revision.has_value() && Serves(generation)) applied_.Shows(*revision);
  }
  return absl::OkStatus();
}

IndexRefresher::Call IndexRefresher::NextCall(
    const Generation& generation, const std::vector<PendingArticles::Entry>& entries) const {
  Call call;
  for (const auto& [revision, id] : entries) {
    const auto it = generation.work.find(revision);
    if (it == generation.work.end()) continue;
    const Work& work = it->second;
    if (work.alone && !call.parts.empty()) continue;
    const std::size_t room = std::min(call_texts_, options_.group_texts) - call.texts.size();
    const std::size_t texts = std::min(room, work.remaining());
    const auto first = work.draft.texts.begin() + static_cast<std::ptrdiff_t>(work.rows.size());
    call.texts.insert(call.texts.end(), first, first + static_cast<std::ptrdiff_t>(texts));
    call.parts.push_back({revision, texts});
    if (work.alone || texts == room) break;
  }
  return call;
}

void IndexRefresher::AdaptCallSize(std::size_t texts, absl::Duration took) {
  if (took > 2 * options_.call_target) {
    call_texts_ = std::max<std::size_t>(1, std::min(texts, call_texts_) / 2);
  } else if (2 * took < options_.call_target && texts >= call_texts_) {
    call_texts_ = std::min(options_.group_texts, 2 * call_texts_);
  }
}

void IndexRefresher::NoteFailure(Generation& generation, const Call& call,
                                 const absl::Status& status) {
  if (call.parts.size() > 1) {  // which of them was it?
    for (const Call::Part& part : call.parts) generation.work.at(part.revision).alone = true;
    return;
  }
  if (absl::IsDeadlineExceeded(status) && call.texts.size() > 1) {
    call_texts_ = std::max<std::size_t>(1, call.texts.size() / 2);
    return;
  }
  const std::int64_t revision = call.parts.front().revision;
  const auto it = generation.work.find(revision);
  const std::string id = it->second.draft.article.id;
  const PreparedArticle prepared = FinishArticle(std::move(it->second.draft), {});
  generation.work.erase(it);
  const absl::Duration delay = generation.pending.SetAside(revision, clock_->Now());
  ++failures_;
  if (options_.on_failure) options_.on_failure(id, status, delay);
  Add(generation, {prepared});
}

// Adds and stores the articles of the call that have all their vectors.
void IndexRefresher::Finish(const RequestContext& context, Generation& generation,
                            const Call& call) {
  std::vector<PreparedArticle> prepared;
  std::vector<ArticleVectors> vectors;
  for (const Call::Part& part : call.parts) {
    const auto it = generation.work.find(part.revision);
    if (it->second.remaining() > 0) continue;
    vectors.push_back({it->second.draft.article.id, part.revision, it->second.rows});
    prepared.push_back(FinishArticle(std::move(it->second.draft), std::move(it->second.rows)));
    generation.work.erase(it);
  }
  if (prepared.empty()) return;
  cache_->Put(StoreContext(context), EmbeddingKey(generation.builder.model_id()), vectors)
      .IgnoreError();
  Add(generation, prepared);
}

// Into the index; those that are not set aside wait no longer.
void IndexRefresher::Add(Generation& generation, const std::vector<PreparedArticle>& prepared) {
  if (prepared.empty()) return;
  generation.builder.Put(prepared);
  for (const PreparedArticle& added : prepared) {
    generation.pending.Finish(std::string(added.indexed->article.id),
                              added.indexed->article.revision);
  }
  if (!Serves(generation)) return;
  Publish();
  for (const PreparedArticle& added : prepared) applied_.Shows(added.indexed->article.revision);
}

void IndexRefresher::Publish() {
  if (!complete_ && serving_->pending.empty()) {
    serving_->builder.EndLoading();
    complete_ = true;
  }
  if (!complete_ && !options_.serve_incomplete) return;
  std::shared_ptr<const KnowledgeIndex> snapshot = serving_->builder.Snapshot();
  {
    std::lock_guard lock(snapshot_mutex_);
    snapshot_.swap(snapshot);
  }
  applied_.Serve();
}

std::shared_ptr<const KnowledgeIndex> IndexRefresher::Candidate() const {
  std::lock_guard lock(snapshot_mutex_);
  return candidate_;
}

std::shared_ptr<const KnowledgeIndex> IndexRefresher::Snapshot() const {
  std::lock_guard lock(snapshot_mutex_);
  return snapshot_;
}

}  // namespace clientele::qa
