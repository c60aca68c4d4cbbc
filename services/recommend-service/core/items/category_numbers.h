#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_CATEGORY_NUMBERS_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_CATEGORY_NUMBERS_H_

// Category paths as small numbers, so that a pass over all items compares no text. A path is an
// item's category with those above it.
//
//   const std::int32_t mugs = numbers.Number({"home", "kitchen"}, "mugs");
//   numbers.Within("kitchen");   // {mugs}
//   numbers.Within("garden");    // {}: no item was ever in it

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace clientele::recommend {

// 0 is no category (""); others are given in the order of their first use and never change.
// Thread-safe.
class CategoryNumbers {
 public:
  CategoryNumbers() { Number({}, ""); }

  // `parents`: the categories above, the widest first.
  std::int32_t Number(const std::vector<std::string>& parents, absl::string_view category);
  // The paths that the category is in, at their end or above it, ascending.
  std::vector<std::int32_t> Within(absl::string_view category) const;
  // The category itself, of a number that Number() gave.
  std::string Name(std::int32_t number) const;
  // Numbers given so far are below this.
  std::int32_t size() const;

 private:
  mutable std::mutex mutex_;
  absl::flat_hash_map<std::string, std::int32_t> numbers_;  // by path
  absl::flat_hash_map<std::string, std::vector<std::int32_t>> within_;
  std::vector<std::string> names_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_CATEGORY_NUMBERS_H_
