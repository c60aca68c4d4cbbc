#include "services/profile-service/core/identity/blocking_features.h"

#include <algorithm>

#include "common/text/characters.h"
#include "services/profile-service/core/identity/nicknames.h"

namespace clientele::profile {
namespace {

constexpr std::size_t kPhoneSuffix = 8;
constexpr std::size_t kPostcodePrefix = 3;

// 0 for vowels and what is no letter, -1 for h and w, which part no letters of one code.
int SoundexDigit(char32_t c) {
  static constexpr std::u32string_view kLetters = U"abcdefghijklmnopqrstuvwxyz";
  static constexpr int kDigits[] = {0, 1, 2, 3, 0, 1, 2, -1, 0, 2,  2, 4, 5,
                                    5, 0, 1, 2, 6, 2, 3, 0,  1, -1, 2, 0, 2};
  const std::size_t at = kLetters.find(c);
  return at == std::u32string_view::npos ? 0 : kDigits[at];
}

// FNV-1a over the characters and the kind of the feature; never 0 for a text that is there.
std::uint32_t HashOf(std::u32string_view text, std::uint32_t kind) {
  if (text.empty()) return 0;
  std::uint64_t hash = 0xcbf29ce484222325u ^ kind;
  for (const char32_t c : text) hash = (hash ^ c) * 0x100000001b3u;
  hash ^= hash >> 32;
  hash *= 0x9E3779B97F4A7C15u;
  return std::max(std::uint32_t{1}, static_cast<std::uint32_t>(hash >> 32));
}

std::u32string_view FirstWord(std::u32string_view text) { return text.substr(0, text.find(U' ')); }

std::u32string_view LastWord(std::u32string_view text) {
  const std::size_t space = text.rfind(U' ');
  return space == std::u32string_view::npos ? text : text.substr(space + 1);
}

std::u32string Joined(const std::vector<std::u32string>& words) {
  std::u32string text;
  for (const std::u32string& word : words) text += word + U' ';
  return text;
}

// The sound of the first word that has a letter, so that a house number does not stand for a
// street.
std::u32string SoundOfStreet(std::u32string_view text) {
  while (!text.empty()) {
    const std::u32string_view word = FirstWord(text);
    if (std::any_of(word.begin(), word.end(), [](char32_t c) { return c > U'9'; })) {
      return Soundex(word);
    }
    text.remove_prefix(std::min(text.size(), word.size() + 1));
  }
  return {};
}

}  // namespace

std::u32string Soundex(std::u32string_view word) {
  if (word.empty() || word[0] < U'a' || word[0] > U'z') return std::u32string(word.substr(0, 3));
  std::u32string code(1, word[0]);
  int last = SoundexDigit(word[0]);
  for (const char32_t c : word.substr(1)) {
    const int digit = SoundexDigit(c);
    if (digit > 0 && digit != last) code += static_cast<char32_t>(U'0' + digit);
    if (code.size() == 4) break;
    if (digit >= 0) last = digit;
  }
  code.resize(4, U'0');
  return code;
}

std::size_t BlockingFeatureCount(FieldType type) {
  return BlockingFeatures(type, FieldValue{}).size();
}

std::vector<std::uint32_t> BlockingFeatures(FieldType type, const FieldValue& value) {
  const std::u32string_view text = value.text;
  // Fields that may be swapped share their kinds.
  const bool name = type == FieldType::kGivenName || type == FieldType::kSurname;
  const auto kind = static_cast<std::uint32_t>(name ? FieldType::kGivenName : type) << 8;
  const std::uint32_t whole = HashOf(text, kind);
  switch (type) {
    case FieldType::kGivenName:
      return {whole, HashOf(Soundex(FormalName(text)), kind + 1)};
    case FieldType::kSurname:
    case FieldType::kCity:
    case FieldType::kText:
      return {whole, HashOf(Soundex(text), kind + 1)};
    case FieldType::kFullName: {
      const bool han = !text.empty() && text::IsHanCharacter(text[0]);
      if (han) {
        const std::u32string_view given = text.substr(text.size() > 2 ? text.size() - 2 : 0);
        return {whole, HashOf(given, kind + 1), HashOf(text.substr(0, 1), kind + 2), 0};
      }
      return {whole, HashOf(Joined(value.words), kind + 1),
              HashOf(Soundex(LastWord(text)), kind + 2),
              HashOf(Soundex(FormalName(FirstWord(text))), kind + 3)};
    }
    case FieldType::kAddress:
      return {whole, HashOf(Joined(value.words), kind + 1), HashOf(SoundOfStreet(text), kind + 2)};
    case FieldType::kPostcode:
      return {whole, HashOf(text.substr(0, kPostcodePrefix), kind + 1)};
    case FieldType::kDateOfBirth: {
      if (text.size() != 8) return {whole, 0, 0, 0};
      const std::u32string year_and_day =
          std::u32string(text.substr(0, 4)) + std::u32string(text.substr(6));
      return {whole, HashOf(text.substr(0, 6), kind + 1), HashOf(text.substr(4), kind + 2),
              HashOf(year_and_day, kind + 3)};
    }
    case FieldType::kPhone:
      return {
          HashOf(text.substr(text.size() > kPhoneSuffix ? text.size() - kPhoneSuffix : 0), kind)};
    case FieldType::kEmail:
      return {whole, value.words.empty() ? 0 : HashOf(value.words[0], kind + 1)};
    case FieldType::kStreetNumber:
    case FieldType::kState:
    case FieldType::kIdentifier:
    case FieldType::kCategory:
      return {whole};
  }
  return {whole};
}

}  // namespace clientele::profile
