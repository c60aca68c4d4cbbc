#ifndef CLIENTELE_COMMON_TOPK_ONE_THREAD_H_
#define CLIENTELE_COMMON_TOPK_ONE_THREAD_H_

// Of OpenMP; clang's tools come without omp.h.
extern "C" int omp_get_max_threads();
extern "C" void omp_set_num_threads(int threads);

namespace clientele::topk {

// While it lives, this thread's products run on it alone: OpenBLAS takes the number of threads from
// that of its caller in OpenMP. For the files of common/topk alone.
class OneThread {
 public:
  OneThread() : before_(::omp_get_max_threads()) { ::omp_set_num_threads(1); }
  ~OneThread() { ::omp_set_num_threads(before_); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  const int before_;
};

}  // namespace clientele::topk

#endif  // CLIENTELE_COMMON_TOPK_ONE_THREAD_H_
