#include "common/topk/top_k.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include <cblas.h>

#include "common/topk/one_thread.h"

namespace clientele::topk {
namespace {

// Scores of one piece, which stay in the cache until they are selected from: 512 KiB. Products with
// few rows at a time cost more.
constexpr std::int64_t kPieceScores = std::int64_t{128} << 10;
constexpr std::int64_t kMinPieceRows = 512;
constexpr std::int64_t kMaxPieceRows = 16384;
// Scores that are looked at together: few enough that most groups hold none of the best.
constexpr std::size_t kGroup = 16;

// Whether one of a group is above; branches would cost more than the comparisons. False for NaN.
bool AnyAbove(const float* scores, float least) {
  int any = 0;
  for (std::size_t i = 0; i < kGroup; ++i) any |= scores[i] > least ? 1 : 0;
  return any != 0;
}

bool Better(const Scored& a, const Scored& b) {
  return a.score != b.score ? a.score > b.score : a.index < b.index;
}

// The best k seen so far: a heap whose front is the worst of them.
class Selection {
 public:
  explicit Selection(std::int64_t k) : k_(static_cast<std::size_t>(k)) {}

  template <class Keep>
  void Offer(std::int64_t index, float score, const Keep& keep) {
    if (std::isnan(score)) return;
    const Scored candidate{index, score};
    if (heap_.size() < k_) {
      if (!keep(index)) return;
      heap_.push_back(candidate);
      std::push_heap(heap_.begin(), heap_.end(), Better);
    } else if (Better(candidate, heap_.front())) {
      if (!keep(index)) return;
      std::pop_heap(heap_.begin(), heap_.end(), Better);
      heap_.back() = candidate;
      std::push_heap(heap_.begin(), heap_.end(), Better);
    }
  }

  // Of consecutive rows, behind all that were offered before: an equal score comes too late.
  template <class Keep>
  void OfferRun(std::int64_t first, absl::Span<const float> scores, const Keep& keep) {
    for (std::size_t i = 0; i < scores.size();) {
      const std::size_t end = std::min(scores.size(), i + kGroup);
      if (heap_.size() == k_ && end - i == kGroup &&
          !AnyAbove(scores.data() + i, heap_.front().score)) {
        i = end;
      }
      for (; i < end; ++i) Offer(first + static_cast<std::int64_t>(i), scores[i], keep);
    }
  }

  std::vector<Scored> Take() {
    std::sort_heap(heap_.begin(), heap_.end(), Better);
    return std::move(heap_);
  }

 private:
  std::size_t k_;
  std::vector<Scored> heap_;
};

template <class Keep>
std::vector<std::vector<Scored>> Search(absl::Span<const float> matrix, std::int64_t rows,
                                        std::int64_t dim, absl::Span<const float> queries,
                                        std::int64_t query_count, std::int64_t k,
                                        const Keep& keep) {
  std::vector<std::vector<Scored>> answers(
      static_cast<std::size_t>(std::max<std::int64_t>(query_count, 0)));
  if (rows <= 0 || dim <= 0 || query_count <= 0 || k <= 0 ||
      static_cast<std::int64_t>(matrix.size()) / dim < rows ||
      static_cast<std::int64_t>(queries.size()) / dim < query_count) {
    return answers;
  }
  const OneThread one_thread;
  const std::int64_t group = std::min<std::int64_t>(query_count, 256);
  const std::int64_t piece =
      std::min({rows, kMaxPieceRows, std::max(kPieceScores / group, kMinPieceRows)});
  std::vector<float> scores(static_cast<std::size_t>(group * piece));
  for (std::int64_t first = 0; first < query_count; first += group) {
    const std::int64_t count = std::min(group, query_count - first);
    std::vector<Selection> best(static_cast<std::size_t>(count), Selection(k));
    for (std::int64_t begin = 0; begin < rows; begin += piece) {
      const std::int64_t length = std::min(piece, rows - begin);
      const float* piece_rows = matrix.data() + begin * dim;
      const float* query_rows = queries.data() + first * dim;
      cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, static_cast<int>(count),
                  static_cast<int>(length), static_cast<int>(dim), 1.0F, query_rows,
                  static_cast<int>(dim), piece_rows, static_cast<int>(dim), 0.0F, scores.data(),
                  static_cast<int>(length));
      for (std::int64_t q = 0; q < count; ++q) {
        best[static_cast<std::size_t>(q)].OfferRun(
            begin, {scores.data() + q * length, static_cast<std::size_t>(length)}, keep);
      }
    }
    for (std::int64_t q = 0; q < count; ++q) {
      answers[static_cast<std::size_t>(first + q)] = best[static_cast<std::size_t>(q)].Take();
    }
  }
  return answers;
}

}  // namespace

std::vector<std::vector<Scored>> TopK(absl::Span<const float> matrix, std::int64_t rows,
                                      std::int64_t dim, absl::Span<const float> queries,
                                      std::int64_t query_count, std::int64_t k) {
  return Search(matrix, rows, dim, queries, query_count, k, [](std::int64_t) { return true; });
}

std::vector<std::vector<Scored>> TopK(absl::Span<const float> matrix, std::int64_t rows,
                                      std::int64_t dim, absl::Span<const float> queries,
                                      std::int64_t query_count, std::int64_t k,
                                      absl::FunctionRef<bool(std::int64_t row)> keep) {
  return Search(matrix, rows, dim, queries, query_count, k, keep);
}

std::vector<Scored> SelectTopK(absl::Span<const float> scores, std::int64_t k) {
  if (k <= 0) return {};
  Selection selection(k);
  selection.OfferRun(0, scores, [](std::int64_t) { return true; });
  return selection.Take();
}

}  // namespace clientele::topk
