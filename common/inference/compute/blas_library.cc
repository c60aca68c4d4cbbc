#include "common/inference/compute/blas_library.h"

#include <dlfcn.h>

namespace clientele::inference {

void* FindInBlas(const char* symbol) {
  void* const sgemm = ::dlsym(RTLD_DEFAULT, "sgemm_");
  Dl_info info{};
  if (sgemm == nullptr || ::dladdr(sgemm, &info) == 0) return nullptr;
  void* const library = ::dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
  if (library == nullptr) return nullptr;
  void* const found = ::dlsym(library, symbol);
  ::dlclose(library);  // only the extra reference; the library stays loaded
  return found;
}

}  // namespace clientele::inference
