#include "services/qa-service/core/retrieval/applied_revisions.h"

#include <algorithm>

namespace clientele::qa {

void AppliedRevisions::Missing(std::int64_t revision) {
  std::lock_guard lock(mutex_);
  missing_.insert(revision);
}

void AppliedRevisions::Shows(std::int64_t revision) {
  {
    std::lock_guard lock(mutex_);
    if (missing_.erase(revision) == 0) return;
  }
  changed_.notify_all();
}

void AppliedRevisions::SeeUpTo(std::int64_t revision) {
  {
    std::lock_guard lock(mutex_);
    if (seen_ >= revision) return;
    seen_ = revision;
  }
  changed_.notify_all();
}

void AppliedRevisions::Serve() {
  {
    std::lock_guard lock(mutex_);
    if (serving_) return;
    serving_ = true;
  }
  changed_.notify_all();
}

void AppliedRevisions::ShowAll() {
  {
    std::lock_guard lock(mutex_);
    missing_.clear();
  }
  changed_.notify_all();
}

bool AppliedRevisions::Check(const RevisionRange& range) const {
  if (!serving_ || seen_ < range.last) return false;
  const auto first = missing_.lower_bound(range.first);
  return first == missing_.end() || *first > range.last;
}

bool AppliedRevisions::HasApplied(const RevisionRange& range) const {
  std::lock_guard lock(mutex_);
  return Check(range);
}

bool AppliedRevisions::Wait(const RevisionRange& range, absl::Duration timeout) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, absl::ToChronoMilliseconds(std::min(timeout, absl::Hours(1))),
                           [&] { return Check(range); });
}

std::size_t AppliedRevisions::missing() const {
  std::lock_guard lock(mutex_);
  return missing_.size();
}

}  // namespace clientele::qa
