#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_ASCII_FORMS_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_ASCII_FORMS_H_

#include <string>

#include "absl/strings/string_view.h"

namespace clientele::cli {

// Text with digits of any script, full-width forms, spaces of any width, the typographic
// apostrophe and the minus sign in ASCII; the rest as it is. Thread-safe.
std::string AsciiForms(absl::string_view text);

// Whether a letter of any script, or what is no UTF-8, is there. Thread-safe.
bool HasLetters(absl::string_view text);

// Whether the text is a currency: a sign with up to three letters from A to Z, or three of these.
// Thread-safe.
bool IsCurrency(absl::string_view text);

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_ASCII_FORMS_H_
