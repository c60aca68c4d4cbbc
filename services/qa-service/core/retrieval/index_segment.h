#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_INDEX_SEGMENT_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_INDEX_SEGMENT_H_

// An immutable piece of the index: some articles, their passages
// and their questions, each as terms and as vectors. The index is a list of
// segments; a change makes a new small segment, and small ones are merged, so that
// a change costs the logarithm of the index and readers never wait.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"

#include "services/qa-service/core/retrieval/citable_article.h"
#include "services/qa-service/core/retrieval/passages.h"
#include "services/qa-service/core/retrieval/term_postings.h"

namespace clientele::qa {

// An article as the index keeps it.
struct IndexedArticle {
  CitableArticle article;
  absl::InlinedVector<Passage, 1> passages;  // of article.body; at least one
  // For each of article.questions: the passage that answers it best.
  std::vector<std::uint32_t> question_passages;
};

// The two kinds of rows. They have statistics of their own, because a question is
// a tenth as long as a passage.
enum IndexField : std::size_t { kPassageField = 0, kQuestionField = 1 };
inline constexpr std::size_t kIndexFields = 2;

// An article ready to be indexed: terms and unit-norm vectors of its passages (the
// title before each) and of its questions.
struct PreparedArticle {
  std::shared_ptr<const IndexedArticle> indexed;
  struct Row {
    std::vector<std::string> terms;
    std::vector<float> vector;  // `dimension` long
  };
  std::array<std::vector<Row>, kIndexFields> rows;
};

// Rows of one kind; those of one article are neighbors.
struct IndexRows {
  TermPostings postings;                 // document = row
  std::vector<float> matrix;             // rows x dimension, row-major
  std::vector<std::uint32_t> article;    // of each row: index into IndexSegment::articles
  std::vector<std::uint32_t> passage;    // of each row: index into IndexedArticle::passages
  std::vector<std::uint32_t> first_row;  // of each article, and the end

  std::uint32_t size() const { return static_cast<std::uint32_t>(article.size()); }
};

struct IndexSegment {
  std::int64_t dimension = 0;
  std::vector<std::shared_ptr<const IndexedArticle>> articles;
  absl::flat_hash_map<std::string, std::vector<std::uint32_t>> by_tag;  // indexes into articles
  std::array<IndexRows, kIndexFields> fields;
};

// A segment of these articles. Vectors of another length count as zeros.
std::shared_ptr<const IndexSegment> BuildSegment(std::int64_t dimension,
                                                 absl::Span<const PreparedArticle* const> articles);

// A segment and which of its articles still count.
struct LiveSegment {
  std::shared_ptr<const IndexSegment> segment;
  std::shared_ptr<const std::vector<bool>> alive;  // by article
  std::size_t alive_articles = 0;
  std::array<std::int64_t, kIndexFields> dead_rows = {0, 0};
};

// One segment of the living articles of all of them, in order.
std::shared_ptr<const IndexSegment> MergeSegments(absl::Span<const LiveSegment> segments);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_INDEX_SEGMENT_H_
