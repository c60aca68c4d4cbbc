#include "services/qa-service/core/answering/random_id.h"

#include <random>

#include "absl/strings/str_cat.h"

namespace clientele::qa {

std::string RandomId() {
  thread_local std::random_device source;
  std::string id;
  for (int part = 0; part < 4; ++part) {
    absl::StrAppend(&id, absl::Hex(static_cast<unsigned>(source()), absl::kZeroPad8));
  }
  return id;
}

}  // namespace clientele::qa
