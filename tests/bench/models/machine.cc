#include "tests/bench/models/machine.h"

#include <thread>

#include <ATen/Parallel.h>
#include <cblas.h>
#include <omp.h>

#include "common/cpu/clones.h"

namespace clientele::bench {
namespace {

// Eight independent sums of eight words each: enough loads in flight to be bound by memory.
CLIENTELE_CPU_FLAT_CLONES std::uint64_t SumOf(const std::uint64_t* words, std::int64_t count) {
  constexpr int kLanes = 64;
  std::uint64_t lanes[kLanes] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (int lane = 0; lane < kLanes; ++lane) lanes[lane] += words[i + lane];
  }
  std::uint64_t sum = 0;
  for (; i < count; ++i) sum += words[i];
  for (const std::uint64_t lane : lanes) sum += lane;
  return sum;
}

}  // namespace

SquareProduct::SquareProduct(std::int64_t size)
    : size_(size),
      a_(static_cast<std::size_t>(size * size), 0.5f),
      b_(static_cast<std::size_t>(size * size), 0.25f),
      c_(static_cast<std::size_t>(size * size)) {}

void SquareProduct::Run() {
  const auto n = static_cast<int>(size_);
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1.0f, a_.data(), n, b_.data(), n,
              0.0f, c_.data(), n);
}

BufferRead::BufferRead(std::size_t bytes) : words_(bytes / sizeof(std::uint64_t), 3) {}

void BufferRead::Run() {
  const int threads = omp_get_max_threads();
  const auto count = static_cast<std::int64_t>(words_.size());
  std::uint64_t sum = 0;
#pragma omp parallel for reduction(+ : sum) schedule(static, 1)
  for (int i = 0; i < threads; ++i) {
    const std::int64_t first = count * i / threads;
    sum += SumOf(words_.data() + first, count * (i + 1) / threads - first);
  }
  sink_ = sum;
}

void UseThreads(int threads) {
  omp_set_num_threads(threads);
  at::set_num_threads(threads);
}

std::vector<int> ThreadCounts() {
  return std::thread::hardware_concurrency() >= 2 ? std::vector<int>{1, 2} : std::vector<int>{1};
}

}  // namespace clientele::bench
