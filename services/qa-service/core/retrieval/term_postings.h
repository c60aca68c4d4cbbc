#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_TERM_POSTINGS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_TERM_POSTINGS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace clientele::qa {

// An occurrence list: which documents hold a term, and how often.
struct Posting {
  std::uint32_t document = 0;
  std::uint32_t frequency = 0;
};

// An inverted index of documents that are numbered from 0 in the order of adding.
// Documents are added, never removed: the owner knows which are alive.
// Thread-safe as long as no thread adds.
class TermPostings {
 public:
  // Returns the document's number.
  std::uint32_t Add(const std::vector<std::string>& terms);

  // Adds the documents of `other` for which `renumbered` gives a number, in the
  // order of those numbers; a negative number drops the document. Numbers must go
  // on from size().
  void Append(const TermPostings& other, const std::vector<std::int64_t>& renumbered);

  // Ascending by document; empty for an unknown term.
  const std::vector<Posting>& Find(absl::string_view term) const;
  bool Contains(absl::string_view term, std::uint32_t document) const;

  // Documents, and the terms that one of them has.
  std::uint32_t size() const { return static_cast<std::uint32_t>(lengths_.size()); }
  std::uint32_t length(std::uint32_t document) const { return lengths_[document]; }

 private:
  absl::flat_hash_map<std::string, std::vector<Posting>> postings_;
  std::vector<std::uint32_t> lengths_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_TERM_POSTINGS_H_
