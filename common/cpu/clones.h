#ifndef CLIENTELE_COMMON_CPU_CLONES_H_
#define CLIENTELE_COMMON_CPU_CLONES_H_

// Functions that are compiled for several x86-64 processors; the right one is chosen when the
// program is loaded.
//
//   CLIENTELE_CPU_CLONES
//   void Add(const float* a, float* b, int n) { for (int i = 0; i < n; ++i) b[i] += a[i]; }
//
// On another architecture they are compiled once, for what every processor of it has. So they are
// with -DCLIENTELE_PORTABLE=ON, which tries that out on x86-64; under clang and the sanitizers,
// which cannot choose so early; and their results stay within the tolerance of every golden.
// There are no intrinsics: whatever is written here compiles everywhere.

#if defined(__x86_64__) && !defined(CLIENTELE_PORTABLE)
#define CLIENTELE_CPU_X86_64 1
#else
#define CLIENTELE_CPU_X86_64 0
#endif

#if CLIENTELE_CPU_X86_64 && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define CLIENTELE_CPU_CLONES \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
// And what they call is compiled into them, so that it is compiled for the same processor.
#define CLIENTELE_CPU_FLAT_CLONES \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"), flatten))
#else
#define CLIENTELE_CPU_CLONES
#define CLIENTELE_CPU_FLAT_CLONES
#endif

#endif  // CLIENTELE_COMMON_CPU_CLONES_H_
