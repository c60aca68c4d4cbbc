// Compares what source files include with an allow-list.
//
//   const Findings findings = CheckLayering(files, ProjectAllowList());
//   for (const std::string& problem : findings.problems) …
#ifndef CLIENTELE_TESTS_UNIT_LAYERING_LAYERING_CHECK_H_
#define CLIENTELE_TESTS_UNIT_LAYERING_LAYERING_CHECK_H_

#include <map>
#include <string>
#include <vector>

#include "tests/unit/layering/allow_list.h"
#include "tests/unit/layering/include_reader.h"

namespace clientele::layering {

// What was read of one folder.
struct FolderCount {
  int files = 0;
  int ours = 0;         // includes of the project
  int third_party = 0;  // of a family
  int standard = 0;     // of the C++ library
};

struct Findings {
  std::vector<std::string> problems;  // each says what to change
  std::map<std::string, FolderCount> counts;
};

// Refused are an arrow or a header that the list does not allow; a folder, a header or an include
// that it does not know; a cycle between folders of common; and what is stale: a rule without a
// file, a family without a header, a permission without an include.
Findings CheckLayering(const std::vector<SourceFile>& files, const AllowList& list);

// What is wrong with the list by itself: a name that it does not define, or a folder of common
// that uses one below it.
std::vector<std::string> CheckAllowList(const AllowList& list);

}  // namespace clientele::layering

#endif  // CLIENTELE_TESTS_UNIT_LAYERING_LAYERING_CHECK_H_
