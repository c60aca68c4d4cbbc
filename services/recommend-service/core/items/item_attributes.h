#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_ITEM_ATTRIBUTES_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_ITEM_ATTRIBUTES_H_

// What a company says of its items beside title and category: "color" is a text, "weight" a number,
// "sizes" a list of texts.
//
//   ItemAttributes attributes = {{"color", "red"}, {"weight", 0.3}};

#include <cstddef>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"

#include "common/status/error_details.h"

namespace clientele::recommend {

using AttributeValue = std::variant<std::string, double, std::vector<std::string>>;
using ItemAttributes = std::map<std::string, AttributeValue, std::less<>>;  // by name

inline constexpr std::size_t kMaxAttributes = 64;
inline constexpr std::size_t kMaxAttributeNameBytes = 64;
inline constexpr std::size_t kMaxAttributeTextBytes = 512;
inline constexpr std::size_t kMaxAttributeListSize = 32;
inline constexpr std::size_t kMaxAttributeBytes =
    std::size_t{8} * 1024;  // of all names and values together

// Adds every violation of the limits, at `field`, such as "item.attributes".
void CheckAttributes(const ItemAttributes& attributes, absl::string_view field,
                     FieldViolations& violations);

// Of names and values.
std::size_t AttributeBytes(const ItemAttributes& attributes);

// The texts of a value: one, none of a number, those of a list.
std::vector<absl::string_view> AttributeTexts(const AttributeValue& value);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_ITEMS_ITEM_ATTRIBUTES_H_
