#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_CANDIDATES_ITEM_LINKS_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_CANDIDATES_ITEM_LINKS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace clientele::recommend {

// What having chosen one item says of the others: of each item its strongest links. A plain value,
// part of a model.
struct ItemLinks {
  std::string source;                 // "item-item" or "ease", see candidate_generator.h
  std::int64_t links_per_item = 0;    // M
  std::vector<std::int32_t> targets;  // items x M, row-major; rows of the model, -1: none
  std::vector<float> weights;         // items x M, finite
};

// Of so many items, without a link.
inline ItemLinks NoLinks(std::string source, std::int64_t items, std::int64_t links_per_item) {
  const auto size = static_cast<std::size_t>(items * links_per_item);
  return {std::move(source), links_per_item, std::vector<std::int32_t>(size, -1),
          std::vector<float>(size, 0.0F)};
}

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_CANDIDATES_ITEM_LINKS_H_
