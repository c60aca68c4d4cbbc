#include "services/recommend-service/core/items/item.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "common/text/utf8.h"

namespace clientele::recommend {
namespace {

constexpr std::size_t kMaxIdBytes = 64;
constexpr std::size_t kMaxTitleBytes = 512;
constexpr std::size_t kMaxDescriptionBytes = 16 * 1024;
constexpr std::size_t kMaxCategoryBytes = 128;
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
  if (!IsItemId(item.id)) {
    violations.Add(id_field, "must be 1 to 64 of letters, digits, '.', '_', '-'");
  }
  if (item.title.empty()) add("title", "must not be empty");
  check_text("title", item.title, kMaxTitleBytes);
  check_text("description", item.description, kMaxDescriptionBytes);
  check_text("category", item.category, kMaxCategoryBytes);
  if (item.price_micros < 0) add("price_micros", "must be at least 0");
  if (item.price_micros > 0 && !IsCurrencyCode(item.currency_code)) {
    add("currency_code", "must be an ISO 4217 code such as GBP when price_micros is set");
  } else if (item.price_micros == 0 && !item.currency_code.empty() &&
             !IsCurrencyCode(item.currency_code)) {
    add("currency_code", "must be an ISO 4217 code such as GBP, or empty");
  }
  check_text("image_uri", item.image_uri, kMaxImageUriBytes);
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
      case ItemField::kPriceMicros:
        next.price_micros = update.item.price_micros;
        break;
      case ItemField::kCurrencyCode:
        next.currency_code = update.item.currency_code;
        break;
      case ItemField::kImageUri:
        next.image_uri = update.item.image_uri;
        break;
      case ItemField::kAvailable:
        next.available = update.item.available;
        break;
    }
  }
  return next;
}

}  // namespace clientele::recommend
