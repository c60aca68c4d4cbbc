#include "services/qa-service/core/retrieval/index_segment.h"

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

}  // namespace

std::shared_ptr<const IndexSegment> BuildSegment(std::int64_t dimension,
                                                 absl::Span<const PreparedArticle> articles) {
  auto segment = std::make_shared<IndexSegment>();
  segment->dimension = dimension;
  for (const PreparedArticle& prepared : articles) {
    const auto number = static_cast<std::uint32_t>(segment->articles.size());
    segment->articles.push_back(prepared.indexed);
    for (std::size_t f = 0; f < kIndexFields; ++f) {
      IndexRows& field = segment->fields[f];
      field.first_row.push_back(field.size());
      for (std::size_t r = 0; r < prepared.rows[f].size(); ++r) {
        const PreparedArticle::Row& row = prepared.rows[f][r];
        field.postings.Add(row.terms);
        AppendVector(row.vector, dimension, field.matrix);
        field.article.push_back(number);
        field.passage.push_back(f == kPassageField ? static_cast<std::uint32_t>(r)
                                                   : prepared.indexed->question_passages[r]);
      }
    }
  }
  for (IndexRows& field : segment->fields) field.first_row.push_back(field.size());
  return segment;
}

std::shared_ptr<const IndexSegment> MergeSegments(absl::Span<const LiveSegment> segments) {
  auto merged = std::make_shared<IndexSegment>();
  for (const LiveSegment& live : segments) {
    const IndexSegment& from = *live.segment;
    merged->dimension = from.dimension;
    const auto dimension = static_cast<std::size_t>(from.dimension);
    std::vector<std::int64_t> article_number(from.articles.size(), -1);
    for (std::size_t a = 0; a < from.articles.size(); ++a) {
      if (!(*live.alive)[a]) continue;
      article_number[a] = static_cast<std::int64_t>(merged->articles.size());
      merged->articles.push_back(from.articles[a]);
    }
    for (std::size_t f = 0; f < kIndexFields; ++f) {
      const IndexRows& source = from.fields[f];
      IndexRows& target = merged->fields[f];
      std::vector<std::int64_t> renumbered(source.size(), -1);
      for (std::uint32_t row = 0; row < source.size(); ++row) {
        const std::int64_t article = article_number[source.article[row]];
        if (article < 0) continue;
        renumbered[row] = target.size();
        target.article.push_back(static_cast<std::uint32_t>(article));
        target.passage.push_back(source.passage[row]);
        const auto begin = source.matrix.begin() + static_cast<std::ptrdiff_t>(row * dimension);
        target.matrix.insert(target.matrix.end(), begin,
                             begin + static_cast<std::ptrdiff_t>(dimension));
      }
      target.postings.Append(source.postings, renumbered);
    }
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
