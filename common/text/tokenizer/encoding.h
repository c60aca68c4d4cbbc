#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_ENCODING_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_ENCODING_H_

// The result of tokenizing a text: one entry a token in each of the four vectors.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace clientele::text {

// Bytes [begin, end) of a text.
struct ByteSpan {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  friend bool operator==(const ByteSpan&, const ByteSpan&) = default;
};

struct Encoding {
  std::vector<std::int64_t> ids;
  // As the vocabulary writes them ("##ing", "Ġthe", "▁a"); an unknown piece of a Unigram model and
  // an added token are the text that they stand for.
  std::vector<std::string> tokens;
  // Where each token comes from, in bytes of the text as given, never inside a character; {0, 0}
  // for tokens that the post-processor adds. In a pair, those of the second text count from its own
  // beginning.
  std::vector<ByteSpan> offsets;
  // 0 or 1, as the post-processor says.
  std::vector<std::int64_t> type_ids;
  // Which text a token comes from: 0 or 1; -1 for tokens that the post-processor adds.
  std::vector<std::int8_t> sequences;

  std::size_t size() const { return ids.size(); }
};

// Characters (Unicode code points) before byte `begin` and before byte `end` of `text`, for each
// span: what the reference's Python interface calls offsets. `text` is UTF-8; spans beyond its end
// are cut. Linear in text and spans.
std::vector<ByteSpan> ToCharacterOffsets(absl::string_view text,
                                         const std::vector<ByteSpan>& spans);

}  // namespace clientele::text

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_ENCODING_H_
