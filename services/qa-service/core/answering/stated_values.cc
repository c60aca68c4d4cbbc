#include "services/qa-service/core/answering/stated_values.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

#include "common/text/han_folding.h"
#include "common/text/normalization.h"

namespace clientele::qa {
namespace {

// A piece of a text: a run of digits, a word of Latin letters, or one other character.
struct Mark {
  enum class Kind { kNumber, kWord, kOther };
  Kind kind = Kind::kOther;
  std::string text;
};

bool IsAsciiDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAsciiLetter(char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)); }

std::size_t CharacterLength(absl::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  const std::size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  return std::min(length, text.size() - at);
}

// "1,250.00" is "1250", "2.50" is "2.5", "03" is "3".
std::string CanonicalNumber(absl::string_view written) {
  std::string digits;
  for (std::size_t i = 0; i < written.size(); ++i) {
    if (written[i] != ',') digits += written[i];
  }
  if (absl::StrContains(digits, '.')) {
    while (digits.back() == '0') digits.pop_back();
    if (digits.back() == '.') digits.pop_back();
  }
  std::size_t zeros = 0;
  while (zeros + 1 < digits.size() && digits[zeros] == '0' && digits[zeros + 1] != '.') ++zeros;
  return digits.substr(zeros);
}

std::vector<Mark> MarksOf(absl::string_view text) {
  std::vector<Mark> marks;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    if (IsAsciiDigit(text[at])) {
      while (at < text.size() &&
             (IsAsciiDigit(text[at]) || ((text[at] == '.' || text[at] == ',') &&
                                         at + 1 < text.size() && IsAsciiDigit(text[at + 1])))) {
        ++at;
      }
      marks.push_back({Mark::Kind::kNumber, CanonicalNumber(text.substr(begin, at - begin))});
    } else if (IsAsciiLetter(text[at])) {
      while (at < text.size() && (IsAsciiLetter(text[at]) || text[at] == '\'')) ++at;
      marks.push_back({Mark::Kind::kWord, std::string(text.substr(begin, at - begin))});
    } else {
      at += CharacterLength(text, at);
      const absl::string_view character = text.substr(begin, at - begin);
      if (character != " ") marks.push_back({Mark::Kind::kOther, std::string(character)});
    }
  }
  return marks;
}

const std::map<std::string, std::string, std::less<>>& Units() {
  static const auto& units =
      *new std::map<std::string, std::string, std::less<>>{{"day", "day"},
                                                           {"days", "day"},
                                                           {"天", "day"},
                                                           {"日", "day"},
                                                           {"hour", "hour"},
                                                           {"hours", "hour"},
                                                           {"h", "hour"},
                                                           {"时", "hour"},
                                                           {"minute", "minute"},
                                                           {"minutes", "minute"},
                                                           {"min", "minute"},
                                                           {"分", "minute"},
                                                           {"second", "second"},
                                                           {"seconds", "second"},
                                                           {"秒", "second"},
                                                           {"week", "week"},
                                                           {"weeks", "week"},
                                                           {"周", "week"},
                                                           {"month", "month"},
                                                           {"months", "month"},
                                                           {"月", "month"},
                                                           {"year", "year"},
                                                           {"years", "year"},
                                                           {"年", "year"},
                                                           {"%", "percent"},
                                                           {"percent", "percent"},
                                                           {"$", "usd"},
                                                           {"dollar", "usd"},
                                                           {"dollars", "usd"},
                                                           {"usd", "usd"},
                                                           {"£", "gbp"},
                                                           {"pound", "gbp"},
                                                           {"pounds", "gbp"},
                                                           {"gbp", "gbp"},
                                                           {"€", "eur"},
                                                           {"euro", "eur"},
                                                           {"euros", "eur"},
                                                           {"eur", "eur"},
                                                           {"¥", "cny"},
                                                           {"元", "cny"},
                                                           {"yuan", "cny"},
                                                           {"cny", "cny"},
                                                           {"rmb", "cny"},
                                                           {"kg", "kg"},
                                                           {"km", "km"},
                                                           {"cm", "cm"},
                                                           {"gb", "gb"},
                                                           {"mb", "mb"},
                                                           {"am", "am"},
                                                           {"pm", "pm"},
                                                           {"working", ""},
                                                           {"business", ""},
                                                           {"calendar", ""},
                                                           {"个", ""},
                                                           {"小", ""},
                                                           {"工", ""},
                                                           {"作", ""}};
  return units;
}

const std::map<std::string, int, std::less<>>& NumberWords() {
  static const auto& words = *new std::map<std::string, int, std::less<>>{
      {"two", 2},        {"three", 3},     {"four", 4},       {"five", 5},     {"six", 6},
      {"seven", 7},      {"eight", 8},     {"nine", 9},       {"ten", 10},     {"eleven", 11},
      {"twelve", 12},    {"thirteen", 13}, {"fourteen", 14},  {"fifteen", 15}, {"sixteen", 16},
      {"seventeen", 17}, {"eighteen", 18}, {"nineteen", 19},  {"twenty", 20},  {"thirty", 30},
      {"forty", 40},     {"fifty", 50},    {"sixty", 60},     {"seventy", 70}, {"eighty", 80},
      {"ninety", 90},    {"hundred", 100}, {"thousand", 1000}};
  return words;
}

const std::map<std::string, int, std::less<>>& MonthNames() {
  // "may" and "march" are words of their own too: they count behind or before a number alone.
  static const auto& names = *new std::map<std::string, int, std::less<>>{
      {"january", 1},   {"february", 2}, {"march", 3},     {"april", 4},
      {"may", 5},       {"june", 6},     {"july", 7},      {"august", 8},
      {"september", 9}, {"october", 10}, {"november", 11}, {"december", 12}};
  return names;
}

