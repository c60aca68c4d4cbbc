#include "services/qa-service/core/retrieval/index_segment.h"

#include <algorithm>
#include <utility>

namespace clientele::qa {
namespace {

void AppendVector(const std::vector<float>& vector, std::int64_t dimension,
                  std::vector<float>& matrix) {
  if (static_cast<std::int64_t>(vector.size()) == dimension) {
    matrix.insert(matrix.end(), vector.begin(), vector.end());
  } else {
    matrix.insert(matrix.end(), static_cast<std::size_t>(dimension), 0.0f);
  }
}

void Reserve(std::size_t rows, std::int64_t dimension, IndexRows& field) {
  field.matrix.reserve(rows * static_cast<std::size_t>(dimension));
  field.article.reserve(rows);
  field.passage.reserve(rows);
}

void FindByTag(IndexSegment& segment) {
  for (std::uint32_t number = 0; number < segment.articles.size(); ++number) {
    for (const std::string& tag : segment.articles[number]->article.tags) {
      segment.by_tag[tag].push_back(number);
    }
  }
}

}  // namespace

std::shared_ptr<const IndexSegment> BuildSegment(
    std::int64_t dimension, absl::Span<const PreparedArticle* const> articles) {
  auto segment = std::make_shared<IndexSegment>();
  segment->dimension = dimension;
  segment->articles.reserve(articles.size());
  for (const PreparedArticle* prepared : articles) segment->articles.push_back(prepared->indexed);
  FindByTag(*segment);
  for (std::size_t f = 0; f < kIndexFields; ++f) {
    std::size_t rows = 0;
    for (const PreparedArticle* prepared : articles) rows += prepared->rows[f].size();
    IndexRows& field = segment->fields[f];
    Reserve(rows, dimension, field);
    TermPostingsBuilder postings;
    for (std::uint32_t number = 0; number < articles.size(); ++number) {
      const PreparedArticle& prepared = *articles[number];
      field.first_row.push_back(field.size());
      for (std::size_t r = 0; r < prepared.rows[f].size(); ++r) {
        const PreparedArticle::Row& row = prepared.rows[f][r];
        postings.Add(row.terms);
        AppendVector(row.vector, dimension, field.matrix);
        field.article.push_back(number);
        field.passage.push_back(f == kPassageField ? static_cast<std::uint32_t>(r)
                                                   : prepared.indexed->question_passages[r]);
      }
    }
    field.first_row.push_back(field.size());
    field.postings = std::move(postings).Build();
  }
  return segment;
}

std::shared_ptr<const IndexSegment> MergeSegments(absl::Span<const LiveSegment> segments) {
  auto merged = std::make_shared<IndexSegment>();
  std::vector<std::vector<std::int64_t>> article_numbers;  // of each segment; -1: dead
  for (const LiveSegment& live : segments) {
    const IndexSegment& from = *live.segment;
    merged->dimension = std::max(merged->dimension, from.dimension);
    std::vector<std::int64_t>& numbers =
        article_numbers.emplace_back(from.articles.size(), std::int64_t{-1});
    for (std::size_t a = 0; a < from.articles.size(); ++a) {
      if (!(*live.alive)[a]) continue;
      numbers[a] = static_cast<std::int64_t>(merged->articles.size());
      merged->articles.push_back(from.articles[a]);
    }
  }
  merged->articles.shrink_to_fit();
  FindByTag(*merged);
  const auto dimension = static_cast<std::size_t>(merged->dimension);
  for (std::size_t f = 0; f < kIndexFields; ++f) {
    std::size_t rows = 0;
    for (const LiveSegment& live : segments) {
      rows += live.segment->fields[f].size() - static_cast<std::size_t>(live.dead_rows[f]);
    }
    IndexRows& target = merged->fields[f];
    Reserve(rows, merged->dimension, target);
    TermPostingsBuilder postings;
    for (std::size_t s = 0; s < segments.size(); ++s) {
      const IndexRows& source = segments[s].segment->fields[f];
      const bool same = segments[s].segment->dimension == merged->dimension;
      std::vector<std::int64_t> renumbered(source.size(), -1);
      for (std::uint32_t row = 0; row < source.size(); ++row) {
        const std::int64_t article = article_numbers[s][source.article[row]];
        if (article < 0) continue;
        renumbered[row] = target.size();
        target.article.push_back(static_cast<std::uint32_t>(article));
        target.passage.push_back(source.passage[row]);
        if (!same) {  // without vectors so far
          target.matrix.insert(target.matrix.end(), dimension, 0.0F);
          continue;
        }
        const auto begin = source.matrix.begin() + static_cast<std::ptrdiff_t>(row * dimension);
        target.matrix.insert(target.matrix.end(), begin,
                             begin + static_cast<std::ptrdiff_t>(dimension));
      }
      postings.Append(source.postings, renumbered);
    }
    target.postings = std::move(postings).Build();
  }
  for (IndexRows& field : merged->fields) {
    field.first_row.assign(merged->articles.size() + 1, field.size());
    for (std::uint32_t row = field.size(); row-- > 0;) field.first_row[field.article[row]] = row;
    // An article without rows begins where the next one does.
    for (std::size_t a = merged->articles.size(); a-- > 0;) {
      if (field.first_row[a] > field.first_row[a + 1]) field.first_row[a] = field.first_row[a + 1];
    }
  }
  return merged;
}

}  // namespace clientele::qa
