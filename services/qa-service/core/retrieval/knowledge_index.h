#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_KNOWLEDGE_INDEX_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_KNOWLEDGE_INDEX_H_

// An immutable snapshot of everything that can be cited, searched by words (BM25)
// and by vectors (exact cosine) at once.
//
//   const std::shared_ptr<const KnowledgeIndex> index = refresher.Snapshot();
//   const SearchResult result = index->Search(
//       {.terms = QuestionTerms(q), .words = ContentWords(q), .vector = v, .language = "en"});
//
// Readers share it through a shared_ptr and never wait for a writer. What is cited
// stays valid as long as a hit is held, even when the article is deleted meanwhile.
// Thread-safe.

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/batching/shared_pass.h"
#include "services/qa-service/core/retrieval/bm25.h"
#include "services/qa-service/core/retrieval/evidence.h"
#include "services/qa-service/core/retrieval/index_segment.h"
#include "services/qa-service/core/retrieval/question_terms.h"
#include "services/qa-service/core/retrieval/vector_scan.h"

namespace clientele::qa {

struct SearchOptions {
  Bm25Options bm25;
  FusionOptions fusion;
  // Rows taken from each search of each segment; the candidates that are weighed.
  std::int64_t candidates = 32;
  // What the score of an article of another language than the question's is multiplied with:
  // people mix languages, and a language that was detected may be wrong. It is found only with
  // words in common, or from this cosine on.
  double other_language_weight = 0.9;
  double other_language_cosine = 0.5;
};

struct IndexQuery {
  std::vector<std::string> terms;  // distinct
  std::vector<ContentWord> words;  // distinct
  std::vector<float> vector;       // unit norm; empty searches by words alone
  std::string language;            // primary subtag; a prior, see SearchOptions
  std::size_t max_articles = 10;   // best passages of that many articles
  // Articles that are not valid at this time, that are for other audiences alone, or that lack one
  // of the tags are not found.
  absl::Time now = absl::UnixEpoch();
  std::string audience = {};  // of who asks; empty: articles for everyone alone
  std::vector<std::string> tags = {};
};

// Whether an article may be found by the query.
bool IsFor(const CitableArticle& article, const IndexQuery& query);

struct PassageHit {
  std::shared_ptr<const IndexedArticle> article;
  std::uint32_t passage = 0;  // index into article->passages
  double score = 0;           // FuseRows; higher is better
  RowEvidence text;           // of the passage itself
  RowEvidence question;       // of the best question that points to it
  // Share of the question's words, weighed by idf, that the passage, its title or
  // that question holds; 0 when the question has no content words.
  double coverage = 0;
};

struct SearchResult {
  // The best passage of each of the best articles, best first; equal scores by article id.
  std::vector<PassageHit> hits;
  // idf of each of the query's words among all passages and questions.
  std::vector<double> word_weights;
};

// Living documents of one field.
struct FieldStatistics {
  std::int64_t rows = 0;
  std::int64_t terms = 0;  // all lengths together
};

// All that is indexed, in any language.
struct LiveIndex {
  std::vector<LiveSegment> segments;
  std::array<FieldStatistics, kIndexFields> statistics;
};

class KnowledgeIndex {
 public:
  KnowledgeIndex(std::string model_id, LiveIndex index, std::size_t article_count);

  // BM25 statistics count living rows only, so scores do not depend on how articles
  // came in.
  SearchResult Search(const IndexQuery& query, const SearchOptions& options = {}) const;

  // The one article with this tag, besides those that the query asks for, that the query may find:
  // of its language, or, where there is none, of any. Null: there is none, or there are several.
  std::shared_ptr<const IndexedArticle> OnlyTagged(absl::string_view tag,
                                                   const IndexQuery& query) const;

  // Whose vectors it holds: query vectors of another model do not compare.
  const std::string& model_id() const { return model_id_; }
  std::size_t article_count() const { return article_count_; }

  // How many living passages and questions hold a term.
  std::int64_t Frequency(absl::string_view term) const;
  // Calls `use` with each term of each segment, living or not; a term may come several times.
  void ForEachTerm(absl::FunctionRef<void(absl::string_view term)> use) const;

 private:
  const std::string model_id_;
  const LiveIndex index_;
  const std::size_t article_count_;
  // Questions that come together share a read of the vectors.
  mutable batching::SharedPass<VectorQuery, VectorHits> scan_;  // thread-safe
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_KNOWLEDGE_INDEX_H_
