#include "services/profile-service/core/customers/customer_validation.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "common/text/utf8.h"

namespace clientele::profile {
namespace {

constexpr std::size_t kMaxId = 64;
constexpr std::size_t kMaxDisplayName = 512;
// RFC 3696, erratum 1690: 64 + '@' + 255.
constexpr std::size_t kMaxEmail = 320;
constexpr std::size_t kMaxPhone = 64;
constexpr std::size_t kMaxLanguage = 35;
constexpr std::size_t kMaxRegionCharacters = 64;
constexpr std::size_t kMaxAttributes = 32;
constexpr std::size_t kMaxAttributeKey = 64;
constexpr std::size_t kMaxAttributeValue = 256;

std::size_t CodePoints(absl::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// A NUL can be sent in a proto string and stored in no text column.
bool IsStorable(absl::string_view text) {
  return text.find('\0') == absl::string_view::npos && text::IsValidUtf8(text);
}

void CheckText(absl::string_view value, std::size_t max_bytes, absl::string_view path,
               absl::string_view field, FieldViolations& bad) {
  if (!IsStorable(value)) {
    bad.Add(absl::StrCat(path, ".", field), "must be UTF-8 without NUL");
  } else if (value.size() > max_bytes) {
    bad.Add(absl::StrCat(path, ".", field),
            absl::StrCat("must have at most ", max_bytes, " bytes"));
  }
}

bool IsLanguageTag(absl::string_view code) {
  if (code.size() > kMaxLanguage || code.front() == '-' || code.back() == '-') return false;
  return std::all_of(code.begin(), code.end(),
                     [](char c) { return absl::ascii_isalnum(c) || c == '-'; });
}

}  // namespace

std::string IdOf(absl::string_view name, absl::string_view collection) {
  return std::string(absl::ConsumePrefix(&name, collection) ? name : kMalformedId);
}

bool IsValidId(absl::string_view id) {
  return !id.empty() && id.size() <= kMaxId && std::all_of(id.begin(), id.end(), [](char c) {
    return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
  });
}

void ValidateCustomerId(absl::string_view id, absl::string_view field, FieldViolations& bad) {
  if (!IsValidId(id)) {
    bad.Add(field, "must name a customer; an id is 1 to 64 of letters, digits, '.', '_', '-'");
  }
}

void ValidateCustomer(const Customer& customer, absl::string_view path, FieldViolations& bad) {
  CheckText(customer.display_name, kMaxDisplayName, path, "display_name", bad);
  CheckText(customer.email, kMaxEmail, path, "email", bad);
  CheckText(customer.phone, kMaxPhone, path, "phone", bad);
  if (!customer.language_code.empty() && !IsLanguageTag(customer.language_code)) {
    bad.Add(absl::StrCat(path, ".language_code"),
            "must be a BCP 47 language, such as \"en\" or \"zh\"");
  }
  if (!IsStorable(customer.region)) {
    bad.Add(absl::StrCat(path, ".region"), "must be UTF-8 without NUL");
  } else if (CodePoints(customer.region) > kMaxRegionCharacters) {
    bad.Add(absl::StrCat(path, ".region"),
            absl::StrCat("must have at most ", kMaxRegionCharacters, " characters"));
  }
  if (customer.attributes.size() > kMaxAttributes) {
    bad.Add(absl::StrCat(path, ".attributes"),
            absl::StrCat("must have at most ", kMaxAttributes, " entries"));
  }
  for (const auto& [key, value] : customer.attributes) {
    if (key.empty() || key.size() > kMaxAttributeKey || !IsStorable(key)) {
      bad.Add(absl::StrCat(path, ".attributes"), "each key must be 1 to 64 bytes of UTF-8");
    }
    CheckText(value, kMaxAttributeValue, path, "attributes", bad);
  }
}

}  // namespace clientele::profile
