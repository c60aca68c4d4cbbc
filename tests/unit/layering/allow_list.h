// Who may include whom: for each folder, which of the project's folders and which families of
// third-party headers. What is not listed is refused.
//
// A folder is written as
//   common/rpc                       this folder alone,
//   tools/clientele/**               with its sub-folders,
//   services/{service}/core/**       of each service; {service} is the same one throughout a row,
//   services/{service}/main.cc       one file.
// The first entry that fits a file is its own. A file may always include its own folder.
//
// What nothing uses is stale and fails, except what begins with a question mark: that is granted by
// the design and awaited. What a rule with {service} grants is awaited for the services to come.
#ifndef CLIENTELE_TESTS_UNIT_LAYERING_ALLOW_LIST_H_
#define CLIENTELE_TESTS_UNIT_LAYERING_ALLOW_LIST_H_

#include <string>
#include <vector>

namespace clientele::layering {

// Third-party headers that stand or fall together.
struct HeaderFamily {
  std::string name;
  std::vector<std::string> headers;  // "grpcpp/": a prefix, "*.grpc.pb.h": a suffix, or one header
};

struct FolderRule {
  std::string folder;                 // "?common/media": may be missing
  std::vector<std::string> folders;   // that it may include, without /**; a file names itself alone
  std::vector<std::string> families;  // that it may include
};

struct AllowList {
  std::vector<HeaderFamily> families;  // the first that fits a header is its own
  std::vector<FolderRule> rules;       // a folder of common uses those above it alone
};

// The project's.
const AllowList& ProjectAllowList();

}  // namespace clientele::layering

#endif  // CLIENTELE_TESTS_UNIT_LAYERING_ALLOW_LIST_H_
