#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_STREAM_DECODER_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_STREAM_DECODER_H_

// Decodes tokens one by one, as a model generates them.
//
//   StreamDecoder decoder(tokenizer);
//   while (…) {
//     CLIENTELE_ASSIGN_OR_RETURN(const std::string text, decoder.Push(id));
//     Send(text);  // may be empty
//   }
//   CLIENTELE_ASSIGN_OR_RETURN(const std::string rest, decoder.Finish());
//
// What Push and Finish return, joined, is what Decode returns for all ids; a character whose bytes
// come in several tokens is held back until it is whole, so each piece is UTF-8. Bytes that never
// become a character are held back for kMaxHeldTokens and then returned as U+FFFD; only how many of
// these stand for them may differ from Decode. Time and memory for a token do not grow with the
// text.
//
// Belongs to one answer; not thread-safe.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "common/text/tokenizer/tokenizer.h"

namespace clientele::text {

class StreamDecoder {
 public:
  // A character has at most four bytes, each perhaps a token.
  static constexpr std::size_t kMaxHeldTokens = 8;

  // `tokenizer` is borrowed and outlives the decoder.
  explicit StreamDecoder(const Tokenizer& tokenizer, bool skip_special_tokens = true)
      : tokenizer_(tokenizer), skip_special_tokens_(skip_special_tokens) {}

  // The text that the token completes. INVALID_ARGUMENT for an id that is no token's, which is as
  // if it had not come.
  absl::StatusOr<std::string> Push(std::int64_t id);
  // Returns what is held back. The decoder starts over.
  absl::StatusOr<std::string> Finish();

 private:
  absl::StatusOr<std::string> Take(bool all);

  const Tokenizer& tokenizer_;
  bool skip_special_tokens_;
  // A window over the latest tokens: the first given_ of them are context, whose text was given.
  std::vector<std::int64_t> window_;
  std::size_t given_ = 0;
  std::string given_text_;
};

}  // namespace clientele::text

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_STREAM_DECODER_H_
