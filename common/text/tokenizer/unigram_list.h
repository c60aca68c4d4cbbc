#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_UNIGRAM_LIST_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_UNIGRAM_LIST_H_

// The vocabulary of Universal Sentence Encoder Lite as TensorFlow.js publishes it: vocab.json is a
// list of [piece, score], a piece's place is its id.
//
// The text is NFKC, has U+2581 in front and in place of every space, and is cut into the pieces
// with the largest sum of scores (unigram_model.h). The first six pieces are reserved and take no
// part, a score of null is 0, and of pieces that come twice the last one counts. A character that
// no piece covers has id 0 and costs nothing; a run of them is one token. There are no special
// tokens.

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/text/tokenizer/pipeline.h"

namespace clientele::text::tokenization {

// Whether the text of a vocab.json is such a list, rather than an object of tokens.
bool IsUnigramList(absl::string_view vocabulary);

// INVALID_ARGUMENT names the field that is wrong.
absl::StatusOr<Pipeline> ReadUnigramList(absl::string_view vocabulary);

}  // namespace clientele::text::tokenization

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_UNIGRAM_LIST_H_
