#include "services/qa-service/core/retrieval/knowledge_index.h"

#include <algorithm>
#include <cmath>
#include <thread>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"

#include "services/qa-service/core/articles/article_rules.h"
#include "services/qa-service/core/retrieval/best_rows.h"

namespace clientele::qa {
namespace {

bool IsAlive(const LiveSegment& live, const IndexRows& rows, std::uint32_t row) {
  return (*live.alive)[rows.article[row]];
}

// A question's terms with their idf in one field.
struct WeightedTerms {
  std::vector<std::pair<const std::string*, double>> terms;
  double bound = 0;  // of the BM25 score
  double average_length = 1;
};

std::int64_t LivingDocuments(const LiveIndex& index, std::size_t field, absl::string_view term) {
  std::int64_t count = 0;
  for (const LiveSegment& live : index.segments) {
    const IndexRows& rows = live.segment->fields[field];
    const TermPostings::List list = rows.postings.Find(term);
    if (live.dead_rows[field] == 0) {
      count += static_cast<std::int64_t>(list.size());
    } else {
      for (const std::uint32_t row : list.documents) count += IsAlive(live, rows, row) ? 1 : 0;
    }
  }
  return count;
}

WeightedTerms Weigh(const LiveIndex& index, std::size_t field,
                    const std::vector<std::string>& terms, const Bm25Options& options) {
  const FieldStatistics& statistics = index.statistics[field];
  WeightedTerms weighed;
  if (statistics.rows == 0) return weighed;
  weighed.average_length =
      std::max(1.0, static_cast<double>(statistics.terms) / static_cast<double>(statistics.rows));
  for (const std::string& term : terms) {
    const double idf = Bm25Idf(static_cast<double>(statistics.rows),
                               static_cast<double>(LivingDocuments(index, field, term)));
    weighed.terms.push_back({&term, idf});
    weighed.bound += Bm25TermBound(idf, options);
  }
  return weighed;
}

// Lexical and dense scores of one field of one segment, and its best rows.
class FieldSearch {
 public:
  FieldSearch(const LiveSegment& live, std::size_t field, const WeightedTerms& terms,
              const std::vector<float>& vector, absl::Span<const std::uint32_t> nearest,
              const SearchOptions& options)
      : live_(live), rows_(live.segment->fields[field]), vector_(vector) {
    lexical_.assign(rows_.size(), 0.0f);
    if (terms.bound > 0) {
      AddLexical(terms, options);
      TakeLexical(options.candidates);
    }
    best_.insert(best_.end(), nearest.begin(), nearest.end());
  }

  // Living rows that either search put among its best; may repeat.
  const std::vector<std::uint32_t>& best() const { return best_; }

  RowEvidence Evidence(std::uint32_t row) const {
    RowEvidence evidence{.present = true, .lexical = lexical_[row]};
    if (Dense()) {
      const float* own = rows_.matrix.data() + std::size_t{row} * vector_.size();
      double dot = 0;
      for (std::size_t i = 0; i < vector_.size(); ++i) dot += double{own[i]} * vector_[i];
      evidence.cosine = std::isfinite(dot) ? dot : 0;
    }
    return evidence;
  }

 private:
  bool Dense() const {
    return !vector_.empty() && rows_.size() > 0 &&
           static_cast<std::int64_t>(vector_.size()) == live_.segment->dimension;
  }

  void AddLexical(const WeightedTerms& terms, const SearchOptions& options) {
    const Bm25Saturation saturation(terms.average_length, options.bm25);
    for (const auto& [term, idf] : terms.terms) {
      const auto bound = static_cast<float>(Bm25TermBound(idf, options.bm25) / terms.bound);
      const TermPostings::List list = rows_.postings.Find(*term);
      for (std::size_t i = 0; i < list.size(); ++i) {
        const std::uint32_t row = list.documents[i];
        lexical_[row] += bound * saturation.Share(list.frequencies[i], rows_.postings.length(row));
      }
    }
  }

