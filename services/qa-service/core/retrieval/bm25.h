#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_BM25_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_BM25_H_

// BM25, the formula (Robertson and Zaragoza, "The Probabilistic Relevance
// Framework: BM25 and Beyond", 2009, section 3.4):
//
//   score(q, d) = sum over t in q of idf(t) * tf * (k1 + 1)
//                                    / (tf + k1 * (1 - b + b * |d| / avgdl))
//   idf(t) = ln(1 + (N - df + 0.5) / (df + 0.5))
//
// The idf has the "1 +" that keeps it positive for a term in more than half of the
// documents. Pure functions, thread-safe.

#include <array>
#include <cstdint>

namespace clientele::qa {

struct Bm25Options {
  double k1 = 1.2;  // how fast further occurrences of a term stop to count
  double b = 0.75;  // how much a document's length counts: 0 not at all, 1 fully
};

// `documents` is N >= 0, `containing` is df in [0, N].
double Bm25Idf(double documents, double containing);

// One term's part of a document's score. Lengths are in terms; average_length > 0.
double Bm25TermScore(double idf, double frequency, double length, double average_length,
                     const Bm25Options& options);

// What Bm25TermScore approaches as the frequency grows: idf * (k1 + 1).
double Bm25TermBound(double idf, const Bm25Options& options);

// Bm25TermScore / Bm25TermBound of many documents with one average length: the part of the
// length is computed once for each length up to kTable.
class Bm25Saturation {
 public:
  Bm25Saturation(double average_length, const Bm25Options& options);

  // In [0, 1).
  float Share(std::uint32_t frequency, std::uint32_t length) const {
    const auto tf = static_cast<float>(frequency);
    return tf / (tf + (length < kTable ? norms_[length] : Norm(length)));
  }

 private:
  static constexpr std::uint32_t kTable = 256;

  float Norm(std::uint32_t length) const { return base_ + slope_ * static_cast<float>(length); }

  float base_;
  float slope_;
  std::array<float, kTable> norms_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_BM25_H_
