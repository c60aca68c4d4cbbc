#ifndef CLIENTELE_COMMON_FLAGS_SECRET_H_
#define CLIENTELE_COMMON_FLAGS_SECRET_H_

#include <string>

#include "absl/status/statusor.h"

namespace clientele::flags {

// A secret from a file (where `file` is not empty) or from the environment
// variable `env`; never from a flag. Trailing line ends are dropped. NOT_FOUND when
// neither is set, FAILED_PRECONDITION when the file cannot be read or is empty. The
// message names the ways to set it without a flag, never the secret.
absl::StatusOr<std::string> ReadSecret(const std::string& env, const std::string& file);

}  // namespace clientele::flags

#endif  // CLIENTELE_COMMON_FLAGS_SECRET_H_
