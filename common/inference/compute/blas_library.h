#ifndef CLIENTELE_COMMON_INFERENCE_COMPUTE_BLAS_LIBRARY_H_
#define CLIENTELE_COMMON_INFERENCE_COMPUTE_BLAS_LIBRARY_H_

// The BLAS that this process has loaded. Looked up at run time: torch brings the library, and
// which one that is depends on the machine.

namespace clientele::inference {

// The symbol in the library that sgemm_ comes from, or in one that it needs: another OpenBLAS
// elsewhere in the process says nothing about the one that computes. Null: there is no such
// symbol, or no BLAS. Thread-safe.
void* FindInBlas(const char* symbol);

template <typename Function>
Function* InBlas(const char* symbol) {
  return reinterpret_cast<Function*>(FindInBlas(symbol));
}

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_COMPUTE_BLAS_LIBRARY_H_
