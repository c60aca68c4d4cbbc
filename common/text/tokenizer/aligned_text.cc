#include "common/text/tokenizer/aligned_text.h"

#include <algorithm>

namespace clientele::text::tokenization {

AlignedText::AlignedText(absl::string_view original, std::uint32_t shift) : text_(original) {
  origins_.resize(text_.size());
  for (std::size_t at = 0; at < text_.size();) {
    const std::size_t end = std::min(at + CharacterLength(text_[at]), text_.size());
    const ByteSpan origin{shift + static_cast<std::uint32_t>(at),
                          shift + static_cast<std::uint32_t>(end)};
    for (; at < end; ++at) origins_[at] = origin;
  }
}

void AlignedText::Clear() {
  text_.clear();
  origins_.clear();
}

void AlignedText::Append(absl::string_view text, const ByteSpan* origins) {
  text_.append(text.data(), text.size());
  origins_.insert(origins_.end(), origins, origins + text.size());
}

void AlignedText::AppendCharacter(char32_t c, ByteSpan origin) {
  AppendUtf8(c, text_);
  origins_.resize(text_.size(), origin);
}

void AlignedText::Prepend(absl::string_view prefix) {
  if (text_.empty() || prefix.empty()) return;
  const ByteSpan origin = origins_.front();
  AlignedText prefixed;
  prefixed.text_.reserve(prefix.size() + text_.size());
  prefixed.text_.append(prefix.data(), prefix.size());
  prefixed.text_.append(text_);
  prefixed.origins_.reserve(prefixed.text_.size());
  prefixed.origins_.assign(prefix.size(), origin);
  prefixed.origins_.insert(prefixed.origins_.end(), origins_.begin(), origins_.end());
  *this = std::move(prefixed);
}

AlignedText::Rewriter::Rewriter(AlignedText& text) : source_(text) {
  out_.text_.reserve(text.size());
  out_.origins_.reserve(text.size());
}

void AlignedText::Rewriter::Advance() {
  if (at_ < source_.size()) {
    at_ = std::min(at_ + CharacterLength(source_.text_[at_]), source_.size());
  }
}

void AlignedText::Rewriter::Skip(std::size_t characters) {
  for (; characters > 0 && at_ < source_.size(); --characters) Advance();
}

void AlignedText::Rewriter::Put(char32_t c, std::ptrdiff_t change) {
  ByteSpan origin;
  if (source_.empty()) {
    // Nothing to come from.
  } else if (change > 0) {
    const std::uint32_t start = source_.origins_.front().begin;
    origin = at_ == 0 ? ByteSpan{start, start} : source_.origins_[at_ - 1];
  } else {
    origin = source_.origins_[std::min(at_, source_.size() - 1)];
  }
  out_.AppendCharacter(c, origin);
  if (change > 0) return;
  Advance();
  if (change < 0) Skip(static_cast<std::size_t>(-change));
}

void AlignedText::Rewriter::Copy(std::size_t bytes) {
  const std::size_t end = std::min(at_ + bytes, source_.size());
  out_.Append(absl::string_view(source_.text_).substr(at_, end - at_),
              source_.origins_.data() + at_);
  at_ = end;
}

void AlignedText::Rewriter::CopyRest() { Copy(source_.size() - at_); }

void AlignedText::Rewriter::Finish() { source_ = std::move(out_); }

}  // namespace clientele::text::tokenization
