#ifndef CLIENTELE_TOOLS_CLIENTELE_COMMANDS_DELETION_H_
#define CLIENTELE_TOOLS_CLIENTELE_COMMANDS_DELETION_H_

// What `clientele delete` asks before it deletes.

#include <istream>
#include <ostream>
#include <string>

#include "absl/status/statusor.h"

namespace clientele::cli {

// The resource name of the customer who is meant: `name` is "customers/{customer}" as the
// suite writes it, `id` is as a CSV file has it; one of them is empty. INVALID_ARGUMENT when
// it is neither: a deletion is never about a guess.
absl::StatusOr<std::string> CustomerToDelete(const std::string& name, const std::string& id);

// Asks on `out` and reads one line of `in`: true for "yes" alone.
bool ConfirmDeletion(const std::string& what, std::istream& in, std::ostream& out);

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_COMMANDS_DELETION_H_
