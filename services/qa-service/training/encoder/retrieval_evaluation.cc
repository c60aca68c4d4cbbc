#include "services/qa-service/training/encoder/retrieval_evaluation.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/text/han_folding.h"
#include "common/text/language.h"
#include "services/qa-service/training/search/prepared_articles.h"

namespace clientele::qa {
namespace {

constexpr std::size_t kCountedPlaces = 10;
// Passages of one id come one after another: so many are looked at for ten ids.
constexpr std::size_t kFoundPassages = 100;

// One way of searching, over all queries.
class Ranking {
 public:
  void Count(std::size_t place) {
    ++queries_;
    if (place == 0) return;
    first_ += place == 1 ? 1 : 0;
    in_5_ += place <= 5 ? 1 : 0;
    reciprocals_ += 1 / static_cast<double>(place);
  }
  RetrievalMetrics Metrics() const {
    const auto queries = static_cast<double>(queries_);
    return {static_cast<double>(first_) / queries, static_cast<double>(in_5_) / queries,
            reciprocals_ / queries};
  }

 private:
  std::int64_t queries_ = 0;
  std::int64_t first_ = 0;
  std::int64_t in_5_ = 0;
  double reciprocals_ = 0;
};

}  // namespace

std::size_t PlaceOfRight(absl::Span<const std::string> found, absl::Span<const std::string> right) {
  absl::flat_hash_set<absl::string_view> seen;
  for (const std::string& id : found) {
    if (!seen.insert(id).second) continue;
    if (seen.size() > kCountedPlaces) return 0;
    if (std::find(right.begin(), right.end(), id) != right.end()) return seen.size();
  }
  return 0;
}

absl::StatusOr<RetrievalReport> EvaluateRetrieval(const EncoderBundle& encoder,
                                                  absl::Span<const EvaluatedPassage> passages,
                                                  absl::Span<const EvaluatedQuery> queries,
                                                  const RetrievalEvaluationOptions& options) {
  if (queries.empty()) return InvalidField("queries", "must not be empty");
  absl::flat_hash_set<absl::string_view> ids;
  for (const EvaluatedPassage& passage : passages) ids.insert(passage.id);
  std::vector<std::string> texts;
  texts.reserve(queries.size());
  for (std::size_t i = 0; i < queries.size(); ++i) {
    const auto known = [&](const std::string& id) { return ids.contains(id); };
    if (std::none_of(queries[i].right.begin(), queries[i].right.end(), known)) {
      return InvalidField(absl::StrCat("query ", i + 1),
                          "names a right passage that is not among the passages");
    }
    texts.push_back(text::FoldHan(queries[i].text));
  }
  std::vector<std::string> bodies;
  bodies.reserve(passages.size());
  for (const EvaluatedPassage& passage : passages) bodies.push_back(passage.text);
  CLIENTELE_ASSIGN_OR_RETURN(const std::shared_ptr<const KnowledgeIndex> index,
                             IndexTexts(&encoder, bodies, options.progress));
  CLIENTELE_ASSIGN_OR_RETURN(const EncoderRows rows,
                             encoder.Encode(texts, options.progress, inference::TextRole::kQuery));
  // By vectors alone nothing is known of languages.
  SearchOptions by_vectors = options.search;
  by_vectors.other_language_weight = 1;
  by_vectors.other_language_cosine = -1;
  Ranking dense;
  Ranking bm25;
  Ranking fused;
  const auto count = [&](const IndexQuery& query, const SearchOptions& search,
                         const EvaluatedQuery& asked, Ranking& ranking) {
    std::vector<std::string> found;
    for (const PassageHit& hit : index->Search(query, search).hits) {
      std::size_t passage = 0;
      if (absl::SimpleAtoi(hit.article->article.id, &passage))
        found.push_back(passages[passage].id);
    }
    ranking.Count(PlaceOfRight(found, asked.right));
  };
  for (std::size_t i = 0; i < queries.size(); ++i) {
    IndexQuery words = {.terms = QuestionTerms(texts[i]),
                        .words = ContentWords(texts[i]),
                        .vector = {},
                        .language = text::DetectLanguage(texts[i]),
                        .max_articles = kFoundPassages};
    IndexQuery both = words;
    both.vector = RowOf(rows, i);
    IndexQuery vectors = {.terms = {},
                          .words = {},
                          .vector = both.vector,
                          .language = words.language,
                          .max_articles = kFoundPassages};
    count(vectors, by_vectors, queries[i], dense);
    count(words, options.search, queries[i], bm25);
    count(both, options.search, queries[i], fused);
  }
  return RetrievalReport{dense.Metrics(), bm25.Metrics(), fused.Metrics()};
}

}  // namespace clientele::qa
