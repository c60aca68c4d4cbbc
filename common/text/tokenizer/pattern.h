#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_PATTERN_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_PATTERN_H_

// What normalizers, pre-tokenizers and decoders search for: a string, or a regular expression in
// the reference's dialect (Oniguruma's), run by ICU.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const Pattern pattern, Pattern::Regex(R"(\s+)"));
//   Pattern::Finder finder(pattern);
//   std::vector<Match> matches;
//   CLIENTELE_RETURN_IF_ERROR(finder.Find("a  b", matches));   // {0,1,false} {1,3,true}
//   {3,4,false}
//
// A Pattern is immutable and thread-safe; a Finder belongs to one call. A search that needs more
// than a bounded number of steps or stack is INVALID_ARGUMENT.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::text::tokenization {

// Bytes [begin, end), and whether they match or lie between matches.
struct Match {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  bool is_match = false;

  friend bool operator==(const Match&, const Match&) = default;
};

class Pattern {
 public:
  static absl::StatusOr<Pattern> Literal(absl::string_view text);
  static absl::StatusOr<Pattern> Regex(absl::string_view expression);

  class Finder;

 private:
  struct Compiled;
  Pattern() = default;
  std::shared_ptr<const Compiled> compiled_;
};

class Pattern::Finder {
 public:
  explicit Finder(const Pattern& pattern);
  ~Finder();
  Finder(const Finder&) = delete;
  Finder& operator=(const Finder&) = delete;

  // Replaces `matches` by pieces that cover `text` in order, matches and what lies between them;
  // one empty piece for empty text.
  absl::Status Find(absl::string_view text, std::vector<Match>& matches);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Matches of single characters, for each of which matches(c) is true.
template <class Predicate>
void FindCharacters(absl::string_view text, const Predicate& matches, std::vector<Match>& found);

// How pieces are cut at matches, as the reference names it.
enum class SplitBehavior { kRemoved, kIsolated, kMergedWithPrevious, kMergedWithNext, kContiguous };

// Turns what a search found into the pieces that stay; `matches` loses those that are removed.
void ApplyBehavior(SplitBehavior behavior, std::vector<Match>& matches);

}  // namespace clientele::text::tokenization

#include "common/text/tokenizer/code_points.h"

namespace clientele::text::tokenization {

template <class Predicate>
void FindCharacters(absl::string_view text, const Predicate& matches, std::vector<Match>& found) {
  found.clear();
  std::uint32_t open = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto begin = static_cast<std::uint32_t>(at);
    if (!matches(NextCodePoint(text, at))) continue;
    if (open < begin) found.push_back({open, begin, false});
    open = static_cast<std::uint32_t>(at);
    found.push_back({begin, open, true});
  }
  if (open < text.size()) found.push_back({open, static_cast<std::uint32_t>(text.size()), false});
}

}  // namespace clientele::text::tokenization

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_PATTERN_H_
