#include "common/text/search_terms.h"

#include <cstddef>

#include "absl/strings/match.h"

#include "common/text/english_stem.h"
#include "common/text/han.h"
#include "common/text/han_folding.h"
#include "common/text/normalization.h"
#include "common/text/segmentation.h"

namespace clientele::text {
namespace {

bool IsEnglish(absl::string_view word) {
  for (const char c : word) {
    if ((c < 'a' || c > 'z') && c != '\'') return false;
  }
  return true;
}

// U+2019, which word processors write for an apostrophe.
std::string WithPlainApostrophes(absl::string_view word) {
  constexpr absl::string_view kQuote = "\xE2\x80\x99";
  std::string plain;
  for (std::size_t at = 0; at < word.size();) {
    if (absl::StartsWith(word.substr(at), kQuote)) {
      plain.push_back('\'');
      at += kQuote.size();
    } else {
      plain.push_back(word[at++]);
    }
  }
  return plain;
}

// A run of Han words without a gap: the words, then the pairs of characters that are
// not words themselves.
void AppendHanRun(absl::string_view text, const std::vector<Segment>& run,
                  std::vector<std::string>& terms) {
  std::size_t word = 0;
  for (const Segment& segment : run) {
    std::size_t at = segment.begin;
    NextCharacter(text, at);
    // A character among others says little by itself, like a stop word.
    const bool lone = at == segment.end && run.size() > 1;
    if (!lone) terms.emplace_back(TextOf(text, segment));
  }
  Segment previous;
  bool first = true;
  for (std::size_t at = run.front().begin; at < run.back().end;) {
    Segment current{at, at};
    NextCharacter(text, at);
    current.end = at;
    if (!first) {
      const Segment pair{previous.begin, current.end};
      while (word < run.size() && run[word].begin < pair.begin) ++word;
      if (word == run.size() || !(run[word] == pair)) terms.emplace_back(TextOf(text, pair));
    }
    previous = current;
    first = false;
  }
}

}  // namespace

std::vector<std::string> SearchTerms(absl::string_view original) {
  const std::string text = Normalize(FoldHan(original));
  std::vector<std::string> terms;
  std::vector<Segment> run;
  const auto flush = [&] {
    if (!run.empty()) AppendHanRun(text, run, terms);
    run.clear();
  };
  for (const Segment& segment : Words(text)) {
    const absl::string_view word = TextOf(text, segment);
    if (ContainsHan(word)) {
      if (!run.empty() && run.back().end != segment.begin) flush();
      run.push_back(segment);
      continue;
    }
    flush();
    const std::string plain = WithPlainApostrophes(word);
    terms.push_back(IsEnglish(plain) ? EnglishStem(plain) : plain);
  }
  flush();
  return terms;
}

}  // namespace clientele::text
