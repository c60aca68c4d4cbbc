#include "services/qa-service/core/retrieval/bm25.h"

#include <cmath>

namespace clientele::qa {

double Bm25Idf(double documents, double containing) {
  return std::log1p((documents - containing + 0.5) / (containing + 0.5));
}

double Bm25TermScore(double idf, double frequency, double length, double average_length,
                     const Bm25Options& options) {
  const double norm = options.k1 * (1 - options.b + options.b * length / average_length);
  return idf * frequency * (options.k1 + 1) / (frequency + norm);
}

double Bm25TermBound(double idf, const Bm25Options& options) { return idf * (options.k1 + 1); }

Bm25Saturation::Bm25Saturation(double average_length, const Bm25Options& options)
    : base_(static_cast<float>(options.k1 * (1 - options.b))),
      slope_(static_cast<float>(options.k1 * options.b / average_length)) {
  for (std::uint32_t length = 0; length < kTable; ++length) norms_[length] = Norm(length);
}

}  // namespace clientele::qa
