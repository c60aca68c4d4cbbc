#include "common/text/tokenizer/pattern.h"

#include <utility>

#include <unicode/regex.h>
#include <unicode/stringpiece.h>
#include <unicode/unistr.h>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "common/text/tokenizer/oniguruma_syntax.h"
#include "common/text/tokenizer/word_scanners.h"

namespace clientele::text::tokenization {
namespace {

constexpr std::size_t kMaxExpression = 64 << 10;
// Bytes of backtracking.
constexpr std::int32_t kMaxStack = 64 << 20;
// ICU calls back after about ten thousand saved states: this is about a second for short texts.
constexpr std::int64_t kBaseTicks = 4'000;
constexpr std::int64_t kBytesPerTick = 100;

struct Budget {
  std::int64_t ticks = 0;
};

UBool U_CALLCONV SpendTick(const void* context, std::int32_t) {
  auto* budget = static_cast<Budget*>(const_cast<void*>(context));
  return --budget->ticks > 0;
}

// icu::UnicodeString::fromUTF8 with the byte of each UTF-16 unit.
void ToUtf16(absl::string_view text, std::u16string& units, std::vector<std::uint32_t>& bytes) {
  units.clear();
  bytes.clear();
  units.reserve(text.size());
  bytes.reserve(text.size() + 1);
  for (std::size_t at = 0; at < text.size();) {
    const auto start = static_cast<std::uint32_t>(at);
    const char32_t c = NextCodePoint(text, at);
    bytes.push_back(start);
    if (c < 0x10000) {
      units.push_back(static_cast<char16_t>(c));
    } else {
      units.push_back(static_cast<char16_t>(0xD7C0 + (c >> 10)));
      units.push_back(static_cast<char16_t>(0xDC00 | (c & 0x3FF)));
      bytes.push_back(start);
    }
  }
  bytes.push_back(static_cast<std::uint32_t>(text.size()));
}

// Adds a match, and what lies before it.
void AddMatch(std::uint32_t begin, std::uint32_t end, std::uint32_t& covered,
              std::vector<Match>& matches) {
  if (covered < begin) matches.push_back({covered, begin, false});
  matches.push_back({begin, end, true});
  covered = end;
}

}  // namespace

struct Pattern::Compiled {
  std::string literal;  // empty for an expression
  WordScanner scanner = nullptr;
  std::unique_ptr<icu::RegexPattern> regex;
};

struct Pattern::Finder::State {
  std::shared_ptr<const Compiled> compiled;
  std::unique_ptr<icu::RegexMatcher> matcher;
  std::u16string units;
  std::vector<std::uint32_t> bytes;
  Budget budget;
};

absl::StatusOr<Pattern> Pattern::Literal(absl::string_view text) {
  if (text.empty()) return absl::InvalidArgumentError("the string to search for is empty");
  auto compiled = std::make_shared<Compiled>();
  compiled->literal = std::string(text);
  Pattern pattern;
  pattern.compiled_ = std::move(compiled);
  return pattern;
}

absl::StatusOr<Pattern> Pattern::Regex(absl::string_view expression) {
  if (expression.size() > kMaxExpression) {
    return absl::InvalidArgumentError("the regular expression is longer than 64 KiB");
  }
  auto compiled = std::make_shared<Compiled>();
  compiled->scanner = ScannerOf(expression);
  CLIENTELE_ASSIGN_OR_RETURN(const std::string icu_expression, ToIcuExpression(expression));
  UErrorCode error = U_ZERO_ERROR;
  UParseError where;
  compiled->regex.reset(icu::RegexPattern::compile(
      icu::UnicodeString::fromUTF8(icu::StringPiece(
          icu_expression.data(), static_cast<std::int32_t>(icu_expression.size()))),
      UREGEX_MULTILINE | UREGEX_UNIX_LINES, where, error));
  if (U_FAILURE(error)) {
    return absl::InvalidArgumentError(absl::StrCat("not a regular expression: ", u_errorName(error),
                                                   " near character ", where.offset, " of ",
                                                   icu_expression.substr(0, 200)));
  }
  Pattern pattern;
  pattern.compiled_ = std::move(compiled);
  return pattern;
}

Pattern::Finder::Finder(const Pattern& pattern) : state_(std::make_unique<State>()) {
  state_->compiled = pattern.compiled_;
}

Pattern::Finder::~Finder() = default;

absl::Status Pattern::Finder::Find(absl::string_view text, std::vector<Match>& matches) {
  matches.clear();
  if (text.empty()) {
    matches.push_back({0, 0, false});
    return absl::OkStatus();
  }
  std::uint32_t covered = 0;
  const Compiled& compiled = *state_->compiled;
  if (!compiled.literal.empty()) {
    for (std::size_t at = text.find(compiled.literal); at != absl::string_view::npos;
         at = text.find(compiled.literal, at + compiled.literal.size())) {
      AddMatch(static_cast<std::uint32_t>(at),
               static_cast<std::uint32_t>(at + compiled.literal.size()), covered, matches);
    }
  } else if (compiled.scanner != nullptr) {
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t begin = at;
      compiled.scanner(text, at);
      AddMatch(static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at), covered, matches);
    }
  } else {
    UErrorCode error = U_ZERO_ERROR;
    if (state_->matcher == nullptr) {
      state_->matcher.reset(compiled.regex->matcher(error));
      if (U_FAILURE(error)) return absl::ResourceExhaustedError("no memory for a search");
      state_->matcher->setStackLimit(kMaxStack, error);
      state_->matcher->setMatchCallback(SpendTick, &state_->budget, error);
    }
    state_->budget.ticks = kBaseTicks + static_cast<std::int64_t>(text.size()) / kBytesPerTick;
    ToUtf16(text, state_->units, state_->bytes);
    const icu::UnicodeString input(false, state_->units.data(),
                                   static_cast<std::int32_t>(state_->units.size()));
    icu::RegexMatcher& matcher = *state_->matcher;
    matcher.reset(input);
    std::int32_t last_end = -1;
    while (matcher.find(error)) {
      const std::int32_t begin = matcher.start(error);
      const std::int32_t end = matcher.end(error);
      // The reference takes no empty match directly behind another.
      if (begin == end && begin == last_end) continue;
      last_end = end;
      AddMatch(state_->bytes[static_cast<std::size_t>(begin)],
               state_->bytes[static_cast<std::size_t>(end)], covered, matches);
    }
    // find(error) keeps a reference to the input, which ends with this call.
    if (U_FAILURE(error)) {
      return absl::InvalidArgumentError(
          absl::StrCat("a regular expression of the tokenizer takes too long for this text (",
                       u_errorName(error), ")"));
    }
  }
  if (covered < text.size()) {
    matches.push_back({covered, static_cast<std::uint32_t>(text.size()), false});
  }
  return absl::OkStatus();
}

