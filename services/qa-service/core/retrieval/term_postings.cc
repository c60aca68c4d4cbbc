#include "services/qa-service/core/retrieval/term_postings.h"

#include <algorithm>

namespace clientele::qa {

std::uint32_t TermPostings::Add(const std::vector<std::string>& terms) {
  const std::uint32_t document = size();
  for (const std::string& term : terms) {
    std::vector<Posting>& list = postings_[term];
    if (list.empty() || list.back().document != document) list.push_back({document, 0});
    ++list.back().frequency;
  }
  lengths_.push_back(static_cast<std::uint32_t>(terms.size()));
  return document;
}

void TermPostings::Append(const TermPostings& other, const std::vector<std::int64_t>& renumbered) {
  for (const auto& [term, list] : other.postings_) {
    std::vector<Posting>* own = nullptr;
    for (const Posting& posting : list) {
      const std::int64_t number = renumbered[posting.document];
      if (number < 0) continue;
      if (own == nullptr) own = &postings_[term];
      own->push_back({static_cast<std::uint32_t>(number), posting.frequency});
    }
  }
  for (std::uint32_t document = 0; document < other.size(); ++document) {
    if (renumbered[document] >= 0) lengths_.push_back(other.lengths_[document]);
  }
}

const std::vector<Posting>& TermPostings::Find(absl::string_view term) const {
  static const auto* nothing = new std::vector<Posting>;
  const auto it = postings_.find(term);
  return it == postings_.end() ? *nothing : it->second;
}

bool TermPostings::Contains(absl::string_view term, std::uint32_t document) const {
  const std::vector<Posting>& list = Find(term);
  const auto it =
      std::lower_bound(list.begin(), list.end(), document,
                       [](const Posting& p, std::uint32_t d) { return p.document < d; });
  return it != list.end() && it->document == document;
}

}  // namespace clientele::qa
