#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_ITEM_FILTER_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_ITEM_FILTER_H_

// Which items a caller wants, by brand and attributes.
//
//   ItemFilter filter{.brands = {"Acme"}, .attributes = {{.attribute = "weight", .maximum = 2}}};
//   filter.Matches(item);   // Acme's with a weight of at most 2

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "common/status/error_details.h"
#include "services/recommend-service/core/items/catalog_snapshot.h"

namespace clientele::recommend {

inline constexpr std::size_t kMaxFilterValues = 100;
inline constexpr std::size_t kMaxAttributeConditions = 16;

// On one attribute; every part that is set must hold. An item without the attribute does not match.
struct AttributeCondition {
  std::string attribute = {};
  // The text is one of these, or the list has one of them; empty: any.
  std::vector<std::string> any_of = {};
  // The number is at least, at most this.
  std::optional<double> minimum = {};
  std::optional<double> maximum = {};

  bool Matches(const ItemAttributes& attributes) const;
};

struct ItemFilter {
  std::vector<std::string> brands = {};             // one of these; empty: any
  std::vector<AttributeCondition> attributes = {};  // all of these

  bool Matches(const CatalogItem& item) const;
};

// Adds every violation of the limits; paths start with `field`, such as "filter".
void CheckItemFilter(const ItemFilter& filter, absl::string_view field,
                     FieldViolations& violations);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_ITEM_FILTER_H_
