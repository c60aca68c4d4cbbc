#include "services/qa-service/training/held_out_groups.h"

#include <map>
#include <random>

#include "common/frame/shuffle.h"

namespace clientele::qa {

std::vector<char> HoldOutGroups(absl::Span<const std::string> groups, double share,
                                std::uint64_t seed) {
  std::map<std::string, std::vector<std::size_t>> members;
  for (std::size_t i = 0; i < groups.size(); ++i) members[groups[i]].push_back(i);
  std::vector<const std::vector<std::size_t>*> order;
  order.reserve(members.size());
  for (const auto& [group, examples] : members) order.push_back(&examples);
  std::mt19937_64 random(seed);
  frame::Shuffle(order, random);
  std::vector<char> held_out(groups.size(), 0);
  const double wanted = share * static_cast<double>(groups.size());
  std::size_t taken = 0;
  for (std::size_t g = 0; g + 1 < order.size(); ++g) {
    for (const std::size_t i : *order[g]) held_out[i] = 1;
    taken += order[g]->size();
    if (static_cast<double>(taken) >= wanted) break;
  }
  return held_out;
}

}  // namespace clientele::qa
