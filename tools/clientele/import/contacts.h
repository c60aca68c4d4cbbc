#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_CONTACTS_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_CONTACTS_H_

// Phone numbers and e-mail addresses that cannot be any, as spreadsheets leave them.
//
//   WhyNoPhone("4.42079E+11")        "is in scientific notation: its digits are lost"
//   WhyNoEmail("a@b.com;c@d.com")    "holds two addresses"
//
// Not a proof that someone answers there. Pure and thread-safe.

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::cli {

enum class BadContactPolicy {
  kReject,  // the row
  kEmpty,   // the field
  kKeep,    // it is stored as it is
};

// "reject", "empty" or "keep"; INVALID_ARGUMENT for another word.
absl::StatusOr<BadContactPolicy> ParseBadContactPolicy(absl::string_view word);

// As it is stored: without the apostrophe by which a spreadsheet marks text, digits and signs in
// ASCII.
std::string CleanPhone(absl::string_view phone);

// Why the cell cannot be a phone number, or an e-mail address; empty: it can, or is empty.
std::string WhyNoPhone(absl::string_view phone);
std::string WhyNoEmail(absl::string_view email);

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_CONTACTS_H_
