// Finds a cycle among folders.
//
//   FindCycle({{"a", "b"}, {"b", "a"}})   // {"a", "b", "a"}
#ifndef CLIENTELE_TESTS_UNIT_LAYERING_CYCLE_H_
#define CLIENTELE_TESTS_UNIT_LAYERING_CYCLE_H_

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace clientele::layering {

using Arrow = std::pair<std::string, std::string>;  // who includes, who is included

// One cycle, which ends where it begins; empty where there is none. An arrow from a folder to
// itself is no cycle.
std::vector<std::string> FindCycle(const std::set<Arrow>& arrows);

}  // namespace clientele::layering

#endif  // CLIENTELE_TESTS_UNIT_LAYERING_CYCLE_H_
