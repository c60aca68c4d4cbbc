#ifndef CLIENTELE_TESTS_BENCH_MODELS_MACHINE_H_
#define CLIENTELE_TESTS_BENCH_MODELS_MACHINE_H_

// What this machine can do at all, with the threads that OpenMP is set to: the yardsticks.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace clientele::bench {

// A single-precision product of two square matrices by the machine's BLAS.
class SquareProduct {
 public:
  explicit SquareProduct(std::int64_t size = 1024);
  void Run();
  double operations() const { return 2.0 * size_ * size_ * size_; }

 private:
  std::int64_t size_;
  std::vector<float> a_, b_, c_;
};

// Reads a buffer once, as a plain loop that adds it up.
class BufferRead {
 public:
  explicit BufferRead(std::size_t bytes);
  void Run();
  std::size_t bytes() const { return words_.size() * sizeof(std::uint64_t); }

 private:
  std::vector<std::uint64_t> words_;
  volatile std::uint64_t sink_ = 0;
};

// Sets OpenMP's and torch's threads.
void UseThreads(int threads);
// 1, and 2 where the machine has them.
std::vector<int> ThreadCounts();

}  // namespace clientele::bench

#endif  // CLIENTELE_TESTS_BENCH_MODELS_MACHINE_H_
