#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_SPLIT_TEXT_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_SPLIT_TEXT_H_

// Normalized text that is being cut into words: one buffer, and the pieces of it in order. Pieces
// that are added tokens already have their id and are left alone. Not thread-safe.

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "common/status/status_macros.h"
#include "common/text/tokenizer/aligned_text.h"
#include "common/text/tokenizer/pattern.h"

namespace clientele::text::tokenization {

struct Piece {
  std::uint32_t begin = 0;  // bytes of the buffer
  std::uint32_t end = 0;
  std::int32_t token = -1;  // id of an added token; -1 for text
};

class SplitText {
 public:
  const AlignedText& buffer() const { return buffer_; }
  const std::vector<Piece>& pieces() const { return pieces_; }
  absl::string_view TextOf(const Piece& piece) const {
    return buffer_.text().substr(piece.begin, piece.end - piece.begin);
  }
  // Where bytes [begin, end) of the buffer come from.
  ByteSpan OriginOf(std::uint32_t begin, std::uint32_t end) const {
    if (begin >= end) return {};
    return {buffer_.origins()[begin].begin, buffer_.origins()[end - 1].end};
  }

  void Add(absl::string_view text, const ByteSpan* origins, std::int32_t token) {
    if (text.empty()) return;
    const auto begin = static_cast<std::uint32_t>(buffer_.size());
    buffer_.Append(text, origins);
    pieces_.push_back({begin, static_cast<std::uint32_t>(buffer_.size()), token});
  }

  // Cuts every piece of text: find(text, matches) returns an absl::Status and the pieces that stay,
  // relative to the text.
  template <class Find>
  absl::Status Split(const Find& find);

  // Rewrites every piece of text: rewrite(text) changes an AlignedText and returns an absl::Status.
  template <class Rewrite>
  absl::Status RewriteEach(const Rewrite& rewrite);

 private:
  AlignedText buffer_;
  std::vector<Piece> pieces_;
};

template <class Find>
absl::Status SplitText::Split(const Find& find) {
  std::vector<Piece> cut;
  cut.reserve(pieces_.size());
  std::vector<Match> matches;
  for (const Piece& piece : pieces_) {
    if (piece.token >= 0) {
      cut.push_back(piece);
      continue;
    }
    CLIENTELE_RETURN_IF_ERROR(find(TextOf(piece), matches));
    for (const Match& match : matches) {
      if (match.begin < match.end) {
        cut.push_back({piece.begin + match.begin, piece.begin + match.end, -1});
      }
    }
  }
  pieces_ = std::move(cut);
  return absl::OkStatus();
}

template <class Rewrite>
absl::Status SplitText::RewriteEach(const Rewrite& rewrite) {
  SplitText rewritten;
  rewritten.pieces_.reserve(pieces_.size());
  AlignedText text;
  for (const Piece& piece : pieces_) {
    const ByteSpan* origins = buffer_.origins().data() + piece.begin;
    if (piece.token >= 0) {
      rewritten.Add(TextOf(piece), origins, piece.token);
      continue;
    }
    text.Clear();
    text.Append(TextOf(piece), origins);
    CLIENTELE_RETURN_IF_ERROR(rewrite(text));
    rewritten.Add(text.text(), text.origins().data(), -1);
  }
  *this = std::move(rewritten);
  return absl::OkStatus();
}

}  // namespace clientele::text::tokenization

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_SPLIT_TEXT_H_
