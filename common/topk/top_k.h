#ifndef CLIENTELE_COMMON_TOPK_TOP_K_H_
#define CLIENTELE_COMMON_TOPK_TOP_K_H_

// Exact nearest rows by dot product: a matrix product in pieces (OpenBLAS sgemm), then a partial
// selection. With unit rows the score is the cosine.
//
//   // 50,000 items of 256 dimensions, one query
//   auto best = topk::TopK(items, 50000, 256, query, 1, 10);
//   for (const topk::Scored& s : best[0]) Use(ids[s.index], s.score);
//
// Best first; rows of equal score in order of their index. A row whose score is NaN is never
// returned. Fewer than k rows: all of them. Memory beside the answer is bounded (about 1 MiB)
// whatever the matrix. Computes on the calling thread alone: callers are many. Thread-safe.

#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"

namespace clientele::topk {

struct Scored {
  std::int64_t index = 0;  // row of the matrix
  float score = 0;

  friend bool operator==(const Scored&, const Scored&) = default;
};

// `matrix` is row-major [rows, dim], `queries` row-major [query_count, dim]; the spans hold at
// least that many values (a shorter span gives empty answers). k <= 0 gives empty answers.
// One answer for each query.
std::vector<std::vector<Scored>> TopK(absl::Span<const float> matrix, std::int64_t rows,
                                      std::int64_t dim, absl::Span<const float> queries,
                                      std::int64_t query_count, std::int64_t k);

// The same, over the rows for which `keep(row)` is true; asked at most once for each row that
// could enter an answer, per query.
std::vector<std::vector<Scored>> TopK(absl::Span<const float> matrix, std::int64_t rows,
                                      std::int64_t dim, absl::Span<const float> queries,
                                      std::int64_t query_count, std::int64_t k,
                                      absl::FunctionRef<bool(std::int64_t row)> keep);

// Selection alone: the k best of scores that are there already.
std::vector<Scored> SelectTopK(absl::Span<const float> scores, std::int64_t k);

}  // namespace clientele::topk

#endif  // CLIENTELE_COMMON_TOPK_TOP_K_H_
