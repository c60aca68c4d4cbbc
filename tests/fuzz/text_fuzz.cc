// Customers' messages, articles and questions: text that anybody may have written.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "common/text/han_folding.h"
#include "common/text/hashed_ngrams.h"
#include "common/text/language.h"
#include "common/text/markup.h"
#include "common/text/normalization.h"
#include "common/text/search_terms.h"
#include "common/text/segmentation.h"
#include "common/text/utf8.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

// In order, not empty, inside the text.
void CheckSegments(const std::vector<clientele::text::Segment>& segments, std::size_t size) {
  std::size_t end = 0;
  for (const auto& segment : segments) {
    Require(segment.begin >= end && segment.begin < segment.end && segment.end <= size);
    end = segment.end;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace text = clientele::text;
  const absl::string_view input(reinterpret_cast<const char*>(data), size);

  const std::string normal = text::Normalize(input);
  Require(text::IsValidUtf8(normal));
  Require(text::Normalize(normal) == normal);

  CheckSegments(text::Words(input), size);
  CheckSegments(text::Sentences(input), size);
  for (const std::string& term : text::SearchTerms(input)) {
    Require(!term.empty() && text::IsValidUtf8(term));
  }
  Require(!text::DetectLanguage(input).empty());

  Require(text::IsValidUtf8(text::FoldHan(normal)));
  Require(text::IsValidUtf8(text::PlainText(normal)));
  for (const text::MarkupBlock& block : text::ReadMarkup(input)) Require(!block.text.empty());

  static const text::HashedNgramTokenizer tokenizer({.buckets = 1000, .max_tokens = 256});
  const std::vector<std::int64_t> ids = tokenizer.Encode(input);
  Require(ids.size() <= 256);
  for (const std::int64_t id : ids) Require(id >= 1 && id <= 1000);
  return 0;
}
