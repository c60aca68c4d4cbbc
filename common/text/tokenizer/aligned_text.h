#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_ALIGNED_TEXT_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_ALIGNED_TEXT_H_

// Text that is rewritten while every byte keeps its position in the original.
//
//   AlignedText text("Éa");
//   AlignedText::Rewriter rewriter(text);
//   rewriter.Put(U'E', 0);      // in place of É
//   rewriter.Put(U'\u0301', 1); // new, from the same place
//   rewriter.CopyRest();
//   rewriter.Finish();
//
// The rules are those of the reference's alignments, so that offsets come out equal. Text is valid
// UTF-8 throughout. Not thread-safe.

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

#include "common/text/tokenizer/code_points.h"
#include "common/text/tokenizer/encoding.h"

namespace clientele::text::tokenization {

class AlignedText {
 public:
  AlignedText() = default;
  // Each character comes from itself; `shift` bytes of the original lie before it.
  explicit AlignedText(absl::string_view original, std::uint32_t shift = 0);

  absl::string_view text() const { return text_; }
  const std::vector<ByteSpan>& origins() const { return origins_; }
  bool empty() const { return text_.empty(); }
  std::size_t size() const { return text_.size(); }

  void Clear();
  // Adds bytes with their origins, as a slice of another text.
  void Append(absl::string_view text, const ByteSpan* origins);
  void Append(const AlignedText& other) { Append(other.text_, other.origins_.data()); }
  // Adds one character that comes from `origin`.
  void AppendCharacter(char32_t c, ByteSpan origin);

  // Puts `prefix` before the first character; nothing where there is none.
  void Prepend(absl::string_view prefix);
  // Keeps the characters for which keep(c) is true.
  template <class Keep>
  void Filter(const Keep& keep);
  // Replaces each character c by map(c).
  template <class Function>
  void Map(const Function& map);

  class Rewriter;

 private:
  std::string text_;
  std::vector<ByteSpan> origins_;  // one a byte of text_
};

// Goes through the text once and writes its successor.
class AlignedText::Rewriter {
 public:
  // `text` is rewritten by Finish().
  explicit Rewriter(AlignedText& text);

  // Leaves out the next `characters`.
  void Skip(std::size_t characters);
  // Writes c. change 0: in place of the next character; change > 0: as a new character from the
  // place before; change < 0: in place of the next 1 - change characters, from the place of the
  // first.
  void Put(char32_t c, std::ptrdiff_t change);
  // Copies the next `bytes`, whole characters.
  void Copy(std::size_t bytes);
  void CopyRest();
  void Finish();

 private:
  void Advance();

  AlignedText& source_;
  AlignedText out_;
  std::size_t at_ = 0;
};

template <class Keep>
void AlignedText::Filter(const Keep& keep) {
  std::size_t kept = 0;
  for (std::size_t at = 0; at < text_.size();) {
    const std::size_t start = at;
    if (!keep(NextCodePoint(text_, at))) continue;
    for (std::size_t i = start; i < at; ++i, ++kept) {
      text_[kept] = text_[i];
      origins_[kept] = origins_[i];
    }
  }
  text_.resize(kept);
  origins_.resize(kept);
}

template <class Function>
void AlignedText::Map(const Function& map) {
  AlignedText mapped;
  mapped.text_.reserve(text_.size());
  mapped.origins_.reserve(text_.size());
  for (std::size_t at = 0; at < text_.size();) {
    const ByteSpan origin = origins_[at];
    mapped.AppendCharacter(map(NextCodePoint(text_, at)), origin);
  }
  *this = std::move(mapped);
}

}  // namespace clientele::text::tokenization

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_ALIGNED_TEXT_H_
