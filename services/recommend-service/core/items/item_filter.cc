#include "services/recommend-service/core/items/item_filter.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"

namespace clientele::recommend {
namespace {

bool HoldsOneOf(const std::vector<std::string>& wanted, absl::string_view text) {
  return std::find(wanted.begin(), wanted.end(), text) != wanted.end();
}

}  // namespace

bool AttributeCondition::Matches(const ItemAttributes& attributes) const {
  const auto found = attributes.find(attribute);
  if (found == attributes.end()) return false;
  if (!any_of.empty()) {
    const std::vector<absl::string_view> texts = AttributeTexts(found->second);
    if (std::none_of(texts.begin(), texts.end(),
                     [&](absl::string_view text) { return HoldsOneOf(any_of, text); })) {
      return false;
    }
  }
  if (!minimum.has_value() && !maximum.has_value()) return true;
  const double* const number = std::get_if<double>(&found->second);
  return number != nullptr && (!minimum.has_value() || *number >= *minimum) &&
         (!maximum.has_value() || *number <= *maximum);
}

bool ItemFilter::Matches(const CatalogItem& item) const {
  if (!brands.empty() && !HoldsOneOf(brands, item.brand)) return false;
  return std::all_of(attributes.begin(), attributes.end(),
                     [&](const auto& one) { return one.Matches(item.attributes); });
}

void CheckItemFilter(const ItemFilter& filter, absl::string_view field,
                     FieldViolations& violations) {
  if (filter.brands.size() > kMaxFilterValues) {
    violations.Add(absl::StrCat(field, ".brands"),
                   absl::StrCat("must have at most ", kMaxFilterValues, " entries"));
  }
  if (filter.attributes.size() > kMaxAttributeConditions) {
    violations.Add(absl::StrCat(field, ".attributes"),
                   absl::StrCat("must have at most ", kMaxAttributeConditions, " entries"));
  }
  for (std::size_t i = 0; i < filter.attributes.size(); ++i) {
    const AttributeCondition& one = filter.attributes[i];
    const std::string at = absl::StrCat(field, ".attributes[", i, "]");
    if (one.attribute.empty() || one.attribute.size() > kMaxAttributeNameBytes) {
      violations.Add(absl::StrCat(at, ".attribute"),
                     absl::StrCat("must have 1 to ", kMaxAttributeNameBytes, " bytes"));
    }
    if (one.any_of.size() > kMaxFilterValues) {
      violations.Add(absl::StrCat(at, ".any_of"),
                     absl::StrCat("must have at most ", kMaxFilterValues, " entries"));
    }
    const auto is_nan = [](const std::optional<double>& bound) {
      return bound.has_value() && std::isnan(*bound);
    };
    if (is_nan(one.minimum) || is_nan(one.maximum)) {
      violations.Add(at, "must have numbers as minimum and maximum");
    } else if (one.minimum.has_value() && one.maximum.has_value() && *one.minimum > *one.maximum) {
      violations.Add(absl::StrCat(at, ".maximum"), "must be at least minimum");
    }
  }
}

}  // namespace clientele::recommend
