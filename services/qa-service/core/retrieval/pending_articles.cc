#include "services/qa-service/core/retrieval/pending_articles.h"

#include <algorithm>

namespace clientele::qa {

std::optional<std::int64_t> PendingArticles::Add(const std::string& id, std::int64_t revision) {
  const auto it = revisions_.find(id);
  if (it != revisions_.end() && it->second == revision) return std::nullopt;
  const std::optional<std::int64_t> before = Erase(id);
  revisions_[id] = revision;
  unchecked_[revision] = id;
  return before;
}

std::optional<std::int64_t> PendingArticles::Erase(const std::string& id) {
  const auto it = revisions_.find(id);
  if (it == revisions_.end()) return std::nullopt;
  const std::int64_t revision = it->second;
  revisions_.erase(it);
  unchecked_.erase(revision);
  for_model_.erase(revision);
  aside_.erase(revision);
  failures_.erase(revision);
  return revision;
}

void PendingArticles::Finish(const std::string& id, std::int64_t revision) {
  const auto it = revisions_.find(id);
  if (it == revisions_.end() || it->second > revision) return;
  if (aside_.count(it->second) == 0) Erase(id);
}

std::vector<PendingArticles::Entry> PendingArticles::Unchecked(std::size_t count) const {
  std::vector<Entry> entries;
  for (auto it = unchecked_.begin(); it != unchecked_.end() && entries.size() < count; ++it) {
    entries.emplace_back(*it);
  }
  return entries;
}

void PendingArticles::NeedsModel(std::int64_t revision) {
  auto node = unchecked_.extract(revision);
  if (!node.empty()) for_model_.insert(std::move(node));
}

std::vector<PendingArticles::Entry> PendingArticles::ForModel(End end, std::size_t count) const {
  std::vector<Entry> entries;
  if (end == End::kOldest) {
    for (auto it = for_model_.begin(); it != for_model_.end() && entries.size() < count; ++it) {
      entries.emplace_back(*it);
    }
  } else {
    for (auto it = for_model_.rbegin(); it != for_model_.rend() && entries.size() < count; ++it) {
      entries.emplace_back(*it);
    }
  }
  return entries;
}

absl::Duration PendingArticles::SetAside(std::int64_t revision, absl::Time now) {
  auto node = for_model_.extract(revision);
  if (node.empty()) return absl::ZeroDuration();
  const int failures = ++failures_[revision];
  const absl::Duration delay =
      std::min(backoff_.longest, backoff_.first * (std::int64_t{1} << std::min(failures - 1, 30)));
  aside_[revision] = {std::move(node.mapped()), now + delay};
  return delay;
}

void PendingArticles::WaitForModel(std::int64_t revision) {
  auto node = for_model_.extract(revision);
  if (!node.empty()) aside_[revision] = {std::move(node.mapped()), absl::InfiniteFuture()};
}

void PendingArticles::Wake(absl::Time now, bool model_is_back) {
  for (auto it = aside_.begin(); it != aside_.end();) {
    const bool waits_for_model = it->second.time == absl::InfiniteFuture();
    if (waits_for_model ? model_is_back : it->second.time <= now) {
      for_model_[it->first] = std::move(it->second.id);
      it = aside_.erase(it);
    } else {
      ++it;
    }
  }
}

int PendingArticles::Failures(std::int64_t revision) const {
  const auto it = failures_.find(revision);
  return it == failures_.end() ? 0 : it->second;
}

std::vector<PendingArticles::Entry> PendingArticles::All() const {
  std::vector<Entry> entries;
  for (const auto& [id, revision] : revisions_) entries.emplace_back(revision, id);
  return entries;
}

}  // namespace clientele::qa
