#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include "common/text/tokenizer/normalizer.h"

// Canonical and compatibility normalization (UAX #15), character by character, so that alignments
// are known: the first character of a decomposition takes its source's place, the others are new
// beside it; a composition swallows the places of what it is made of.

namespace clientele::text::tokenization {
namespace {

struct Character {
  char32_t c = 0;
  std::uint8_t combining_class = 0;
  std::ptrdiff_t change = 0;
};

const icu::Normalizer2& Data(bool compatibility) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* data = compatibility ? icu::Normalizer2::getNFKCInstance(error)
                                               : icu::Normalizer2::getNFCInstance(error);
  if (U_FAILURE(error)) {
    std::fputs("ICU's normalization data is missing: reinstall libicu\n", stderr);
    std::abort();
  }
  return *data;
}

void SortMarks(std::vector<Character>& characters, std::size_t begin) {
  if (characters.size() - begin < 2) return;
  std::stable_sort(
      characters.begin() + static_cast<std::ptrdiff_t>(begin), characters.end(),
      [](const Character& a, const Character& b) { return a.combining_class < b.combining_class; });
}

std::vector<Character> Decompose(absl::string_view text, const icu::Normalizer2& data) {
  std::vector<Character> characters;
  characters.reserve(text.size());
  std::size_t marks = 0;  // where the run of marks begins
  const auto add = [&](char32_t c, std::ptrdiff_t change) {
    const std::uint8_t combining_class = c < 0x300 || !InNormalizationTables(c)
                                             ? 0
                                             : data.getCombiningClass(static_cast<UChar32>(c));
    if (combining_class == 0) SortMarks(characters, marks);
    characters.push_back({c, combining_class, change});
    if (combining_class == 0) marks = characters.size();
  };
  icu::UnicodeString decomposition;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = NextCodePoint(text, at);
    if (c < 0x80 || !InNormalizationTables(c) ||
        !data.getDecomposition(static_cast<UChar32>(c), decomposition)) {
      add(c, 0);
      continue;
    }
    for (std::int32_t i = 0; i < decomposition.length();) {
      const UChar32 part = decomposition.char32At(i);
      add(static_cast<char32_t>(part), i == 0 ? 0 : 1);
      i += U16_LENGTH(part);
    }
  }
  SortMarks(characters, marks);
  return characters;
}

void Compose(const icu::Normalizer2& data, std::vector<Character>& characters) {
  constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::size_t starter = kNone;
  std::size_t kept = 0;
  int last_class = -1;  // of what was kept behind the starter; -1 directly behind it
  for (std::size_t i = 0; i < characters.size(); ++i) {
    const Character character = characters[i];
    if (starter != kNone && last_class < static_cast<int>(character.combining_class)) {
      const UChar32 composed = data.composePair(static_cast<UChar32>(characters[starter].c),
                                                static_cast<UChar32>(character.c));
      if (composed >= 0 && InNormalizationTables(static_cast<char32_t>(composed))) {
        characters[starter].c = static_cast<char32_t>(composed);
        characters[starter].change += character.change - 1;
        continue;
      }
    }
    if (character.combining_class == 0) {
      starter = kept;
      last_class = -1;
    } else {
      last_class = character.combining_class;
    }
    characters[kept++] = character;
  }
  characters.resize(kept);
}

}  // namespace

void NormalizeUnicode(NormalizationForm form, AlignedText& text) {
  if (IsAscii(text.text())) return;
  const bool compatibility = form == NormalizationForm::kNfkc || form == NormalizationForm::kNfkd;
  const icu::Normalizer2& data = Data(compatibility);
  std::vector<Character> characters = Decompose(text.text(), data);
  if (form == NormalizationForm::kNfc || form == NormalizationForm::kNfkc) {
    Compose(data, characters);
  }
  AlignedText::Rewriter rewriter(text);
  for (const Character& character : characters) rewriter.Put(character.c, character.change);
  rewriter.Finish();
}

}  // namespace clientele::text::tokenization
