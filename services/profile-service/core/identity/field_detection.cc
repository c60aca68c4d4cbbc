#include "services/profile-service/core/identity/field_detection.h"

#include <algorithm>
#include <initializer_list>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/text/characters.h"
#include "common/text/normalization.h"
#include "services/profile-service/core/identity/field_value.h"

namespace clientele::profile {
namespace {

// Share of the values that have to be of a kind.
constexpr double kMostValues = 0.8;
// A column of fewer distinct values is of categories, where its header says nothing.
constexpr std::size_t kMaxCategories = 20;
constexpr std::size_t kLooked = 2000;  // values whose content is looked at

// The words of a header: parted by marks, spaces, and where capitals begin.
std::vector<std::string> HeaderWords(absl::string_view header) {
  std::vector<std::string> words(1);
  bool lower = false;
  for (const char c : header) {
    const bool upper = absl::ascii_isupper(static_cast<unsigned char>(c));
    const bool letter = absl::ascii_isalnum(static_cast<unsigned char>(c)) || (c & 0x80) != 0;
    if ((!letter || (upper && lower)) && !words.back().empty()) words.emplace_back();
    if (letter) words.back() += absl::ascii_tolower(static_cast<unsigned char>(c));
    lower = letter && !upper;
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

class Header {
 public:
  explicit Header(absl::string_view header)
      : words_(HeaderWords(header)), text_(text::Normalize(header)) {
    for (const std::string& word : words_) joined_ += word;
  }

  // Whether a word is one of these, or the header without marks is.
  bool Says(std::initializer_list<absl::string_view> words) const {
    for (const absl::string_view word : words) {
      if (joined_ == word || std::find(words_.begin(), words_.end(), word) != words_.end()) {
        return true;
      }
    }
    return false;
  }
  bool Contains(std::initializer_list<absl::string_view> parts) const {
    return std::any_of(parts.begin(), parts.end(), [this](absl::string_view part) {
      return absl::StrContains(joined_, part) || absl::StrContains(text_, part);
    });
  }
  bool empty() const { return words_.empty(); }

 private:
  std::vector<std::string> words_;
  std::string text_;
  std::string joined_;  // the words without anything between them
};

bool SaysNumber(const Header& header) { return header.Says({"number", "num", "no", "nr", "nbr"}); }

bool SaysIdentifier(const Header& header) {
  return header.Says({"id", "ids", "key", "guid", "uuid", "ssn", "nin", "passport", "license",
                      "licence", "identifier", "uid", "pk", "index", "row", "rec", "record"}) ||
         header.Contains({"编号", "证号", "证件", "身份证", "passport"});
}

std::optional<FieldType> TypeByHeader(const Header& header) {
  if (header.Contains({"email", "邮箱", "邮件"}) || header.Says({"mail"})) return FieldType::kEmail;
  if (header.Says(
          {"phone", "telephone", "tel", "mobile", "cell", "fax", "msisdn", "phonenumber"}) ||
      header.Contains({"电话", "手机", "cellphone"})) {
    return FieldType::kPhone;
  }
  if (header.Says({"postcode", "zip", "zipcode", "postal", "pcode", "plz"}) ||
      header.Contains({"postcode", "postalcode", "邮编", "邮政编码"})) {
    return FieldType::kPostcode;
  }
  if (header.Says({"dob", "birth", "birthday", "birthdate", "born"}) ||
      header.Contains({"birthdate", "dateofbirth", "出生", "生日"})) {
    return FieldType::kDateOfBirth;
  }
  const bool place = header.Says(
      {"street", "house", "building", "unit", "flat", "apartment", "apt", "door", "st"});
  if ((place && SaysNumber(header)) || header.Says({"housenumber", "streetnumber", "houseno"}) ||
      header.Contains({"门牌"})) {
    return FieldType::kStreetNumber;
  }
  if (header.Says({"city", "suburb", "town", "locality", "county", "municipality", "village",
                   "district", "municip"}) ||
      header.Contains({"城市", "区县", "县"})) {
    return FieldType::kCity;
  }
  if (header.Says({"state", "province", "region", "country", "nation", "nationality"}) ||
      header.Contains({"省", "国家", "国籍"})) {
    return FieldType::kState;
  }
  if (header.Says({"address", "street", "addr", "road", "avenue", "addressline"}) || place ||
      header.Contains({"address", "地址", "街道"})) {
    return FieldType::kAddress;
  }
  if (header.Says({"given", "first", "forename", "fname", "givenname", "firstname", "christian",
                   "middle", "nickname"})) {
    return FieldType::kGivenName;
  }
  if (header.Says(
          {"surname", "last", "family", "lname", "lastname", "familyname", "maiden", "sname"})) {
    return FieldType::kSurname;
  }
  if (header.Says({"sex", "gender", "title", "salutation", "language"}) ||
      header.Contains({"性别", "称谓", "语言"})) {
    return FieldType::kCategory;
  }
  if (header.Contains({"姓名", "名称"}) || header.Says({"name", "fullname", "displayname"}) ||
      (header.Contains({"name"}) && !header.Says({"username", "filename"}))) {
    return FieldType::kFullName;
  }
  if (header.Contains({"姓"})) return FieldType::kSurname;
  if (header.Contains({"名"})) return FieldType::kGivenName;
  if (SaysIdentifier(header)) return FieldType::kIdentifier;
  return std::nullopt;
}

bool LooksLikeEmail(absl::string_view value) {
  const std::size_t at = value.find('@');
  return at != absl::string_view::npos && at > 0 && absl::StrContains(value.substr(at), ".") &&
         !absl::StrContains(value, " ");
}

bool LooksLikeDate(absl::string_view value) {
  const std::u32string date = ReadDate(text::Characters(text::Normalize(value)));
  if (date.size() != 8) return false;
  const std::u32string_view century = std::u32string_view(date).substr(0, 2);
  return century == U"18" || century == U"19" || century == U"20";
}

bool LooksLikePhone(absl::string_view value) {
  std::size_t digits = 0;
  for (const char c : value) {
    if (absl::ascii_isdigit(static_cast<unsigned char>(c))) {
      ++digits;
    } else if (!absl::StrContains("+-(). /", absl::string_view(&c, 1))) {
      return false;
    }
  }
  return digits >= 8 && digits <= 15 && (value[0] == '+' || value[0] == '0' || value[0] == '(');
}

bool LooksLikeCode(absl::string_view value) {
  bool digit = false;
  for (const char c : value) {
    digit = digit || absl::ascii_isdigit(static_cast<unsigned char>(c));
    if (absl::ascii_isspace(static_cast<unsigned char>(c)) || (c & 0x80) != 0) return false;
  }
  return digit;
}

template <typename Looks>
bool Most(const std::vector<absl::string_view>& values, Looks looks) {
  std::size_t count = 0;
  std::size_t looked = 0;
  const std::size_t step = std::max<std::size_t>(1, values.size() / kLooked);
  for (std::size_t i = 0; i < values.size(); i += step) {
    ++looked;
    count += looks(values[i]) ? 1 : 0;
  }
  return static_cast<double>(count) >= kMostValues * static_cast<double>(looked);
}

DetectedField DetectByContent(const std::vector<absl::string_view>& present, std::size_t distinct) {
  if (Most(present, LooksLikeEmail)) {
    return {FieldType::kEmail, "its values are e-mail addresses"};
  }
  if (Most(present, LooksLikeDate)) return {FieldType::kDateOfBirth, "its values are dates"};
  if (Most(present, LooksLikePhone)) return {FieldType::kPhone, "its values are phone numbers"};
  if (distinct <= kMaxCategories && distinct * 10 < present.size()) {
    return {FieldType::kCategory, "it has few values"};
  }
  if (Most(present, LooksLikeCode)) return {FieldType::kIdentifier, "its values are codes"};
  return {FieldType::kText, "its values are texts"};
}

}  // namespace

DetectedField DetectField(absl::string_view header, absl::Span<const std::string> values) {
  std::vector<absl::string_view> present;
  absl::flat_hash_set<absl::string_view> distinct;
  for (const std::string& value : values) {
    const absl::string_view text = absl::StripAsciiWhitespace(value);
    if (text.empty()) continue;
    present.push_back(text);
    distinct.insert(text);
  }
  if (distinct.size() < 2) return {std::nullopt, "it has one value or none"};
  const Header words(header);
  std::optional<FieldType> type = TypeByHeader(words);
  if (type == FieldType::kEmail && !Most(present, LooksLikeEmail)) type = std::nullopt;
  if (type == FieldType::kDateOfBirth && !Most(present, LooksLikeDate)) type = std::nullopt;
  DetectedField found =
      type ? DetectedField{type, "by its header"} : DetectByContent(present, distinct.size());
  // A number of the row tells nothing of who someone is, and may give away which rows belong
  // together ("17-org", "17-dup-0").
  const bool numbers_rows = found.type == FieldType::kIdentifier &&
                            distinct.size() == present.size() && present.size() == values.size();
  if (numbers_rows) return {std::nullopt, "it numbers the rows"};
  return found;
}

}  // namespace clientele::profile
