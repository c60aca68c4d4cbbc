#include "common/text/segmentation.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include <unicode/brkiter.h>
#include <unicode/locid.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>

#include "common/text/ascii_words.h"
#include "common/text/han.h"

namespace clientele::text {
namespace {

// Break iterators count in 32 bits.
constexpr std::size_t kMaxText = std::size_t{1} << 30;

enum class Breaking { kWords, kSentences };

std::unique_ptr<icu::BreakIterator> MakeIterator(Breaking breaking) {
  UErrorCode error = U_ZERO_ERROR;
  // "ss=standard": no sentence ends after "Mr." and other abbreviations that CLDR lists.
  std::unique_ptr<icu::BreakIterator> iterator(
      breaking == Breaking::kWords
          ? icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), error)
          : icu::BreakIterator::createSentenceInstance(icu::Locale("en@ss=standard"), error));
  if (U_FAILURE(error)) {
    std::fputs("ICU's break iterator data is missing: reinstall libicu\n", stderr);
    std::abort();
  }
  return iterator;
}

// An iterator of this thread: cloning one costs more than breaking a short text.
icu::BreakIterator& ThreadIterator(Breaking breaking) {
  if (breaking == Breaking::kWords) {
    thread_local const std::unique_ptr<icu::BreakIterator> words = MakeIterator(breaking);
    return *words;
  }
  thread_local const std::unique_ptr<icu::BreakIterator> sentences = MakeIterator(breaking);
  return *sentences;
}

// Calls visit(begin, end, rule status) for every piece of the text.
template <class Visit>
void ForEachPiece(absl::string_view text, Breaking breaking, const Visit& visit) {
  if (text.empty()) return;
  UErrorCode error = U_ZERO_ERROR;
  UText source = UTEXT_INITIALIZER;
  utext_openUTF8(&source, text.data(), static_cast<std::int64_t>(text.size()), &error);
  icu::BreakIterator& iterator = ThreadIterator(breaking);
  iterator.setText(&source, error);
  if (U_SUCCESS(error)) {
    std::int32_t begin = iterator.first();
    for (std::int32_t end = iterator.next(); end != icu::BreakIterator::DONE;
         end = iterator.next()) {
      visit(static_cast<std::size_t>(begin), static_cast<std::size_t>(end),
            breaking == Breaking::kWords ? iterator.getRuleStatus() : 0);
      begin = end;
    }
  }
  utext_close(&source);
}

Segment Trim(absl::string_view text, Segment segment) {
  Segment trimmed{segment.end, segment.begin};
  for (std::size_t at = segment.begin; at < segment.end;) {
    const std::size_t start = at;
    const UChar32 c = NextCharacter(text.substr(0, segment.end), at);
    if (c >= 0 && (u_isUWhiteSpace(c) || u_iscntrl(c))) continue;
    if (trimmed.begin >= trimmed.end) trimmed.begin = start;
    trimmed.end = at;
  }
  return trimmed;
}

// By ICU.
void AppendWords(absl::string_view text, std::size_t begin, std::size_t end,
                 std::vector<Segment>& words) {
  ForEachPiece(text.substr(begin, end - begin), Breaking::kWords,
               [&](std::size_t from, std::size_t to, std::int32_t status) {
                 if (status >= UBRK_WORD_NONE_LIMIT) words.push_back({begin + from, begin + to});
               });
}

AsciiSigns FindSigns() {
  AsciiSigns signs;
  const auto are_one = [](const std::string& text) {
    std::vector<Segment> words;
    AppendWords(text, 0, text.size(), words);
    return words == std::vector<Segment>{{0, text.size()}};
  };
  for (std::size_t c = 0; c < signs.parts.size(); ++c) {
    const char sign = static_cast<char>(c);
    signs.parts[c] = !are_one({'a', sign}) && !are_one({sign, 'a'});
    signs.joins_letters[c] = are_one({'a', sign, 'a'});
    signs.joins_digits[c] = are_one({'1', sign, '1'});
  }
  return signs;
}

bool IsWhiteSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

std::vector<Segment> Words(absl::string_view text) {
  static const AsciiSigns signs = FindSigns();
  text = text.substr(0, kMaxText);
  std::vector<Segment> words;
  // White space parts words. Plain stretches between it need no ICU; the others go to it together,
  // as far as they follow each other.
  std::size_t others = 0;
  std::size_t others_end = 0;
  const auto flush = [&] {
    AppendWords(text, others, others_end, words);
    others_end = others;
  };
  for (std::size_t at = 0; at < text.size();) {
    if (IsWhiteSpace(text[at])) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < text.size() && !IsWhiteSpace(text[at])) ++at;
    if (IsPlain(text.substr(begin, at - begin), signs)) {
      flush();
      AppendAsciiWords(text, begin, at, signs, words);
    } else {
      if (others_end == others) others = begin;
      others_end = at;
    }
  }
  flush();
  return words;
}

std::vector<Segment> Sentences(absl::string_view text) {
  std::vector<Segment> sentences;
  ForEachPiece(text.substr(0, kMaxText), Breaking::kSentences,
               [&](std::size_t begin, std::size_t end, std::int32_t) {
                 const Segment sentence = Trim(text, {begin, end});
                 if (sentence.begin < sentence.end) sentences.push_back(sentence);
               });
  return sentences;
}

}  // namespace clientele::text
