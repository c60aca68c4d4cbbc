#include "services/profile-service/core/identity/field_value.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "common/text/characters.h"
#include "common/text/normalization.h"

namespace clientele::profile {
namespace {

constexpr std::size_t kMaxValueBytes = 1024;

bool IsAsciiDigit(char32_t c) { return c >= U'0' && c <= U'9'; }

bool MeansMissing(const std::u32string& text) {
  static const std::set<std::u32string>& words = *new std::set<std::u32string>{
      U"",        U"null",    U"none",      U"nan",       U"na",   U"n a", U"nil",
      U"unknown", U"missing", U"undefined", U"not given", U"不详", U"无",  U"未知"};
  return words.count(text) > 0;
}

// Letters and digits; apostrophes and points vanish, other marks part words.
std::u32string LettersAndDigits(std::u32string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (const char32_t c : text) {
    if (text::IsLetterOrDigit(c)) {
      out += c;
    } else if (c != U'\'' && c != U'’' && c != U'.' && !out.empty() && out.back() != U' ') {
      out += U' ';
    }
  }
  if (!out.empty() && out.back() == U' ') out.pop_back();
  return out;
}

std::vector<std::u32string> WordsOf(const std::u32string& text) {
  std::vector<std::u32string> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(U' ', at), text.size());
    if (end > at) words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

std::u32string JoinWords(const std::vector<std::u32string>& words) {
  std::u32string text;
  for (const std::u32string& word : words) {
    if (!text.empty()) text += U' ';
    text += word;
  }
  return text;
}

// As postal services abbreviate (such as Australia Post's and USPS's lists of street types).
const std::map<std::u32string, std::u32string>& StreetWords() {
  static const auto& words = *new std::map<std::u32string, std::u32string>{
      {U"st", U"street"},      {U"str", U"street"},  {U"rd", U"road"},     {U"av", U"avenue"},
      {U"ave", U"avenue"},     {U"dr", U"drive"},    {U"drv", U"drive"},   {U"ct", U"court"},
      {U"crt", U"court"},      {U"pl", U"place"},    {U"cct", U"circuit"}, {U"cir", U"circle"},
      {U"cres", U"crescent"},  {U"cr", U"crescent"}, {U"ln", U"lane"},     {U"hwy", U"highway"},
      {U"pde", U"parade"},     {U"tce", U"terrace"}, {U"ter", U"terrace"}, {U"sq", U"square"},
      {U"blvd", U"boulevard"}, {U"cl", U"close"},    {U"gr", U"grove"},    {U"pkwy", U"parkway"},
      {U"apt", U"apartment"},  {U"ste", U"suite"},   {U"mt", U"mount"},    {U"vlge", U"village"},
      {U"rtmt", U"retirement"}};
  return words;
}

std::u32string DigitsOf(std::u32string_view text) {
  std::u32string digits;
  for (const char32_t c : text) {
    if (IsAsciiDigit(c)) digits += c;
  }
  return digits;
}

// The number of a month by its English name or its first three letters or more; 0 for another word.
int MonthOf(std::u32string_view word) {
  static constexpr std::array<std::u32string_view, 12> kMonths = {
      U"january", U"february", U"march",     U"april",   U"may",      U"june",
      U"july",    U"august",   U"september", U"october", U"november", U"december"};
  if (word.size() < 3) return 0;
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    if (kMonths[i].substr(0, word.size()) == word) return static_cast<int>(i) + 1;
  }
  return 0;
}

// The runs of digits, and months by their names as numbers; a fourth part and later are of a time.
struct DateParts {
  std::vector<std::u32string> numbers;
  int named_month = 0;
};

DateParts PartsOfDate(std::u32string_view text) {
  DateParts parts;
  for (std::size_t at = 0; at < text.size() && parts.numbers.size() < 3;) {
    std::size_t end = at;
    if (IsAsciiDigit(text[at])) {
      while (end < text.size() && IsAsciiDigit(text[end])) ++end;
      parts.numbers.emplace_back(text.substr(at, end - at));
    } else if (text::IsLetterOrDigit(text[at]) && text[at] < 0x80) {
      while (end < text.size() && text[end] < 0x80 && text::IsLetterOrDigit(text[end]) &&
             !IsAsciiDigit(text[end])) {
        ++end;
      }
      if (parts.named_month == 0) parts.named_month = MonthOf(text.substr(at, end - at));
    } else {
      ++end;
    }
    at = end;
  }
  return parts;
}

std::u32string DateDigits(int year, int month, int day) {
  if (month > 12) std::swap(month, day);
  if (month < 1 || month > 12 || day < 1 || day > 31 || year < 1000) return {};
  std::u32string digits;
  int value = year * 10000 + month * 100 + day;
  for (int divisor = 10'000'000; divisor > 0; divisor /= 10) {
    digits += static_cast<char32_t>(U'0' + value / divisor % 10);
  }
  return digits;
}

int NumberOf(std::u32string_view digits) {
  int value = 0;
  for (const char32_t c : digits.substr(0, 8)) value = value * 10 + static_cast<int>(c - U'0');
  return value;
}

FieldValue StandardizeEmail(std::u32string text) {
  const std::size_t at = text.rfind(U'@');
  FieldValue value;
  if (at == std::u32string::npos) return FieldValue{.text = std::move(text)};
  std::u32string local = text.substr(0, std::min(at, text.find(U'+')));
  local.erase(std::remove(local.begin(), local.end(), U'.'), local.end());
  value.words = {std::move(local), text.substr(at + 1)};
  value.text = std::move(text);
  return value;
}

}  // namespace

