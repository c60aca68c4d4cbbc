#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_SENTENCEPIECE_PROTO_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_SENTENCEPIECE_PROTO_H_

// What a SentencePiece model file (sentencepiece_model.proto) says, as far as encoding needs it.
//
// Read here rather than by libsentencepiece: Debian's exports a protobuf runtime of its own, under
// the names of libprotobuf's, and the two can't be in one process.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::text::tokenization {

struct SentencePieceProto {
  enum class PieceType {
    kNormal = 1,
    kUnknown = 2,
    kControl = 3,
    kUserDefined = 4,
    kUnused = 5,
    kByte = 6
  };
  struct Piece {
    std::string text;
    float score = 0;
    PieceType type = PieceType::kNormal;
  };
  enum class ModelType { kUnigram = 1, kBpe = 2 };

  std::vector<Piece> pieces;
  ModelType model_type = ModelType::kUnigram;
  bool byte_fallback = false;
  std::string charsmap;  // precompiled
  bool add_dummy_prefix = true;
  bool remove_extra_whitespaces = true;
};

// INVALID_ARGUMENT where the bytes are no such file, a piece is empty, not UTF-8 or scored with no
// finite number, or the model cuts text in a way that is not read (words, characters, white space
// as suffix, white space that is not escaped).
absl::StatusOr<SentencePieceProto> ParseSentencePieceProto(absl::string_view bytes);

}  // namespace clientele::text::tokenization

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_SENTENCEPIECE_PROTO_H_
