#include "tests/unit/layering/cycle.h"

#include <algorithm>
#include <map>

namespace clientele::layering {
namespace {

// Depth first; `path` is the way to the folder being looked at.
class CycleSearch {
 public:
  explicit CycleSearch(const std::set<Arrow>& arrows) {
    for (const auto& [from, to] : arrows) {
      if (from != to) next_[from].push_back(to);
    }
  }

  std::vector<std::string> Find() {
    for (const auto& [folder, unused] : next_) {
      if (Visit(folder)) return path_;
    }
    return {};
  }

 private:
  bool Visit(const std::string& folder) {
    const auto begin = std::ranges::find(path_, folder);
    if (begin != path_.end()) {
      path_.erase(path_.begin(), begin);
      path_.push_back(folder);
      return true;
    }
    if (!visited_.insert(folder).second) return false;
    path_.push_back(folder);
    const auto next = next_.find(folder);
    if (next != next_.end()) {
      for (const std::string& to : next->second) {
        if (Visit(to)) return true;
      }
    }
    path_.pop_back();
    return false;
  }

  std::map<std::string, std::vector<std::string>> next_;
  std::set<std::string> visited_;
  std::vector<std::string> path_;
};

}  // namespace

std::vector<std::string> FindCycle(const std::set<Arrow>& arrows) {
  return CycleSearch(arrows).Find();
}

}  // namespace clientele::layering
