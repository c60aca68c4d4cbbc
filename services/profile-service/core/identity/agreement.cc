#include "services/profile-service/core/identity/agreement.h"

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>

#include "common/text/characters.h"
#include "services/profile-service/core/identity/nicknames.h"
#include "services/profile-service/core/identity/string_similarity.h"

namespace clientele::profile {
namespace {

// Where texts of words stop to be close, similar and vague.
constexpr double kSimilarJaroWinkler = 0.92;
constexpr double kVagueJaroWinkler = 0.82;
constexpr double kMostPrefixBonus = 0.4;  // of Jaro-Winkler
constexpr double kSimilarEdits = 0.25;    // of the longer text's characters
constexpr double kVagueEdits = 0.4;

constexpr std::size_t kMinPhoneSuffix = 8;

// Which characters a text has, by their last six bits.
std::uint64_t CharactersIn(std::u32string_view text) {
  std::uint64_t set = 0;
  for (const char32_t c : text) set |= std::uint64_t{1} << (c & 63);
  return set;
}

// Whether the characters alone rule any likeness out: each that the other text lacks is an edit,
// and is not matched. Most pairs end here, at a fraction of what a comparison costs.
bool HaveTooLittleInCommon(std::u32string_view a, std::u32string_view b, std::size_t edit_limit) {
  const std::uint64_t in_a = CharactersIn(a);
  const std::uint64_t in_b = CharactersIn(b);
  const auto only_a = static_cast<std::size_t>(std::popcount(in_a & ~in_b));
  const auto only_b = static_cast<std::size_t>(std::popcount(in_b & ~in_a));
  if (std::max(only_a, only_b) <= edit_limit) return false;
  const auto matches = static_cast<double>(std::min(a.size() - only_a, b.size() - only_b));
  double likeness =
      (matches / static_cast<double>(a.size()) + matches / static_cast<double>(b.size()) + 1) / 3;
  if (a[0] == b[0]) likeness += kMostPrefixBonus * (1 - likeness);
  return likeness < kVagueJaroWinkler;
}

Agreement CompareText(std::u32string_view a, std::u32string_view b) {
  if (a == b) return Agreement::kExact;
  const std::size_t longer = std::max(a.size(), b.size());
  const auto limit =
      std::max<std::size_t>(1, static_cast<std::size_t>(kVagueEdits * static_cast<double>(longer)));
  if (HaveTooLittleInCommon(a, b, limit)) return Agreement::kDifferent;
  const std::size_t edits = EditDistance(a, b, limit);
  if (edits <= 1 && longer >= 3) return Agreement::kClose;
  const double share = static_cast<double>(edits) / static_cast<double>(longer);
  if (edits <= limit && share <= kSimilarEdits) return Agreement::kSimilar;
  const double likeness = JaroWinkler(a, b);
  if (likeness >= kSimilarJaroWinkler) return Agreement::kSimilar;
  if (likeness >= kVagueJaroWinkler || (edits <= limit && share <= kVagueEdits)) {
    return Agreement::kVague;
  }
  return Agreement::kDifferent;
}

Agreement CompareGivenNames(std::u32string_view a, std::u32string_view b) {
  if (a == b) return Agreement::kExact;
  if (AreFormsOfOneName(a, b)) return Agreement::kEquivalent;
  const Agreement agreement = CompareText(a, b);
  // An initial says little, and contradicts nothing.
  const bool initial = std::min(a.size(), b.size()) == 1 && a[0] == b[0];
  return initial ? Agreement::kSimilar : agreement;
}

bool EndsWith(std::u32string_view text, std::u32string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// Chinese names have no space between surname and given name, and a pet form may stand for both.
Agreement CompareHanNames(std::u32string_view a, std::u32string_view b) {
  if (a.size() < b.size()) std::swap(a, b);
  if (b.size() >= 2 && EndsWith(a, b)) return Agreement::kEquivalent;
  if (b.size() == 2 && a.size() <= 4 && AreFormsOfOneName(a.substr(a.size() - 1), b)) {
    return Agreement::kSimilar;
  }
  return EditDistance(a, b, 1) <= 1 && b.size() >= 2 ? Agreement::kClose : Agreement::kDifferent;
}

// The words of one name, each against the other's best: the worst of these says how they agree.
Agreement CompareFullNames(const FieldValue& a, const FieldValue& b) {
  if (a.text == b.text) return Agreement::kExact;
  if (a.words == b.words) return Agreement::kEquivalent;
  if (text::IsHanCharacter(a.text[0]) && text::IsHanCharacter(b.text[0])) {
    return CompareHanNames(a.text, b.text);
  }
  const FieldValue& fewer = a.words.size() <= b.words.size() ? a : b;
  const FieldValue& more = a.words.size() <= b.words.size() ? b : a;
  if (fewer.words.size() < 2) return CompareText(a.text, b.text);
  Agreement worst = Agreement::kExact;
  for (const std::u32string& word : fewer.words) {
    Agreement best = Agreement::kDifferent;
    for (const std::u32string& other : more.words) {
      best = std::min(best, CompareGivenNames(word, other));
    }
    worst = std::max(worst, best);
  }
  // A middle name that one of them lacks.
  if (worst == Agreement::kExact) return Agreement::kEquivalent;
  return std::min(worst, CompareText(a.text, b.text));
}

Agreement CompareAddresses(const FieldValue& a, const FieldValue& b) {
  const Agreement agreement = CompareText(a.text, b.text);
  if (agreement != Agreement::kExact && a.words == b.words) return Agreement::kEquivalent;
  return agreement;
}

Agreement CompareDates(std::u32string_view a, std::u32string_view b) {
  if (a == b) return Agreement::kExact;
  if (a.size() != 8 || b.size() != 8) {
    return EditDistance(a, b, 1) <= 1 ? Agreement::kClose : Agreement::kDifferent;
  }
  const bool year = a.substr(0, 4) == b.substr(0, 4);
  if (year && a.substr(4, 2) == b.substr(6, 2) && a.substr(6, 2) == b.substr(4, 2)) {
    return Agreement::kEquivalent;
  }
  const std::size_t edits = EditDistance(a, b, 2);
  if (edits <= 1) return Agreement::kClose;
  const bool month = a.substr(4, 2) == b.substr(4, 2);
  const bool day = a.substr(6, 2) == b.substr(6, 2);
  if (year + month + day >= 2) return Agreement::kSimilar;
  return edits <= 2 || year ? Agreement::kVague : Agreement::kDifferent;
}

Agreement ComparePhones(std::u32string_view a, std::u32string_view b) {
  if (a == b) return Agreement::kExact;
  while (!a.empty() && a[0] == U'0') a.remove_prefix(1);
  while (!b.empty() && b[0] == U'0') b.remove_prefix(1);
  if (std::min(a.size(), b.size()) >= kMinPhoneSuffix && (EndsWith(a, b) || EndsWith(b, a))) {
    return Agreement::kEquivalent;
  }
  return EditDistance(a, b, 1) <= 1 ? Agreement::kClose : Agreement::kDifferent;
}

Agreement CompareEmails(const FieldValue& a, const FieldValue& b) {
  if (a.text == b.text) return Agreement::kExact;
  if (a.words.size() != 2 || b.words.size() != 2) return CompareText(a.text, b.text);
  if (a.words == b.words) return Agreement::kEquivalent;
  const std::u32string& local = a.words[0];
  if (local == b.words[0]) return Agreement::kSimilar;
  // In a longer text one edit is a slip; "anna1" and "anna2" are two people.
  const auto letters = [](std::u32string text) {
    text.erase(std::remove_if(text.begin(), text.end(), [](char32_t c) { return c <= U'9'; }),
               text.end());
    return text;
  };
  const bool only_numbers_differ = letters(local) == letters(b.words[0]);
  if (!only_numbers_differ && EditDistance(a.text, b.text, 1) <= 1) return Agreement::kClose;
  return JaroWinkler(local, b.words[0]) >= kSimilarJaroWinkler ? Agreement::kVague
                                                               : Agreement::kDifferent;
}

// Numbers and codes: what is a slip in a long one is another one in a short one.
Agreement CompareCodes(std::u32string_view a, std::u32string_view b) {
  if (a == b) return Agreement::kExact;
  const std::size_t edits = EditDistance(a, b, 2);
  const std::size_t longer = std::max(a.size(), b.size());
  if (edits <= 1) return longer >= 3 ? Agreement::kClose : Agreement::kVague;
  return edits <= 2 && longer >= 4 ? Agreement::kSimilar : Agreement::kDifferent;
}

Agreement CompareCategories(std::u32string_view a, std::u32string_view b) {
  if (a == b) return Agreement::kExact;
  return std::max(a.size(), b.size()) >= 2 && EditDistance(a, b, 1) <= 1 ? Agreement::kClose
                                                                         : Agreement::kDifferent;
}

}  // namespace

absl::string_view NameOf(Agreement agreement) {
  static constexpr std::array<absl::string_view, kAgreements> kNames = {
      "missing", "exact", "equivalent", "close", "similar", "vague", "swapped", "different"};
  return kNames[static_cast<std::size_t>(agreement)];
}

Agreement CompareValues(FieldType type, const FieldValue& a, const FieldValue& b) {
  if (a.missing() || b.missing()) return Agreement::kMissing;
  switch (type) {
    case FieldType::kGivenName:
      return CompareGivenNames(a.text, b.text);
    case FieldType::kFullName:
      return CompareFullNames(a, b);
    case FieldType::kAddress:
      return CompareAddresses(a, b);
    case FieldType::kDateOfBirth:
      return CompareDates(a.text, b.text);
    case FieldType::kPhone:
      return ComparePhones(a.text, b.text);
    case FieldType::kEmail:
      return CompareEmails(a, b);
    case FieldType::kStreetNumber:
    case FieldType::kPostcode:
    case FieldType::kIdentifier:
      return CompareCodes(a.text, b.text);
    case FieldType::kState:
    case FieldType::kCategory:
      return CompareCategories(a.text, b.text);
    case FieldType::kSurname:
    case FieldType::kCity:
    case FieldType::kText:
      return CompareText(a.text, b.text);
  }
  return Agreement::kDifferent;
}

}  // namespace clientele::profile
