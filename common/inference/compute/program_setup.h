#ifndef CLIENTELE_COMMON_INFERENCE_COMPUTE_PROGRAM_SETUP_H_
#define CLIENTELE_COMMON_INFERENCE_COMPUTE_PROGRAM_SETUP_H_

// What a program says to the libraries that compute for it, before all else:
//
//   int main(int argc, char** argv) {
//     clientele::inference::SetUpProgram();
//     ...

namespace clientele::inference {

// Chooses OpenBLAS's kernels (blas_kernels.h), and keeps libtorch from compiling TorchScript for
// the CPU: what it fuses need not round as the operators do one by one, so that a model might
// answer differently by the machine's libtorch, and Debian 13's (2.6) compiles the graph of a
// profile fuser without end. Debian 12's does not compile at all. Nothing is said to a library that
// the program does not have. To be called in main, before there are other threads.
void SetUpProgram();

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_COMPUTE_PROGRAM_SETUP_H_
