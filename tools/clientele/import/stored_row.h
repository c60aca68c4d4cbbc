#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_STORED_ROW_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_STORED_ROW_H_

// Compares what a file says of a resource with what is stored of it.
//
//   DifferingPaths(stored, row, {"email", "attributes.segment"});   // {"email"}
//
// Pure and thread-safe.

#include <string>
#include <vector>

#include "google/protobuf/message.h"

namespace clientele::cli {

// Those of `paths` in which two messages of a type differ. A path is a field of text, numbers or
// repeated text, or "field.key" of a map of text. Paths that are neither always differ.
std::vector<std::string> DifferingPaths(const google::protobuf::Message& stored,
                                        const google::protobuf::Message& row,
                                        const std::vector<std::string>& paths);

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_STORED_ROW_H_
