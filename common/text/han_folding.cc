#include "common/text/han_folding.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include <unicode/stringpiece.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/uniset.h>
#include <unicode/unistr.h>

#include "common/text/han.h"

namespace clientele::text {
namespace {

// A transliterator is for one thread at a time.
const icu::Transliterator& ThreadSimplifier() {
  thread_local const std::unique_ptr<icu::Transliterator> simplifier = [] {
    UErrorCode error = U_ZERO_ERROR;
    std::unique_ptr<icu::Transliterator> made(
        icu::Transliterator::createInstance("Traditional-Simplified", UTRANS_FORWARD, error));
    if (U_FAILURE(error) || made == nullptr) {
      std::fputs("ICU's Traditional-Simplified data is missing: reinstall libicu\n", stderr);
      std::abort();
    }
    return made;
  }();
  return *simplifier;
}

// Whether the text holds a character that some rule changes: many short ones hold none.
bool MayChange(const icu::UnicodeString& characters) {
  static const icu::UnicodeSet* const changing = [] {
    auto* set = new icu::UnicodeSet();
    ThreadSimplifier().getSourceSet(*set);
    set->freeze();  // readers need no lock
    return set;
  }();
  return changing->containsSome(characters);
}

}  // namespace

bool HasHan(absl::string_view text) { return ContainsHan(text); }

std::string FoldHan(absl::string_view text) {
  if (!ContainsHan(text)) return std::string(text);
  icu::UnicodeString characters = icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
  if (MayChange(characters)) ThreadSimplifier().transliterate(characters);

  icu::UnicodeString folded;
  std::int32_t gap = -1;  // where white space behind a Han character began in `folded`
  bool after_han = false;
  for (std::int32_t i = 0; i < characters.length();) {
    const UChar32 c = characters.char32At(i);
    i += U16_LENGTH(c);
    if (u_isUWhiteSpace(c)) {
      if (after_han && gap < 0) gap = folded.length();
    } else {
      const bool is_han = IsHan(c);
      if (is_han && gap >= 0) folded.truncate(gap);
      gap = -1;
      after_han = is_han;
    }
    folded.append(c);
  }
  std::string out;
  folded.toUTF8String(out);
  return out;
}

}  // namespace clientele::text
