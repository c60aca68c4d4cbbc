#ifndef CLIENTELE_COMMON_MEDIA_CONFINEMENT_H_
#define CLIENTELE_COMMON_MEDIA_CONFINEMENT_H_

// Takes from a process what it does not need to compute: files, sockets, other processes, and
// memory and time without end.
//
//   CLIENTELE_RETURN_IF_ERROR(Confine({.memory_bytes = 1 << 30, .seconds = 10}));
//   ... read from descriptors that are open, compute, write to them, _exit ...
//
// For a process of one thread, which ends soon. There is no way back.

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"

namespace clientele::media {

struct Confinement {
  // Beside what the process has mapped by now; where BoundsMemory().
  std::size_t memory_bytes = std::size_t{1} << 30;
  // Of processor time, and of time: then the process is killed.
  unsigned seconds = 10;
};

// False under sanitizers, whose shadow memory is larger than any bound.
bool BoundsMemory();

// Ends with the parent as well. System calls other than those for memory and for descriptors that
// are open fail from here on (on x86-64 and arm64). INTERNAL where the kernel does not allow that.
absl::Status Confine(const Confinement& confinement);

}  // namespace clientele::media

#endif  // CLIENTELE_COMMON_MEDIA_CONFINEMENT_H_
