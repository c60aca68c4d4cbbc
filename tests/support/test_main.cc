#include <catch2/catch_session.hpp>

#include "common/inference/compute/blas_kernels.h"

int main(int argc, char** argv) {
  clientele::inference::ChooseBlasKernels();
  return Catch::Session().run(argc, argv);
}
