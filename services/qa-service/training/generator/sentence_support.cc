#include "services/qa-service/training/generator/sentence_support.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"

#include "common/text/search_terms.h"
#include "common/text/segmentation.h"

namespace clientele::qa {
namespace {

constexpr double kTermShare = 0.6;

}  // namespace

bool HasDigit(absl::string_view word) {
  return std::any_of(word.begin(), word.end(),
                     [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
}

SupportedSentences CountSupported(absl::string_view text, absl::string_view passage) {
  const std::vector<std::string> known = text::SearchTerms(passage);
  const std::set<std::string> terms(known.begin(), known.end());
  SupportedSentences counted;
  for (const text::Segment& segment : text::Sentences(text)) {
    const std::vector<std::string> own = text::SearchTerms(text::TextOf(text, segment));
    const std::set<std::string> said(own.begin(), own.end());
    std::size_t found = 0;
    bool numbers = true;
    for (const std::string& term : said) {
      const bool here = terms.count(term) > 0;
      found += here ? 1 : 0;
      numbers = numbers && (here || !HasDigit(term));
    }
    ++counted.sentences;
    if (numbers && static_cast<double>(found) >= kTermShare * static_cast<double>(said.size())) {
      ++counted.supported;
    }
  }
  return counted;
}

}  // namespace clientele::qa