std::optional<int> HanDigit(absl::string_view character) {
  static const auto& digits = *new std::map<std::string, int, std::less<>>{
      {"零", 0}, {"一", 1}, {"二", 2}, {"两", 2}, {"三", 3}, {"四", 4},
      {"五", 5}, {"六", 6}, {"七", 7}, {"八", 8}, {"九", 9}};
  const auto found = digits.find(character);
  if (found == digits.end()) return std::nullopt;
  return found->second;
}

std::int64_t HanScale(absl::string_view character) {
  if (character == "十") return 10;
  if (character == "百") return 100;
  if (character == "千") return 1000;
  if (character == "万") return 10000;
  return 0;
}

// Reads a number that begins at marks[at], and moves behind it. nullopt: none begins there.
std::optional<std::string> ReadNumber(const std::vector<Mark>& marks, std::size_t& at) {
  const Mark& mark = marks[at];
  if (mark.kind == Mark::Kind::kNumber) {
    ++at;
    return mark.text;
  }
  if (mark.kind == Mark::Kind::kWord) {
    std::int64_t total = 0;
    std::int64_t part = 0;
    std::size_t read = 0;
    for (std::size_t i = at; i < marks.size(); ++i) {
      if (read > 0 && marks[i].text == "-") continue;
      const auto word = NumberWords().find(marks[i].text);
      if (word == NumberWords().end()) {
        // "twenty-one", "one hundred".
        const bool one = marks[i].text == "one";
        const bool joins = read > 0 || (i + 1 < marks.size() && (marks[i + 1].text == "hundred" ||
                                                                 marks[i + 1].text == "thousand"));
        if (!one || !joins) break;
        part += 1;
      } else if (word->second >= 100) {
        part = std::max<std::int64_t>(part, 1) * word->second;
        if (word->second == 1000) {
          total += part;
          part = 0;
        }
      } else {
        part += word->second;
      }
      ++read;
      at = i + 1;
    }
    if (read == 0) return std::nullopt;
    return absl::StrCat(total + part);
  }
  std::int64_t total = 0;
  std::int64_t digit = -1;
  std::size_t read = 0;
  std::size_t i = at;
  for (; i < marks.size(); ++i, ++read) {
    if (const std::optional<int> value = HanDigit(marks[i].text)) {
      digit = *value;
    } else if (const std::int64_t scale = HanScale(marks[i].text)) {
      total = scale == 10000 ? (total + std::max<std::int64_t>(digit, 0)) * scale
                             : total + (digit < 0 ? 1 : digit) * scale;
      digit = -1;
    } else {
      break;
    }
  }
  if (read == 0 || (read == 1 && digit == 1)) return std::nullopt;
  at = i;
  return absl::StrCat(total + std::max<std::int64_t>(digit, 0));
}

// The unit beside a number; empty: none.
std::string UnitAt(const std::vector<Mark>& marks, std::size_t at) {
  for (std::size_t i = at; i < marks.size() && i < at + 5; ++i) {
    const auto unit = Units().find(marks[i].text);
    if (unit == Units().end()) return "";
    if (!unit->second.empty()) return unit->second;
  }
  return "";
}

}  // namespace

std::set<std::string> ValuesOf(absl::string_view text) {
  const std::vector<Mark> marks =
      MarksOf(absl::StrReplaceAll(text::Normalize(text::FoldHan(text)), {{"百分之", "%"}}));
  std::set<std::string> values;
  const auto month_at = [&](std::size_t i) -> std::optional<int> {
    if (i >= marks.size()) return std::nullopt;
    const auto month = MonthNames().find(marks[i].text);
    if (month == MonthNames().end()) return std::nullopt;
    return month->second;
  };
  const auto add_month = [&](int month) {
    values.insert(absl::StrCat(month));
    values.insert(absl::StrCat(month, " month"));
  };
  for (std::size_t at = 0; at < marks.size();) {
    const std::size_t begin = at;
    const std::optional<std::string> number = ReadNumber(marks, at);
    if (!number.has_value()) {
      ++at;
      continue;
    }
    values.insert(*number);
    std::string unit = UnitAt(marks, at);
    // A sign of money stands before its amount, and 百分之 before its share.
    if (unit.empty() && begin > 0 && marks[begin - 1].kind == Mark::Kind::kOther) {
      constexpr absl::string_view kSigns[] = {"$", "£", "€", "¥", "%"};
      const std::string& sign = marks[begin - 1].text;
      if (std::find(std::begin(kSigns), std::end(kSigns), sign) != std::end(kSigns)) {
        unit = Units().find(sign)->second;
      }
    }
    if (!unit.empty()) values.insert(absl::StrCat(*number, " ", unit));
    if (begin > 0) {
      if (const auto month = month_at(begin - 1)) add_month(*month);
    }
    if (const auto month = month_at(at)) add_month(*month);
  }
  return values;
}

bool IsPartOfValue(absl::string_view word) {
  return Units().count(word) > 0 || NumberWords().count(word) > 0 || MonthNames().count(word) > 0;
}

bool Denies(absl::string_view text) {
  const std::string folded = text::Normalize(text::FoldHan(text));
  for (const absl::string_view han : {"不", "没", "无", "未", "别", "勿", "莫", "禁止"}) {
    if (absl::StrContains(folded, han)) return true;
  }
  for (const Mark& mark : MarksOf(folded)) {
    if (mark.kind != Mark::Kind::kWord) continue;
    for (const char* word : {"not", "no", "never", "cannot", "without", "neither", "nor", "none",
                             "nothing", "nobody", "unable"}) {
      if (mark.text == word) return true;
    }
    if (absl::EndsWith(mark.text, "n't")) return true;
  }
  return false;
}

}  // namespace clientele::qa
