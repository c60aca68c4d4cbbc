#include "common/text/tokenizer/sentencepiece_proto.h"

#include <cmath>
#include <cstddef>
#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "common/text/utf8.h"

namespace clientele::text::tokenization {
namespace {

// One field of a message in protobuf's wire format.
struct WireField {
  std::uint64_t number = 0;
  std::uint64_t varint = 0;   // wire type 0
  std::uint32_t fixed32 = 0;  // wire type 5
  absl::string_view bytes;    // wire type 2
};

absl::Status CutOff() {
  return absl::InvalidArgumentError("is no SentencePiece model, or cut off");
}

absl::StatusOr<std::uint64_t> TakeVarint(absl::string_view& rest) {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (rest.empty()) return CutOff();
    const auto byte = static_cast<unsigned char>(rest[0]);
    rest.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
  return CutOff();
}

absl::StatusOr<absl::string_view> TakeBytes(std::uint64_t size, absl::string_view& rest) {
  if (size > rest.size()) return CutOff();
  const absl::string_view bytes = rest.substr(0, static_cast<std::size_t>(size));
  rest.remove_prefix(static_cast<std::size_t>(size));
  return bytes;
}

absl::StatusOr<WireField> TakeField(absl::string_view& rest) {
  WireField field;
  CLIENTELE_ASSIGN_OR_RETURN(const std::uint64_t tag, TakeVarint(rest));
  field.number = tag >> 3;
  if (field.number == 0) return CutOff();
  switch (tag & 7) {
    case 0: {
      CLIENTELE_ASSIGN_OR_RETURN(field.varint, TakeVarint(rest));
      return field;
    }
    case 1: {
      CLIENTELE_RETURN_IF_ERROR(TakeBytes(8, rest).status());
      return field;
    }
    case 2: {
      CLIENTELE_ASSIGN_OR_RETURN(const std::uint64_t size, TakeVarint(rest));
      CLIENTELE_ASSIGN_OR_RETURN(field.bytes, TakeBytes(size, rest));
      return field;
    }
    case 5: {
      CLIENTELE_ASSIGN_OR_RETURN(const absl::string_view bytes, TakeBytes(4, rest));
      for (std::size_t i = 4; i-- > 0;) {
        field.fixed32 = field.fixed32 << 8 | static_cast<unsigned char>(bytes[i]);
      }
      return field;
    }
    default:
      return CutOff();
  }
}

absl::Status ReadPiece(absl::string_view message, std::size_t index, SentencePieceProto& proto) {
  const auto refuse = [&](absl::string_view what) {
    return absl::InvalidArgumentError(absl::StrCat("pieces[", index, "]: ", what));
  };
  SentencePieceProto::Piece piece;
  while (!message.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(const WireField field, TakeField(message));
    if (field.number == 1) {
      piece.text = std::string(field.bytes);
    } else if (field.number == 2) {
      std::memcpy(&piece.score, &field.fixed32, sizeof(piece.score));
    } else if (field.number == 3) {
      if (field.varint < 1 || field.varint > 6) return refuse("has an unknown type");
      piece.type = static_cast<SentencePieceProto::PieceType>(field.varint);
    }
  }
  if (piece.text.empty()) return refuse("is empty");
  if (!IsValidUtf8(piece.text)) return refuse("is not UTF-8");
  if (!std::isfinite(piece.score)) return refuse("has no finite score");
  proto.pieces.push_back(std::move(piece));
  return absl::OkStatus();
}

absl::Status ReadTrainerSpec(absl::string_view message, SentencePieceProto& proto) {
  while (!message.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(const WireField field, TakeField(message));
    if (field.number == 3) {
      if (field.varint != 1 && field.varint != 2) {
        return absl::InvalidArgumentError("trainer_spec.model_type: must be UNIGRAM or BPE");
      }
      proto.model_type = static_cast<SentencePieceProto::ModelType>(field.varint);
    } else if (field.number == 24 && field.varint != 0) {
      return absl::InvalidArgumentError(
          "trainer_spec.treat_whitespace_as_suffix: is not supported");
    } else if (field.number == 35) {
      proto.byte_fallback = field.varint != 0;
    }
  }
  return absl::OkStatus();
}

absl::Status ReadNormalizerSpec(absl::string_view message, SentencePieceProto& proto) {
  while (!message.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(const WireField field, TakeField(message));
    if (field.number == 2) {
      proto.charsmap = std::string(field.bytes);
    } else if (field.number == 3) {
      proto.add_dummy_prefix = field.varint != 0;
    } else if (field.number == 4) {
      proto.remove_extra_whitespaces = field.varint != 0;
    } else if (field.number == 5 && field.varint == 0) {
      return absl::InvalidArgumentError("normalizer_spec.escape_whitespaces: must be true");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<SentencePieceProto> ParseSentencePieceProto(absl::string_view bytes) {
  SentencePieceProto proto;
  while (!bytes.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(const WireField field, TakeField(bytes));
    if (field.number == 1) {
      CLIENTELE_RETURN_IF_ERROR(ReadPiece(field.bytes, proto.pieces.size(), proto));
    } else if (field.number == 2) {
      CLIENTELE_RETURN_IF_ERROR(ReadTrainerSpec(field.bytes, proto));
    } else if (field.number == 3) {
      CLIENTELE_RETURN_IF_ERROR(ReadNormalizerSpec(field.bytes, proto));
    }
  }
  if (proto.pieces.empty()) return absl::InvalidArgumentError("pieces: there are none");
  return proto;
}

}  // namespace clientele::text::tokenization
