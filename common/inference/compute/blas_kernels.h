#ifndef CLIENTELE_COMMON_INFERENCE_COMPUTE_BLAS_KERNELS_H_
#define CLIENTELE_COMMON_INFERENCE_COMPUTE_BLAS_KERNELS_H_

// OpenBLAS chooses its kernels by the processor's model number when it is loaded, and takes a
// processor that is younger than itself for a Prescott of 2004. Debian 12's does so on Intel's
// Emerald Rapids: products are some ten times slower there, and the triangular solve of those
// kernels ends the process. So a program says which kernels the processor can run, see
// program_setup.h.

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace clientele::inference {

struct VectorExtensions {
  bool avx2_and_fma = false;
  bool avx512 = false;  // F, CD, BW, DQ and VL
};

// Of this processor.
VectorExtensions FindVectorExtensions();

// A value for OPENBLAS_CORETYPE where `core`, which openblas_get_corename() gives, leaves most of
// the processor unused; nullopt: it may stay. Pure.
std::optional<std::string> BetterKernels(absl::string_view core,
                                         const VectorExtensions& extensions);

// Has OpenBLAS choose again, with OPENBLAS_CORETYPE in this program's environment, where there are
// better kernels and nobody has set it. Does nothing in programs without an OpenBLAS, or with one
// that was built for one kind of processor. To be called in main, before there are other threads.
void ChooseBlasKernels();

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_COMPUTE_BLAS_KERNELS_H_