  void TakeLexical(std::int64_t count) {
    BestRows best(count);
    best.Offer(0, lexical_,
               [&](std::uint32_t row) { return lexical_[row] > 0 && IsAlive(live_, rows_, row); });
    best_ = best.Take();
  }

  const LiveSegment& live_;
  const IndexRows& rows_;
  const std::vector<float>& vector_;
  std::vector<float> lexical_;
  std::vector<std::uint32_t> best_;
};

// A passage that may answer, while its segment is searched.
struct Candidate {
  std::uint32_t article = 0;
  std::uint32_t passage = 0;
  std::uint32_t question_row = 0;  // valid when question.present
  RowEvidence text = {};
  RowEvidence question = {};
};

// What a candidate's rows hold of a question.
class Holder {
 public:
  Holder(const IndexSegment& segment, const Candidate& candidate)
      : segment_(segment), candidate_(candidate) {
    const IndexRows& texts = segment.fields[kPassageField];
    text_row_ = texts.first_row[candidate.article] + candidate.passage;
  }

  // In [0, 1]: 1 when the word is there, for a long Chinese word the share of its
  // pairs that are.
  double Share(const ContentWord& word) const {
    if (Holds(word.term)) return 1;
    if (word.pairs.empty()) return 0;
    double held = 0;
    for (const std::string& pair : word.pairs) held += Holds(pair) ? 1 : 0;
    return held / static_cast<double>(word.pairs.size());
  }

 private:
  bool Holds(const std::string& term) const {
    return segment_.fields[kPassageField].postings.Contains(term, text_row_) ||
           (candidate_.question.present &&
            segment_.fields[kQuestionField].postings.Contains(term, candidate_.question_row));
  }

