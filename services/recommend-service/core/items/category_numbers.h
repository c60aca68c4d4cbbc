#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_CATEGORY_NUMBERS_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_CATEGORY_NUMBERS_H_

// Categories as small numbers, so that a pass over all items compares no text.
//
//   const std::int32_t kitchen = numbers.Number("kitchen");
//   numbers.Find("garden");   // nullopt: no item was ever in it

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace clientele::recommend {

// 0 is no category (""); others are given in the order of their first use and never change.
// Thread-safe.
class CategoryNumbers {
 public:
  CategoryNumbers() { Number(""); }

  std::int32_t Number(absl::string_view category);
  std::optional<std::int32_t> Find(absl::string_view category) const;
  // Of a number that Number() gave.
  std::string Name(std::int32_t number) const;
  // Numbers given so far are below this.
  std::int32_t size() const;

 private:
  mutable std::mutex mutex_;
  absl::flat_hash_map<std::string, std::int32_t> numbers_;
  std::vector<std::string> names_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_CATEGORY_NUMBERS_H_
