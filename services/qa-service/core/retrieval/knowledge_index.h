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
#include <map>
#include <memory>
#include <string>
#include <vector>

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
};

struct IndexQuery {
  std::vector<std::string> terms;  // distinct
  std::vector<ContentWord> words;  // distinct
  std::vector<float> vector;       // unit norm; empty searches by words alone
  std::string language;            // primary subtag
  std::size_t max_articles = 10;   // best passages of that many articles
};

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
  // The best passage of each of the best articles of the query's language, best
  // first; equal scores by article id.
  std::vector<PassageHit> hits;
  // idf of each of the query's words among that language's passages and questions.
  std::vector<double> word_weights;
};

// Living documents of one field of one language.
struct FieldStatistics {
  std::int64_t rows = 0;
  std::int64_t terms = 0;  // all lengths together
};

struct LanguageIndex {
  std::vector<LiveSegment> segments;
  std::array<FieldStatistics, kIndexFields> statistics;
};

class KnowledgeIndex {
 public:
  KnowledgeIndex(std::string model_id, std::map<std::string, LanguageIndex> languages,
                 std::size_t article_count);

  // BM25 statistics count living rows only, so scores do not depend on how articles
  // came in.
  SearchResult Search(const IndexQuery& query, const SearchOptions& options = {}) const;

  // Whose vectors it holds: query vectors of another model do not compare.
  const std::string& model_id() const { return model_id_; }
  std::size_t article_count() const { return article_count_; }

 private:
  const std::string model_id_;
  const std::map<std::string, LanguageIndex> languages_;  // by primary subtag
  const std::size_t article_count_;
  // By primary subtag: questions that come together share a read of the vectors.
  using Scan = batching::SharedPass<VectorQuery, VectorHits>;
  std::map<std::string, std::unique_ptr<Scan>> scans_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_KNOWLEDGE_INDEX_H_
