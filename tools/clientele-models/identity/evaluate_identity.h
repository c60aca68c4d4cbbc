#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_IDENTITY_EVALUATE_IDENTITY_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_IDENTITY_EVALUATE_IDENTITY_H_

#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace clientele::models {

struct EvaluateIdentityOptions {
  std::vector<std::string> files;
  std::string truth;
  std::vector<std::string> ignore = {};  // names of columns
  std::vector<std::string> map = {};     // COLUMN=TYPE each
};

// Finds which rows are one person without a look at `truth`, and prints one JSON line about all
// pairs of rows: `precision`, `recall`, `f1`, and `pairs`, how many pairs were found. What was made
// of the columns goes to `log`. Errors name the file and the line, or the option.
absl::Status EvaluateIdentity(const EvaluateIdentityOptions& options, std::ostream& out,
                              std::ostream& log);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_IDENTITY_EVALUATE_IDENTITY_H_
