#include "common/topk/row_products.h"

#include <cstddef>
#include <cstring>

#include "common/cpu/clones.h"

namespace clientele::topk {
namespace {

constexpr std::size_t kLanes = 16;
constexpr std::size_t kSums = 4;  // independent, so that additions overlap

using Lanes __attribute__((vector_size(kLanes * sizeof(float)))) = float;
using Half __attribute__((vector_size(kLanes / 2 * sizeof(float)))) = float;
using Quarter __attribute__((vector_size(kLanes / 4 * sizeof(float)))) = float;

}  // namespace

CLIENTELE_CPU_CLONES
void RowProducts(absl::Span<const float> rows, absl::Span<const float> vector,
                 absl::Span<float> products) {
  const std::size_t dim = vector.size();
  if (dim == 0 || rows.size() / dim < products.size()) return;
  const float* const query = vector.data();
  for (std::size_t r = 0; r < products.size(); ++r) {
    const float* const row = rows.data() + r * dim;
    Lanes sums[kSums] = {};
    Lanes a;
    Lanes b;
    std::size_t d = 0;
    for (; d + kSums * kLanes <= dim; d += kSums * kLanes) {
      for (std::size_t s = 0; s < kSums; ++s) {
        std::memcpy(&a, query + d + s * kLanes, sizeof a);
        std::memcpy(&b, row + d + s * kLanes, sizeof b);
        sums[s] += a * b;
      }
    }
    for (; d + kLanes <= dim; d += kLanes) {
      std::memcpy(&a, query + d, sizeof a);
      std::memcpy(&b, row + d, sizeof b);
      sums[0] += a * b;
    }
    const Lanes all = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    Half halves[2];
    std::memcpy(halves, &all, sizeof all);
    const Half half = halves[0] + halves[1];
    Quarter quarters[2];
    std::memcpy(quarters, &half, sizeof half);
    const Quarter quarter = quarters[0] + quarters[1];
    float sum = (quarter[0] + quarter[1]) + (quarter[2] + quarter[3]);
    for (; d < dim; ++d) sum += query[d] * row[d];
    products[r] = sum;
  }
}

}  // namespace clientele::topk