  const IndexSegment& segment_;
  const Candidate& candidate_;
  std::uint32_t text_row_ = 0;
};

// A handful of articles says little about how rare a word is: they count as this
// many rows.
constexpr double kLeastRows = 100;

// How often candidates are looked for again, so many times as many, where articles that may not be
// found took the places.
constexpr int kSearchRounds = 3;
constexpr std::int64_t kMoreCandidates = 16;

struct ScoredWord {
  const ContentWord* word;
  double idf;
};

// idf of the words among passages and questions together; for a
// Chinese word that no document has as it stands, the mean of its pairs'.
std::vector<ScoredWord> WeighWords(const LiveIndex& index, const std::vector<ContentWord>& words) {
  double rows = 0;
  for (const FieldStatistics& statistics : index.statistics) {
    rows += static_cast<double>(statistics.rows);
  }
  rows = std::max(rows, kLeastRows);
  const auto holding = [&](const std::string& term) {
    double documents = 0;
    for (std::size_t f = 0; f < kIndexFields; ++f) {
      documents += static_cast<double>(LivingDocuments(index, f, term));
    }
    return documents;
  };
  std::vector<ScoredWord> weighed;
  weighed.reserve(words.size());
  for (const ContentWord& word : words) {
    const double documents = holding(word.term);
    double idf = Bm25Idf(rows, documents);
    if (documents == 0 && !word.pairs.empty()) {
      idf = 0;
      for (const std::string& pair : word.pairs) idf += Bm25Idf(rows, holding(pair));
      idf /= static_cast<double>(word.pairs.size());
    }
    weighed.push_back({&word, idf});
  }
  return weighed;
}

double Coverage(const Holder& holder, const std::vector<ScoredWord>& words) {
  double all = 0;
  double held = 0;
  for (const ScoredWord& word : words) {
    all += word.idf;
    held += word.idf * holder.Share(*word.word);
  }
  return all > 0 ? held / all : 0;
}

std::vector<Candidate> FindCandidates(const LiveSegment& live, const FieldSearch& texts,
                                      const FieldSearch& questions) {
  const IndexRows& text_rows = live.segment->fields[kPassageField];
  const IndexRows& question_rows = live.segment->fields[kQuestionField];
  std::vector<Candidate> candidates;
  absl::flat_hash_map<std::uint32_t, std::size_t> by_text_row;
  const auto candidate_of = [&](std::uint32_t text_row) -> Candidate& {
    const auto [it, added] = by_text_row.try_emplace(text_row, candidates.size());
    if (added) {
      candidates.push_back({.article = text_rows.article[text_row],
                            .passage = text_rows.passage[text_row],
                            .text = texts.Evidence(text_row)});
    }
    return candidates[it->second];
  };
  for (const std::uint32_t row : texts.best()) candidate_of(row);
  for (const std::uint32_t row : questions.best()) {
    const std::uint32_t article = question_rows.article[row];
    Candidate& candidate = candidate_of(text_rows.first_row[article] + question_rows.passage[row]);
    const RowEvidence evidence = questions.Evidence(row);
    const double now = evidence.lexical + evidence.cosine;
    const double before = candidate.question.lexical + candidate.question.cosine;
    if (!candidate.question.present || now > before) {
      candidate.question = evidence;
      candidate.question_row = row;
    }
  }
  return candidates;
}

bool Better(const PassageHit& a, const PassageHit& b) {
  if (a.score != b.score) return a.score > b.score;
  if (a.article->article.id != b.article->article.id) {
    return a.article->article.id < b.article->article.id;
  }
  return a.passage < b.passage;
}

void KeepBestOfEachArticle(std::size_t max_articles, std::vector<PassageHit>& hits) {
  std::sort(hits.begin(), hits.end(), Better);
  std::vector<PassageHit> kept;
  for (PassageHit& hit : hits) {
    if (kept.size() == max_articles) break;
    const bool known = std::any_of(kept.begin(), kept.end(), [&](const PassageHit& other) {
      return other.article->article.id == hit.article->article.id;
    });
    if (!known) kept.push_back(std::move(hit));
  }
  hits = std::move(kept);
}

// What a query asks of each segment.
struct SegmentQuery {
  const IndexQuery* asked;
  const WeightedTerms* text_terms;
  const WeightedTerms* question_terms;
  const std::vector<ScoredWord>* words;
};

// Adds what is found; true where a candidate is none of the articles that may be found.
bool SearchSegment(const LiveSegment& live, const SegmentQuery& query,
                   const std::array<std::vector<std::uint32_t>, kIndexFields>& nearest,
                   const SearchOptions& options, std::vector<PassageHit>& hits) {
  const IndexQuery& asked = *query.asked;
  const bool dense = !asked.vector.empty();
  const FieldSearch texts(live, kPassageField, *query.text_terms, asked.vector,
                          nearest[kPassageField], options);
  const FieldSearch questions(live, kQuestionField, *query.question_terms, asked.vector,
                              nearest[kQuestionField], options);
  bool hidden = false;
  for (const Candidate& candidate : FindCandidates(live, texts, questions)) {
    const auto& article = live.segment->articles[candidate.article];
    if (!IsFor(article->article, asked)) {
      hidden = true;
      continue;
    }
    const bool same_language = PrimaryLanguage(article->article.language_code) == asked.language;
    const double coverage = Coverage(Holder(*live.segment, candidate), *query.words);
    const double cosine = std::max(candidate.text.cosine, candidate.question.cosine);
    if (!same_language && coverage <= 0 && cosine < options.other_language_cosine) continue;
    const double prior = same_language ? 1.0 : options.other_language_weight;
    hits.push_back(
        {.article = article,
         .passage = candidate.passage,
         .score = prior * FuseRows(candidate.text, candidate.question, dense, options.fusion),
         .text = candidate.text,
         .question = candidate.question,
         .coverage = coverage});
  }
  return hidden;
}

}  // namespace

KnowledgeIndex::KnowledgeIndex(std::string model_id, LiveIndex index, std::size_t article_count)
    : model_id_(std::move(model_id)),
      index_(std::move(index)),
      article_count_(article_count),
      // Each pass reads all vectors: more passes than processors only take memory bandwidth from
      // each other.
      scan_({.passes = std::max<std::size_t>(1, std::thread::hardware_concurrency())},
            [this](absl::Span<const VectorQuery* const> queries) {
              return ScanVectors(index_.segments, queries);
            }) {}

std::int64_t KnowledgeIndex::Frequency(absl::string_view term) const {
  std::int64_t frequency = 0;
  for (std::size_t f = 0; f < kIndexFields; ++f) frequency += LivingDocuments(index_, f, term);
  return frequency;
}

void KnowledgeIndex::ForEachTerm(absl::FunctionRef<void(absl::string_view term)> use) const {
  for (const LiveSegment& live : index_.segments) {
    for (const IndexRows& rows : live.segment->fields) rows.postings.ForEachTerm(use);
  }
}

bool IsFor(const CitableArticle& article, const IndexQuery& query) {
  if (query.now < article.valid_from || query.now >= article.valid_until) return false;
  const auto holds = [](const std::vector<std::string>& all, const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
  };
  if (!article.audiences.empty() && !holds(article.audiences, query.audience)) return false;
  return std::all_of(query.tags.begin(), query.tags.end(),
                     [&](const std::string& tag) { return holds(article.tags, tag); });
}

std::shared_ptr<const IndexedArticle> KnowledgeIndex::OnlyTagged(absl::string_view tag,
                                                                 const IndexQuery& query) const {
  std::shared_ptr<const IndexedArticle> of_language;
  std::shared_ptr<const IndexedArticle> of_others;
  bool has_several_others = false;
  for (const LiveSegment& live : index_.segments) {
    const auto tagged = live.segment->by_tag.find(tag);
    if (tagged == live.segment->by_tag.end()) continue;
    for (const std::uint32_t number : tagged->second) {
      const std::shared_ptr<const IndexedArticle>& indexed = live.segment->articles[number];
      if (!(*live.alive)[number] || !IsFor(indexed->article, query)) continue;
      const bool same = PrimaryLanguage(indexed->article.language_code) == query.language;
      if (same && of_language != nullptr) return nullptr;
      if (!same && of_others != nullptr) has_several_others = true;
      (same ? of_language : of_others) = indexed;
    }
  }
  if (of_language != nullptr) return of_language;
  return has_several_others ? nullptr : of_others;
}

SearchResult KnowledgeIndex::Search(const IndexQuery& query, const SearchOptions& options) const {
  SearchResult result;
  const WeightedTerms text_terms = Weigh(index_, kPassageField, query.terms, options.bm25);
  const WeightedTerms question_terms = Weigh(index_, kQuestionField, query.terms, options.bm25);
  const std::vector<ScoredWord> words = WeighWords(index_, query.words);
  result.word_weights.reserve(words.size());
  for (const ScoredWord& word : words) result.word_weights.push_back(word.idf);
  const SegmentQuery asked = {&query, &text_terms, &question_terms, &words};

  SearchOptions searched = options;
  for (int round = 0; round < kSearchRounds; ++round) {
    result.hits.clear();
    bool hidden = false;
    VectorHits nearest;
    if (!query.vector.empty()) {
      nearest = scan_.Run({query.vector, searched.candidates});
    } else {
      nearest.rows.resize(index_.segments.size());
    }
    for (std::size_t s = 0; s < index_.segments.size(); ++s) {
      hidden |= SearchSegment(index_.segments[s], asked, nearest.rows[s], searched, result.hits);
    }
    KeepBestOfEachArticle(query.max_articles, result.hits);
    if (!hidden || result.hits.size() == query.max_articles) break;
    searched.candidates *= kMoreCandidates;
  }
  return result;
}

}  // namespace clientele::qa
