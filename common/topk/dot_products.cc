#include "common/topk/dot_products.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include <cblas.h>

#include "common/topk/one_thread.h"

namespace clientele::topk {
namespace {

// 8 KiB of products.
constexpr std::int64_t kRowsAtOnce = 2048;

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
  std::array<float, kRowsAtOnce> products;
  for (std::int64_t first = 0; first < rows; first += kRowsAtOnce) {
    const std::int64_t count = std::min(kRowsAtOnce, rows - first);
    cblas_sgemv(CblasRowMajor, CblasNoTrans, static_cast<int>(count), static_cast<int>(dim), 1.0F,
                matrix.data() + first * dim, static_cast<int>(dim), vector.data(), 1, 0.0F,
                products.data(), 1);
    take(first, absl::MakeConstSpan(products).first(static_cast<std::size_t>(count)));
  }
}

}  // namespace clientele::topk
