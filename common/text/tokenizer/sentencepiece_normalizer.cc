#include "common/text/tokenizer/sentencepiece_normalizer.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/match.h"

#include "common/text/tokenizer/code_points.h"

namespace clientele::text::tokenization {
namespace {

constexpr char32_t kSpace = 0x2581;
constexpr absl::string_view kSpaceUtf8 = "\xE2\x96\x81";

}  // namespace

SentencePieceNormalizer::SentencePieceNormalizer(SentencePieceNormalizerOptions options)
    : options_(std::move(options)) {
  std::vector<Trie::Entry> entries;
  entries.reserve(options_.user_defined.size());
  for (const std::string& piece : options_.user_defined) entries.emplace_back(piece, 0);
  user_defined_ = Trie(std::move(entries));
}

// What the text begins with, and what becomes of it.
Charsmap::Found SentencePieceNormalizer::Next(absl::string_view text) const {
  if (const auto [length, value] = user_defined_.LongestPrefix(text); length > 0) {
    return {length, text.substr(0, length)};
  }
  if (const auto found = options_.charsmap.LongestPrefix(text)) return *found;
  const std::size_t length = std::min(CharacterLength(text[0]), text.size());
  return {length, text.substr(0, length)};
}

absl::Status SentencePieceNormalizer::Normalize(AlignedText& text) const {
  const absl::string_view source = text.text();
  std::size_t at = 0;
  if (options_.remove_extra_whitespaces) {
    while (at < source.size()) {
      const Charsmap::Found next = Next(source.substr(at));
      if (next.target != " ") break;
      at += next.length;
    }
  }
  AlignedText out;
  if (at < source.size()) {
    if (options_.add_dummy_prefix) {
      const std::uint32_t begin = text.origins()[at].begin;
      out.AppendCharacter(kSpace, {begin, begin});
    }
    bool after_space = options_.remove_extra_whitespaces;
    while (at < source.size()) {
      const Charsmap::Found next = Next(source.substr(at));
      const ByteSpan origin{text.origins()[at].begin, text.origins()[at + next.length - 1].end};
      absl::string_view target = next.target;
      while (after_space && absl::StartsWith(target, " ")) target.remove_prefix(1);
      if (!target.empty()) {
        for (std::size_t i = 0; i < target.size();) {
          const char32_t c = NextCodePoint(target, i);
          out.AppendCharacter(c == U' ' ? kSpace : c, origin);
        }
        after_space = options_.remove_extra_whitespaces && target.back() == ' ';
      }
      at += next.length;
    }
  }
  if (options_.remove_extra_whitespaces && absl::EndsWith(out.text(), kSpaceUtf8)) {
    std::size_t end = out.size();
    while (absl::EndsWith(out.text().substr(0, end), kSpaceUtf8)) end -= kSpaceUtf8.size();
    AlignedText trimmed;
    trimmed.Append(out.text().substr(0, end), out.origins().data());
    out = std::move(trimmed);
  }
  text = std::move(out);
  return absl::OkStatus();
}

}  // namespace clientele::text::tokenization
