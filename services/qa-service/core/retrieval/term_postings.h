#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_TERM_POSTINGS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_TERM_POSTINGS_H_

// An inverted index of documents that are numbered from 0 in the order of adding.
//
//   TermPostingsBuilder builder;
//   builder.Add({"red", "shoe", "red"});
//   const TermPostings postings = std::move(builder).Build();
//   postings.Find("red").documents;   // {0}, frequencies {2}
//
// Documents are never removed: the owner knows which are alive.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace clientele::qa {

// Immutable, thread-safe. 5 bytes for each document of a term, and the terms.
class TermPostings {
 public:
  // Which documents hold a term, ascending, and how often (at most 255 times: more counts no
  // further).
  struct List {
    absl::Span<const std::uint32_t> documents;
    absl::Span<const std::uint8_t> frequencies;
    std::size_t size() const { return documents.size(); }
  };

  // Empty for an unknown term.
  List Find(absl::string_view term) const;
  bool Contains(absl::string_view term, std::uint32_t document) const;
  // Each term once, in no order.
  void ForEachTerm(absl::FunctionRef<void(absl::string_view term)> use) const {
    for (const auto& [term, range] : terms_) use(term);
  }

  // Documents, and the terms that one of them has.
  std::uint32_t size() const { return static_cast<std::uint32_t>(lengths_.size()); }
  std::uint32_t length(std::uint32_t document) const { return lengths_[document]; }

 private:
  friend class TermPostingsBuilder;
  struct Range {
    std::uint32_t begin = 0;
    std::uint32_t count = 0;
  };

  absl::flat_hash_map<std::string, Range> terms_;
  std::vector<std::uint32_t> documents_;
  std::vector<std::uint8_t> frequencies_;
  std::vector<std::uint32_t> lengths_;
};

// Linear in what is added. Not thread-safe.
class TermPostingsBuilder {
 public:
  // Returns the document's number.
  std::uint32_t Add(const std::vector<std::string>& terms);

  // Adds the documents of `other` for which `renumbered` gives a number, in the order of
  // those numbers; a negative number drops the document. Numbers must go on from size().
  void Append(const TermPostings& other, const std::vector<std::int64_t>& renumbered);

  std::uint32_t size() const { return static_cast<std::uint32_t>(lengths_.size()); }

  TermPostings Build() &&;

 private:
  struct Posting {
    std::uint32_t term;
    std::uint32_t document;
    std::uint8_t frequency;
  };
  struct Term {
    std::uint32_t number = 0;
    std::uint32_t last_posting = 0;  // index into postings_
  };

  Term& TermOf(absl::string_view term);

  absl::flat_hash_map<std::string, Term> terms_;
  std::vector<Posting> postings_;  // ascending by document within each term
  std::vector<std::uint32_t> lengths_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_TERM_POSTINGS_H_
