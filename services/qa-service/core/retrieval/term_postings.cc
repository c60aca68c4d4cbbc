#include "services/qa-service/core/retrieval/term_postings.h"

#include <algorithm>
#include <limits>

namespace clientele::qa {

TermPostings::List TermPostings::Find(absl::string_view term) const {
  const auto it = terms_.find(term);
  if (it == terms_.end()) return {};
  const Range& range = it->second;
  return {absl::MakeConstSpan(documents_).subspan(range.begin, range.count),
          absl::MakeConstSpan(frequencies_).subspan(range.begin, range.count)};
}

bool TermPostings::Contains(absl::string_view term, std::uint32_t document) const {
  const List list = Find(term);
  return std::binary_search(list.documents.begin(), list.documents.end(), document);
}

TermPostingsBuilder::Term& TermPostingsBuilder::TermOf(absl::string_view term) {
  const auto next = static_cast<std::uint32_t>(terms_.size());
  return terms_.try_emplace(term, Term{next, std::numeric_limits<std::uint32_t>::max()})
      .first->second;
}

std::uint32_t TermPostingsBuilder::Add(const std::vector<std::string>& terms) {
  const std::uint32_t document = size();
  for (const std::string& text : terms) {
    Term& term = TermOf(text);
    if (term.last_posting < postings_.size() && postings_[term.last_posting].document == document) {
      std::uint8_t& frequency = postings_[term.last_posting].frequency;
      if (frequency < std::numeric_limits<std::uint8_t>::max()) ++frequency;
    } else {
      term.last_posting = static_cast<std::uint32_t>(postings_.size());
      postings_.push_back({term.number, document, 1});
    }
  }
  lengths_.push_back(static_cast<std::uint32_t>(terms.size()));
  return document;
}

void TermPostingsBuilder::Append(const TermPostings& other,
                                 const std::vector<std::int64_t>& renumbered) {
  for (const auto& [text, range] : other.terms_) {
    Term* term = nullptr;
    for (std::uint32_t i = range.begin; i < range.begin + range.count; ++i) {
      const std::int64_t number = renumbered[other.documents_[i]];
      if (number < 0) continue;
      if (term == nullptr) term = &TermOf(text);
      postings_.push_back(
          {term->number, static_cast<std::uint32_t>(number), other.frequencies_[i]});
    }
  }
  for (std::uint32_t document = 0; document < other.size(); ++document) {
    if (renumbered[document] >= 0) lengths_.push_back(other.lengths_[document]);
  }
}

TermPostings TermPostingsBuilder::Build() && {
  TermPostings built;
  std::vector<std::uint32_t> next(terms_.size() + 1, 0);
  for (const Posting& posting : postings_) ++next[posting.term + 1];
  for (std::size_t term = 1; term < next.size(); ++term) next[term] += next[term - 1];
  built.terms_.reserve(terms_.size());
  for (auto& [text, term] : terms_) {
    const std::uint32_t begin = next[term.number];
    built.terms_.emplace(text, TermPostings::Range{begin, next[term.number + 1] - begin});
  }
  built.documents_.resize(postings_.size());
  built.frequencies_.resize(postings_.size());
  for (const Posting& posting : postings_) {
    const std::uint32_t place = next[posting.term]++;
    built.documents_[place] = posting.document;
    built.frequencies_[place] = posting.frequency;
  }
  lengths_.shrink_to_fit();
  built.lengths_ = std::move(lengths_);
  return built;
}

}  // namespace clientele::qa
