#include "services/qa-service/core/retrieval/index_builder.h"

#include <algorithm>
#include <utility>

namespace clientele::qa {
namespace {

// While everything is loaded, articles of a segment that is left alone.
constexpr std::size_t kLoadingSegment = 2048;

LiveSegment AllAlive(std::shared_ptr<const IndexSegment> segment) {
  LiveSegment live;
  live.alive_articles = segment->articles.size();
  live.alive = std::make_shared<const std::vector<bool>>(segment->articles.size(), true);
  live.segment = std::move(segment);
  return live;
}

}  // namespace

void IndexBuilder::Count(const LiveSegment& live, std::size_t article, std::int64_t sign) {
  for (std::size_t f = 0; f < kIndexFields; ++f) {
    const IndexRows& rows = live.segment->fields[f];
    for (std::uint32_t row = rows.first_row[article]; row < rows.first_row[article + 1]; ++row) {
      index_.statistics[f].rows += sign;
      index_.statistics[f].terms += sign * std::int64_t{rows.postings.length(row)};
    }
  }
}

void IndexBuilder::Place(const LiveSegment& live) {
  const IndexSegment& segment = *live.segment;
  for (std::uint32_t a = 0; a < segment.articles.size(); ++a) {
    const absl::string_view id = segment.articles[a]->article.id;
    // The key's text must be this segment's: erase the one of an earlier segment.
    places_.erase(id);
    places_.emplace(id, ArticlePlace{&segment, a});
  }
}

void IndexBuilder::Put(absl::Span<const PreparedArticle> articles) {
  if (articles.empty()) return;
  std::vector<const PreparedArticle*> group;
  group.reserve(articles.size());
  for (const PreparedArticle& prepared : articles) {
    Remove(std::string(prepared.indexed->article.id));
    for (const auto& field : prepared.rows) {
      for (const PreparedArticle::Row& row : field) {
        if (dimension_ == 0) dimension_ = static_cast<std::int64_t>(row.vector.size());
      }
    }
    group.push_back(&prepared);
  }
  const LiveSegment live = AllAlive(BuildSegment(dimension_, group));
  for (std::size_t a = 0; a < live.segment->articles.size(); ++a) Count(live, a, +1);
  Place(live);
  index_.segments.push_back(live);
  Compact();
}

bool IndexBuilder::Remove(const std::string& id) {
  const auto it = places_.find(id);
  if (it == places_.end()) return false;
  const ArticlePlace place = it->second;
  places_.erase(it);
  for (LiveSegment& live : index_.segments) {
    if (live.segment.get() != place.segment) continue;
    Count(live, place.article, -1);
    auto alive = std::make_shared<std::vector<bool>>(*live.alive);
    (*alive)[place.article] = false;
    live.alive = std::move(alive);
    --live.alive_articles;
    for (std::size_t f = 0; f < kIndexFields; ++f) {
      const IndexRows& rows = live.segment->fields[f];
      live.dead_rows[f] += rows.first_row[place.article + 1] - rows.first_row[place.article];
    }
    break;
  }
  Compact();
  return true;
}

void IndexBuilder::Merge(std::size_t first, std::size_t count) {
  std::vector<LiveSegment>& segments = index_.segments;
  const auto begin = segments.begin() + static_cast<std::ptrdiff_t>(first);
  const auto end = begin + static_cast<std::ptrdiff_t>(count);
  const LiveSegment merged = AllAlive(MergeSegments({&*begin, count}));
  Place(merged);
  segments.insert(segments.erase(begin, end), merged);
}

void IndexBuilder::Compact() {
  std::vector<LiveSegment>& segments = index_.segments;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const std::size_t dead = segments[i].segment->articles.size() - segments[i].alive_articles;
    if (3 * dead > segments[i].segment->articles.size()) Merge(i, 1);
  }
  std::erase_if(segments, [](const LiveSegment& live) { return live.alive_articles == 0; });
  while (segments.size() > 1) {
    const std::size_t last = segments.size() - 1;
    if (segments[last - 1].alive_articles > 2 * segments[last].alive_articles) break;
    if (loading_ && segments[last - 1].alive_articles >= kLoadingSegment) break;
    Merge(last - 1, 2);
  }
}

void IndexBuilder::EndLoading() {
  if (!loading_) return;
  loading_ = false;
  if (index_.segments.size() > 1) Merge(0, index_.segments.size());
}

std::int64_t IndexBuilder::RevisionOf(const std::string& id) const {
  const auto it = places_.find(id);
  if (it == places_.end()) return 0;
  return it->second.segment->articles[it->second.article]->article.revision;
}

std::vector<std::string> IndexBuilder::Ids() const {
  std::vector<std::string> ids;
  for (const auto& [id, place] : places_) ids.emplace_back(id);
  return ids;
}

std::shared_ptr<const KnowledgeIndex> IndexBuilder::Snapshot() const {
  return std::make_shared<const KnowledgeIndex>(model_id_, index_, places_.size());
}

}  // namespace clientele::qa
