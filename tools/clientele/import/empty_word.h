#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_EMPTY_WORD_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_EMPTY_WORD_H_

#include "absl/strings/string_view.h"

namespace clientele::cli {

// Whether a cell says that it is empty, as databases and spreadsheets write it: NULL, \N, #N/A,
// NaN, None and their like. By case, so that Ms Null keeps her name. Thread-safe.
bool IsEmptyWord(absl::string_view cell);

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_EMPTY_WORD_H_
