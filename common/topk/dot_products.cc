#include "common/topk/dot_products.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include <cblas.h>

#include "common/topk/one_thread.h"
#include "common/topk/row_products.h"

namespace clientele::topk {
namespace {

// 8 KiB of products.
constexpr std::int64_t kRowsAtOnce = 2048;
// From here on a matrix comes from memory rather than from a cache, and rows that are read one
// after the other come faster than several at a time, unless they are short. Measured with 8 to 128
// dimensions: docs/measurements.md, "Selecting the best".
constexpr std::int64_t kMemoryValues = std::int64_t{4} << 20;
constexpr std::int64_t kLongRow = 16;

}  // namespace

void DotProducts(
    absl::Span<const float> matrix, std::int64_t rows, std::int64_t dim,
    absl::Span<const float> vector,
    absl::FunctionRef<void(std::int64_t first, absl::Span<const float> products)> take) {
  if (rows <= 0 || dim <= 0 || static_cast<std::int64_t>(matrix.size()) / dim < rows ||
      static_cast<std::int64_t>(vector.size()) < dim) {
    return;
  }
  const OneThread one_thread;
  const bool one_by_one = rows * dim > kMemoryValues && dim >= kLongRow;
  std::array<float, kRowsAtOnce> products;
  for (std::int64_t first = 0; first < rows; first += kRowsAtOnce) {
    const std::int64_t count = std::min(kRowsAtOnce, rows - first);
    const absl::Span<float> part = absl::MakeSpan(products).first(static_cast<std::size_t>(count));
    if (one_by_one) {
      RowProducts(matrix.subspan(static_cast<std::size_t>(first * dim),
                                 static_cast<std::size_t>(count * dim)),
                  vector.first(static_cast<std::size_t>(dim)), part);
    } else {
      cblas_sgemv(CblasRowMajor, CblasNoTrans, static_cast<int>(count), static_cast<int>(dim), 1.0F,
                  matrix.data() + first * dim, static_cast<int>(dim), vector.data(), 1, 0.0F,
                  part.data(), 1);
    }
    take(first, part);
  }
}

}  // namespace clientele::topk
