#include "services/recommend-service/core/items/item_attributes.h"

#include <cmath>

#include "absl/strings/str_cat.h"

#include "common/text/utf8.h"

namespace clientele::recommend {
namespace {

// A NUL is valid UTF-8 but no database text.
bool IsAttributeText(absl::string_view text) {
  return text.find('\0') == absl::string_view::npos && text::IsValidUtf8(text);
}

}  // namespace

void CheckAttributes(const ItemAttributes& attributes, absl::string_view field,
                     FieldViolations& violations) {
  if (attributes.size() > kMaxAttributes) {
    violations.Add(field, absl::StrCat("must have at most ", kMaxAttributes, " entries"));
  }
  for (const auto& [name, value] : attributes) {
    if (name.empty() || name.size() > kMaxAttributeNameBytes || !IsAttributeText(name)) {
      violations.Add(field, absl::StrCat("has a name that is not 1 to ", kMaxAttributeNameBytes,
                                         " bytes of UTF-8 text without NUL"));
      continue;
    }
    const std::string at = absl::StrCat(field, ".", name);
    if (const double* const number = std::get_if<double>(&value);
        number != nullptr && !std::isfinite(*number)) {
      violations.Add(at, "must be a finite number");
    }
    const std::vector<absl::string_view> texts = AttributeTexts(value);
    if (texts.size() > kMaxAttributeListSize) {
      violations.Add(at, absl::StrCat("must have at most ", kMaxAttributeListSize, " values"));
    }
    for (const absl::string_view text : texts) {
      if (text.empty() || text.size() > kMaxAttributeTextBytes || !IsAttributeText(text)) {
        violations.Add(at, absl::StrCat("must be 1 to ", kMaxAttributeTextBytes,
                                        " bytes of UTF-8 text without NUL"));
        break;
      }
    }
  }
  if (AttributeBytes(attributes) > kMaxAttributeBytes) {
    violations.Add(field, absl::StrCat("must have at most ", kMaxAttributeBytes, " bytes in all"));
  }
}

std::size_t AttributeBytes(const ItemAttributes& attributes) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : attributes) {
    bytes += name.size() + sizeof(double);
    for (const absl::string_view text : AttributeTexts(value)) bytes += text.size();
  }
  return bytes;
}

std::vector<absl::string_view> AttributeTexts(const AttributeValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return {*text};
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
    return {list->begin(), list->end()};
  }
  return {};
}

}  // namespace clientele::recommend