std::u32string ReadDate(std::u32string_view text) {
  const DateParts parts = PartsOfDate(text);
  const auto& numbers = parts.numbers;
  if (parts.named_month > 0 && numbers.size() >= 2) {
    const bool year_first = numbers[0].size() == 4;
    return DateDigits(NumberOf(numbers[year_first ? 0 : 1]), parts.named_month,
                      NumberOf(numbers[year_first ? 1 : 0]));
  }
  if (numbers.size() == 1 && numbers[0].size() == 8) {
    const int whole = NumberOf(numbers[0]);
    const std::u32string read = DateDigits(whole / 10000, whole / 100 % 100, whole % 100);
    // What is wrong stays as it is, so that it can still be compared digit by digit.
    return !read.empty() && whole / 100 % 100 <= 12 ? read : numbers[0];
  }
  if (numbers.size() < 3) return {};
  if (numbers[0].size() == 4) {
    return DateDigits(NumberOf(numbers[0]), NumberOf(numbers[1]), NumberOf(numbers[2]));
  }
  if (numbers[2].size() != 4) return {};
  return DateDigits(NumberOf(numbers[2]), NumberOf(numbers[1]), NumberOf(numbers[0]));
}

FieldValue Standardize(FieldType type, absl::string_view text) {
  const std::u32string folded = text::Characters(text::Normalize(text.substr(0, kMaxValueBytes)));
  std::u32string plain = LettersAndDigits(folded);
  if (MeansMissing(plain)) return {};
  switch (type) {
    case FieldType::kEmail:
      return StandardizeEmail(folded);
    case FieldType::kPhone: {
      std::u32string digits = DigitsOf(folded);
      return {.text = digits.size() >= 3 ? std::move(digits) : std::move(plain)};
    }
    case FieldType::kDateOfBirth: {
      std::u32string date = ReadDate(folded);
      return {.text = date.empty() ? std::move(plain) : std::move(date)};
    }
    case FieldType::kFullName: {
      FieldValue value{.text = std::move(plain)};
      value.words = WordsOf(value.text);
      std::sort(value.words.begin(), value.words.end());
      return value;
    }
    case FieldType::kAddress: {
      FieldValue value;
      value.words = WordsOf(plain);
      for (std::u32string& word : value.words) {
        const auto found = StreetWords().find(word);
        if (found != StreetWords().end() && &word != &value.words.front()) word = found->second;
      }
      value.text = JoinWords(value.words);
      std::sort(value.words.begin(), value.words.end());
      return value;
    }
    case FieldType::kPostcode:
    case FieldType::kIdentifier:
      plain.erase(std::remove(plain.begin(), plain.end(), U' '), plain.end());
      return {.text = std::move(plain)};
    default:
      return {.text = std::move(plain)};
  }
}

}  // namespace clientele::profile
