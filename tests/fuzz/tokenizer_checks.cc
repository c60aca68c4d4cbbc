#include "tests/fuzz/tokenizer_checks.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "common/text/tokenizer/stream_decoder.h"
#include "common/text/utf8.h"
#include "tests/fuzz/require.h"

namespace clientele::fuzz {
namespace {

bool AtCharacter(absl::string_view text, std::size_t at) {
  return at == text.size() || (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
}

void CheckEncoding(const text::Encoding& encoding, absl::string_view first,
                   absl::string_view second) {
  const std::size_t size = encoding.ids.size();
  Require(encoding.tokens.size() == size && encoding.offsets.size() == size &&
              encoding.type_ids.size() == size && encoding.sequences.size() == size,
          "every token has everything");
  for (std::size_t i = 0; i < size; ++i) {
    const text::ByteSpan span = encoding.offsets[i];
    const absl::string_view of = encoding.sequences[i] == 1 ? second : first;
    Require(encoding.sequences[i] >= -1 && encoding.sequences[i] <= 1, "a token is of a text");
    if (encoding.sequences[i] < 0) {
      Require(span == text::ByteSpan(), "a token that was added is nowhere");
    } else {
      Require(span.begin <= span.end && span.end <= of.size(), "offsets lie inside the text");
      Require(AtCharacter(of, span.begin) && AtCharacter(of, span.end),
              "offsets lie between characters");
    }
    Require(text::IsValidUtf8(encoding.tokens[i]), "tokens are UTF-8");
  }
  Require(text::ToCharacterOffsets(first, encoding.offsets).size() == size,
          "every span has its characters");
}

}  // namespace

void CheckTokenizer(const text::Tokenizer& tokenizer, absl::string_view text) {
  const auto encoding = tokenizer.Encode(text);
  if (!text::IsValidUtf8(text)) Require(!encoding.ok(), "text that is not UTF-8 is refused");
  if (encoding.ok()) {
    CheckEncoding(*encoding, text, "");
    const auto again = tokenizer.Encode(text);
    Require(again.ok() && again->ids == encoding->ids, "the same text has the same ids");
    const auto few = tokenizer.Encode(text, {.max_tokens = 5});
    Require(!few.ok() || few->size() <= 5, "max_tokens is kept");
    const auto decoded = tokenizer.Decode(encoding->ids, false);
    if (decoded.ok()) Require(text::IsValidUtf8(*decoded), "decoded text is UTF-8");
    text::StreamDecoder stream(tokenizer);
    for (std::size_t i = 0; i < std::min<std::size_t>(encoding->size(), 64); ++i) {
      const auto piece = stream.Push(encoding->ids[i]);
      Require(!piece.ok() || text::IsValidUtf8(*piece), "pieces of a stream are UTF-8");
    }
    stream.Finish().IgnoreError();
  }
  const auto pair = tokenizer.EncodePair(text, "a b");
  if (pair.ok()) CheckEncoding(*pair, text, "a b");
}

}  // namespace clientele::fuzz
