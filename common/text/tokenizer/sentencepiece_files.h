#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_SENTENCEPIECE_FILES_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_SENTENCEPIECE_FILES_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/text/tokenizer/pipeline.h"

namespace clientele::text::tokenization {

// Whose ids and special tokens a SentencePiece model is given.
enum class SentencePieceFamily {
  kT5,     // ids of the model and a hundred <extra_id_N> behind them; text </s>
  kXlmR,   // ids one higher, <s> <pad> </s> <unk> first, <mask> last; <s> text </s>
  kLlama,  // ids of the model; <s> text
};

// The parts that reproduce the family's slow tokenizer from the `bytes` of a model file (legacy
// behavior: a space in front of each stretch between special tokens). INVALID_ARGUMENT
// names `file`.
absl::StatusOr<Pipeline> ReadSentencePiece(absl::string_view file, absl::string_view bytes,
                                           SentencePieceFamily family);

}  // namespace clientele::text::tokenization

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_SENTENCEPIECE_FILES_H_
