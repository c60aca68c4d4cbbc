#include "common/flags/secret.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"

namespace clientele::flags {

absl::StatusOr<std::string> ReadSecret(const std::string& env, const std::string& file) {
  std::string secret;
  if (!file.empty()) {
    std::ifstream stream(file, std::ios::binary);
    std::stringstream text;
    text << stream.rdbuf();
    if (!stream.is_open()) {
      return absl::FailedPreconditionError(
          absl::StrCat("the secret's file cannot be read (it may also be given as ", env, ")"));
    }
    secret = text.str();
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing changes the environment beside other threads.
  } else if (const char* value = std::getenv(env.c_str()); value != nullptr) {
    secret = value;
  } else {
    return absl::NotFoundError(absl::StrCat("set ", env, ", or give the secret in a file"));
  }
  while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
  if (secret.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the secret is empty (", env, " or its file)"));
  }
  return secret;
}

}  // namespace clientele::flags