void ApplyBehavior(SplitBehavior behavior, std::vector<Match>& matches) {
  std::size_t kept = 0;
  bool previous_match = false;
  switch (behavior) {
    case SplitBehavior::kIsolated:
      return;
    case SplitBehavior::kRemoved:
      for (const Match& match : matches) {
        if (!match.is_match) matches[kept++] = match;
      }
      matches.resize(kept);
      return;
    case SplitBehavior::kContiguous:
      for (const Match match : matches) {
        if (match.is_match == previous_match && kept > 0) {
          matches[kept - 1].end = match.end;
        } else {
          matches[kept++] = match;
        }
        previous_match = match.is_match;
      }
      matches.resize(kept);
      return;
    case SplitBehavior::kMergedWithPrevious:
      for (const Match match : matches) {
        if (match.is_match && !previous_match && kept > 0) {
          matches[kept - 1].end = match.end;
        } else {
          matches[kept++] = match;
        }
        previous_match = match.is_match;
      }
      matches.resize(kept);
      return;
    case SplitBehavior::kMergedWithNext: {
      // The same from the end.
      std::size_t first = matches.size();
      for (std::size_t i = matches.size(); i-- > 0;) {
        const Match match = matches[i];
        if (match.is_match && !previous_match && first < matches.size()) {
          matches[first].begin = match.begin;
        } else {
          matches[--first] = match;
        }
        previous_match = match.is_match;
      }
      matches.erase(matches.begin(), matches.begin() + static_cast<std::ptrdiff_t>(first));
      return;
    }
  }
}

}  // namespace clientele::text::tokenization
