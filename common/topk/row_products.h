#ifndef CLIENTELE_COMMON_TOPK_ROW_PRODUCTS_H_
#define CLIENTELE_COMMON_TOPK_ROW_PRODUCTS_H_

// The products of one vector with rows that stand behind each other, as a single stream through
// memory: about as fast as reading them. OpenBLAS reads several rows at a time, which from memory
// takes two to three times as long where rows are long (256 dimensions); and its matrix product
// packs the whole matrix, which one vector never pays back.
//
//   std::vector<float> products(rows);
//   topk::RowProducts(matrix, query, absl::MakeSpan(products));

#include "absl/types/span.h"

namespace clientele::topk {

// `rows` holds products.size() rows of vector.size() values, or nothing is computed. Sums are in
// fp32, in lanes. Pure function, thread-safe, on the calling thread alone.
void RowProducts(absl::Span<const float> rows, absl::Span<const float> vector,
                 absl::Span<float> products);

}  // namespace clientele::topk

#endif  // CLIENTELE_COMMON_TOPK_ROW_PRODUCTS_H_
