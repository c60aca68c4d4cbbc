#include "services/qa-service/training/reader/reading_windows.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/inference/bundle/bundle_tokenizer.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/text/characters.h"
#include "services/qa-service/training/pair_module.h"

namespace clientele::qa {
namespace {

// Tokens that a window needs beside a question.
constexpr std::size_t kLeastPassageTokens = 8;

bool PartsWords(char32_t c) { return !text::IsLetterOrDigit(c) || text::IsHanCharacter(c); }

// Whether a text may be cut before byte `at`, which begins a character, without parting a word.
bool IsBetweenWords(absl::string_view passage, std::size_t at) {
  if (at == 0) return true;
  std::size_t before = at - 1;
  while (before > 0 && (static_cast<unsigned char>(passage[before]) & 0xC0) == 0x80) --before;
  const std::u32string left = text::Characters(passage.substr(before, at - before));
  const std::u32string right = text::Characters(passage.substr(at, 4));
  return left.empty() || right.empty() || PartsWords(left.front()) || PartsWords(right.front());
}

// Where a window of `room` tokens that begins with token `first` ends: between words where there is
// such a place in its second half.
std::size_t WindowEnd(absl::string_view passage, const std::vector<text::ByteSpan>& tokens,
                      std::size_t first, std::size_t room) {
  const std::size_t end = first + room;
  if (end >= tokens.size()) return tokens.size();
  for (std::size_t at = end; at > first + room / 2; --at) {
    if (IsBetweenWords(passage, tokens[at].begin)) return at;
  }
  return end;
}

// The next window's first token: at least `overlap` tokens before `end`, and after `first`.
std::size_t NextFirst(absl::string_view passage, const std::vector<text::ByteSpan>& tokens,
                      std::size_t first, std::size_t end, std::size_t overlap) {
  const std::size_t wanted = end > first + overlap + 1 ? end - overlap : first + 1;
  for (std::size_t at = wanted; at > first; --at) {
    if (IsBetweenWords(passage, tokens[at].begin)) return at;
  }
  return wanted;
}

}  // namespace

absl::StatusOr<std::vector<ReadingWindow>> MakeWindows(const inference::LoadedModel& model,
                                                       absl::string_view question,
                                                       absl::string_view passage,
                                                       const WindowOptions& options) {
  const text::Tokenizer& tokenizer = *model.tokenizer()->trained();
  CLIENTELE_ASSIGN_OR_RETURN(
      const std::string asked,
      CutToTokens(tokenizer, question, std::min(options.max_question, options.max_tokens / 2)));
  CLIENTELE_ASSIGN_OR_RETURN(const text::Encoding pair, tokenizer.EncodePair(asked, "", {}));
  if (pair.size() + kLeastPassageTokens > options.max_tokens) {
    return InvalidField("max_tokens", absl::StrCat("is ", options.max_tokens,
                                                   ", which leaves no room for a passage"));
  }
  const std::size_t room = options.max_tokens - pair.size();
  CLIENTELE_ASSIGN_OR_RETURN(const text::Encoding whole,
                             tokenizer.Encode(passage, {.add_special_tokens = false}));
  const std::vector<text::ByteSpan>& tokens = whole.offsets;
  std::vector<ReadingWindow> windows;
  for (std::size_t first = 0; first < tokens.size();) {
    const std::size_t end = WindowEnd(passage, tokens, first, room);
    const std::size_t begin = first == 0 ? 0 : tokens[first].begin;
    const std::size_t stop = end == tokens.size() ? passage.size() : tokens[end].begin;
    ReadingWindow window = {.begin = begin, .pair = {}};
    CLIENTELE_ASSIGN_OR_RETURN(
        window.pair, inference::TokenizePair(model, asked, passage.substr(begin, stop - begin),
                                             options.max_tokens));
    windows.push_back(std::move(window));
    if (end == tokens.size()) break;
    first = NextFirst(passage, tokens, first, end, std::min(options.overlap, room / 2));
  }
  return windows;
}

TokenLabel LabelOf(const ReadingWindow& window, const AnswerPlace& place) {
  if (place.begin < window.begin || place.end <= place.begin) return {};
  const std::size_t begin = place.begin - window.begin;
  const std::size_t end = place.end - window.begin;
  const inference::TokenizedPair& pair = window.pair;
  TokenLabel label;
  bool found = false;
  std::size_t reached = 0;
  for (std::size_t i = 0; i < pair.sequences.size(); ++i) {
    if (pair.sequences[i] != 1) continue;
    reached = std::max<std::size_t>(reached, pair.offsets[i].end);
    if (pair.offsets[i].end <= begin || pair.offsets[i].begin >= end) continue;
    if (!found) label.first = i;
    found = true;
    label.last = i;
  }
  return found && reached >= end ? label : TokenLabel{};
}

AnswerPlace PlaceOf(const ReadingWindow& window, std::size_t first, std::size_t last) {
  return {.begin = window.begin + window.pair.offsets[first].begin,
          .end = window.begin + window.pair.offsets[last].end};
}

}  // namespace clientele::qa
