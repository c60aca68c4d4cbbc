#include "services/qa-service/training/reranker/lexical_ranking.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>

#include "common/text/search_terms.h"
#include "services/qa-service/core/retrieval/bm25.h"

namespace clientele::qa {

LexicalRanking::LexicalRanking(absl::Span<const std::string> texts) {
  TermPostingsBuilder builder;
  for (const std::string& text : texts) builder.Add(text::SearchTerms(text));
  postings_ = std::move(builder).Build();
  double terms = 0;
  for (std::uint32_t i = 0; i < postings_.size(); ++i) terms += postings_.length(i);
  if (terms > 0) average_length_ = terms / static_cast<double>(postings_.size());
}

std::vector<std::size_t> LexicalRanking::Best(absl::string_view question, std::size_t count) const {
  std::vector<double> scores(postings_.size(), 0);
  std::vector<std::size_t> found;
  const std::vector<std::string> terms = text::SearchTerms(question);
  for (const std::string& term : std::set<std::string>(terms.begin(), terms.end())) {
    const TermPostings::List list = postings_.Find(term);
    const double idf =
        Bm25Idf(static_cast<double>(postings_.size()), static_cast<double>(list.size()));
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::uint32_t text = list.documents[i];
      if (scores[text] == 0) found.push_back(text);
      scores[text] +=
          Bm25TermScore(idf, list.frequencies[i], postings_.length(text), average_length_, {});
    }
  }
  const auto better = [&](std::size_t a, std::size_t b) {
    return scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
  };
  const std::size_t kept = std::min(count, found.size());
  std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(kept), found.end(),
                    better);
  found.resize(kept);
  return found;
}

}  // namespace clientele::qa
