#include "services/recommend-service/core/items/item.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "common/text/utf8.h"

namespace clientele::recommend {
namespace {

constexpr std::size_t kMaxIdBytes = 64;
constexpr std::size_t kMaxTitleBytes = 512;
constexpr std::size_t kMaxDescriptionBytes = std::size_t{16} * 1024;
constexpr std::size_t kMaxCategoryBytes = 128;
constexpr std::size_t kMaxParentCategories = 8;
constexpr std::size_t kMaxBrandBytes = 128;
constexpr std::size_t kMaxAdditionalImages = 16;
constexpr std::size_t kMaxImageUriBytes = 2048;

// A NUL is valid UTF-8 but no database text.
bool IsText(absl::string_view text) {
  return text.find('\0') == absl::string_view::npos && text::IsValidUtf8(text);
}

bool IsCurrencyCode(absl::string_view code) {
  return code.size() == 3 &&
         std::all_of(code.begin(), code.end(), [](char c) { return absl::ascii_isupper(c); });
}

}  // namespace

bool IsItemId(absl::string_view id) {
  return !id.empty() && id.size() <= kMaxIdBytes &&
         std::all_of(id.begin(), id.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
         });
}

void CheckItem(const Item& item, absl::string_view prefix, absl::string_view id_field,
               FieldViolations& violations) {
  const auto add = [&](absl::string_view field, absl::string_view description) {
    violations.Add(absl::StrCat(prefix, field), description);
  };
  const auto check_text = [&](absl::string_view field, absl::string_view value, std::size_t max) {
    if (value.size() > max) {
      add(field, absl::StrCat("must be at most ", max, " bytes"));
    } else if (!IsText(value)) {
      add(field, "must be UTF-8 text without NUL");
    }
  };
  const auto check_texts = [&](absl::string_view field, const std::vector<std::string>& values,
                               std::size_t max_values, std::size_t max_bytes) {
    if (values.size() > max_values) {
      add(field, absl::StrCat("must have at most ", max_values, " entries"));
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::string at = absl::StrCat(field, "[", i, "]");
      if (values[i].empty()) add(at, "must not be empty");
      check_text(at, values[i], max_bytes);
    }
  };
  if (!IsItemId(item.id)) {
    violations.Add(id_field, "must be 1 to 64 of letters, digits, '.', '_', '-'");
  }
  if (item.title.empty()) add("title", "must not be empty");
  check_text("title", item.title, kMaxTitleBytes);
  check_text("description", item.description, kMaxDescriptionBytes);
  check_text("category", item.category, kMaxCategoryBytes);
  check_texts("parent_categories", item.parent_categories, kMaxParentCategories, kMaxCategoryBytes);
  if (item.category.empty() && !item.parent_categories.empty()) {
    add("parent_categories", "must be empty where category is");
  }
  check_text("brand", item.brand, kMaxBrandBytes);
  CheckAttributes(item.attributes, absl::StrCat(prefix, "attributes"), violations);
  if (item.price_micros < 0) add("price_micros", "must be at least 0");
  if (item.price_micros > 0 && !IsCurrencyCode(item.currency_code)) {
    add("currency_code", "must be an ISO 4217 code such as GBP when price_micros is set");
  } else if (item.price_micros == 0 && !item.currency_code.empty() &&
             !IsCurrencyCode(item.currency_code)) {
    add("currency_code", "must be an ISO 4217 code such as GBP, or empty");
  }
  check_text("image_uri", item.image_uri, kMaxImageUriBytes);
  check_texts("additional_image_uris", item.additional_image_uris, kMaxAdditionalImages,
              kMaxImageUriBytes);
  if (item.available_from >= item.available_until) {
    add("available_until", "must be after available_from");
  }
}

Item Updated(const Item& current, const ItemUpdate& update) {
  Item next = current;
  for (const ItemField field : update.fields) {
    switch (field) {
      case ItemField::kTitle:
        next.title = update.item.title;
        break;
      case ItemField::kDescription:
        next.description = update.item.description;
        break;
      case ItemField::kCategory:
        next.category = update.item.category;
        break;
      case ItemField::kParentCategories:
        next.parent_categories = update.item.parent_categories;
        break;
      case ItemField::kBrand:
        next.brand = update.item.brand;
        break;
      case ItemField::kAttributes:
        next.attributes = update.item.attributes;
        break;
      case ItemField::kPriceMicros:
        next.price_micros = update.item.price_micros;
        break;
      case ItemField::kCurrencyCode:
        next.currency_code = update.item.currency_code;
        break;
      case ItemField::kImageUri:
        next.image_uri = update.item.image_uri;
        break;
      case ItemField::kAdditionalImageUris:
        next.additional_image_uris = update.item.additional_image_uris;
        break;
      case ItemField::kAvailable:
        next.available = update.item.available;
        break;
      case ItemField::kAvailableFrom:
        next.available_from = update.item.available_from;
        break;
      case ItemField::kAvailableUntil:
        next.available_until = update.item.available_until;
        break;
    }
  }
  for (const std::string& name : update.attributes) {
    const auto value = update.item.attributes.find(name);
    if (value == update.item.attributes.end()) {
      next.attributes.erase(name);
    } else {
      next.attributes[name] = value->second;
    }
  }
  return next;
}

}  // namespace clientele::recommend
