#ifndef CLIENTELE_COMMON_INFERENCE_BUNDLE_MEMORY_PAGES_H_
#define CLIENTELE_COMMON_INFERENCE_BUNDLE_MEMORY_PAGES_H_

// Memory that is no longer needed before its owner frees it.
//
//   GiveBackPages(weights, bytes_read);   // they read as zeros from here on

#include <cstddef>

namespace clientele::inference {

// Gives the whole pages inside [begin, begin + length) back to the system; what lies beside them
// stays. The range is private memory of the process (malloc, or an anonymous mapping).
void GiveBackPages(void* begin, std::size_t length);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_BUNDLE_MEMORY_PAGES_H_
