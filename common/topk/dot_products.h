#ifndef CLIENTELE_COMMON_TOPK_DOT_PRODUCTS_H_
#define CLIENTELE_COMMON_TOPK_DOT_PRODUCTS_H_

// The product of one vector with every row of a matrix, as a stream over the rows (OpenBLAS sgemv,
// or row_products.h for a matrix that no cache holds): it costs about what reading the matrix
// costs. A product of matrices (topk/top_k.h) packs its operands first, which one vector never pays
// back.
//
//   // 100,000 items of 32 dimensions
//   topk::DotProducts(items, 100000, 32, customer, [&](std::int64_t first,
//                                                      absl::Span<const float> scores) {
//     for (std::size_t i = 0; i < scores.size(); ++i) Use(first + i, scores[i]);
//   });
//
// Computes on the calling thread alone: callers are many. Thread-safe.

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"

namespace clientele::topk {

// `matrix` is row-major [rows, dim], `vector` [dim]; the spans hold at least that many values, or
// nothing is computed. `take` gets the products of consecutive rows from `first` on, a few thousand
// at a time, while they are in the cache; its span ends with the call.
void DotProducts(
    absl::Span<const float> matrix, std::int64_t rows, std::int64_t dim,
    absl::Span<const float> vector,
    absl::FunctionRef<void(std::int64_t first, absl::Span<const float> products)> take);

}  // namespace clientele::topk

#endif  // CLIENTELE_COMMON_TOPK_DOT_PRODUCTS_H_
