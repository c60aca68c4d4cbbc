#include "services/profile-service/core/changes/recent_changes.h"

#include <iterator>
#include <utility>

namespace clientele::profile {
namespace {

int64_t EndOf(const std::pair<const int64_t, std::vector<Change>>& run) {
  return run.first + static_cast<int64_t>(run.second.size());
}

int64_t BytesOf(const std::vector<Change>& changes) {
  int64_t bytes = 0;
  for (const Change& change : changes) bytes += BytesOf(change);
  return bytes;
}

}  // namespace

RecentChanges::Reader::Reader(RecentChanges& recent) : recent_(recent) {
  std::lock_guard lock(recent_.mutex_);
  ++recent_.readers_;
}

RecentChanges::Reader::~Reader() {
  std::lock_guard lock(recent_.mutex_);
  if (--recent_.readers_ == 0) recent_.ClearLocked();
}

bool RecentChanges::wanted() const {
  std::lock_guard lock(mutex_);
  return readers_ > 0;
}

void RecentChanges::Add(int64_t first_seq, std::vector<Change> changes) {
  if (changes.empty()) return;
  for (Change& change : changes) change.event.text.clear();
  const int64_t bytes = BytesOf(changes);
  const std::size_t count = changes.size();
  std::lock_guard lock(mutex_);
  if (readers_ == 0) return;
  const int64_t end = first_seq + static_cast<int64_t>(count);
  auto next = runs_.lower_bound(first_seq);
  const bool overlaps = (next != runs_.end() && next->first < end) ||
                        (next != runs_.begin() && EndOf(*std::prev(next)) > first_seq);
  if (overlaps) ClearLocked();
  runs_.emplace(first_seq, std::move(changes));
  changes_ += count;
  bytes_ += bytes;
  while (changes_ > options_.max_changes || bytes_ > options_.max_bytes) {
    const auto oldest = runs_.begin();
    changes_ -= oldest->second.size();
    bytes_ -= BytesOf(oldest->second);
    runs_.erase(oldest);
  }
}

std::optional<ChangePage> RecentChanges::Read(int64_t after, const PageLimit& limit) const {
  ChangePage page{.changes = {}, .last_seq = after, .feed = {}};
  int64_t bytes = 0;
  std::lock_guard lock(mutex_);
  auto run = runs_.upper_bound(after + 1);
  if (run == runs_.begin()) return std::nullopt;
  --run;
  for (; run != runs_.end() && run->first <= page.last_seq + 1; ++run) {
    for (int64_t seq = page.last_seq + 1; seq < EndOf(*run); ++seq) {
      const Change& change = run->second[static_cast<std::size_t>(seq - run->first)];
      bytes += BytesOf(change);
      const bool full =
          static_cast<int>(page.changes.size()) >= limit.changes || bytes > limit.bytes;
      if (full && !page.changes.empty()) return page;
      page.changes.push_back(change);
      page.last_seq = seq;
      page.last_time = change.change_time;
    }
  }
  if (page.changes.empty()) return std::nullopt;
  return page;
}

void RecentChanges::Clear() {
  std::lock_guard lock(mutex_);
  ClearLocked();
}

void RecentChanges::ClearLocked() {
  runs_.clear();
  changes_ = 0;
  bytes_ = 0;
}

}  // namespace clientele::profile
