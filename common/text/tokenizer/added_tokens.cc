#include "common/text/tokenizer/added_tokens.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "common/text/tokenizer/code_points.h"

namespace clientele::text::tokenization {
namespace {

bool WordCharacterBefore(absl::string_view text, std::size_t at) {
  if (at == 0) return false;
  std::size_t begin = PreviousCharacter(text, at);
  return IsWordCharacter(NextCodePoint(text, begin));
}

bool WordCharacterAt(absl::string_view text, std::size_t at) {
  return at < text.size() && IsWordCharacter(NextCodePoint(text, at));
}

// Whether [begin, end) and one of the spans have a byte in common.
bool Touches(absl::Span<const ByteSpan> spans, std::size_t begin, std::size_t end) {
  const auto next = std::upper_bound(
      spans.begin(), spans.end(), begin,
      [](std::size_t at, const ByteSpan& span) { return at < static_cast<std::size_t>(span.end); });
  return next != spans.end() && static_cast<std::size_t>(next->begin) < end;
}

}  // namespace

absl::StatusOr<AddedTokens> AddedTokens::Create(std::vector<AddedToken> tokens,
                                                const Normalizer* normalizer) {
  AddedTokens added;
  added.tokens_ = std::move(tokens);
  // Where two read the same after normalization, the reference takes the first of: special ones,
  // then the others; a trie takes the last.
  std::vector<std::size_t> order;
  for (const bool special : {false, true}) {
    for (std::size_t i = added.tokens_.size(); i-- > 0;) {
      if (added.tokens_[i].special == special) order.push_back(i);
    }
  }
  std::vector<Trie::Entry> raw;
  std::vector<Trie::Entry> normalized;
  std::vector<std::string> contents(added.tokens_.size());
  for (const std::size_t i : order) {
    const AddedToken& token = added.tokens_[i];
    if (token.content.size() > kMaxAddedTokenBytes) {
      return absl::InvalidArgumentError(
          absl::StrCat("an added token is longer than ", kMaxAddedTokenBytes, " bytes"));
    }
    added.by_id_[token.id] = i;
    added.by_content_[token.content] = i;
    if (token.special) added.special_.insert(token.content);
    if (!token.normalized) {
      raw.emplace_back(token.content, static_cast<std::int32_t>(i));
      continue;
    }
    AlignedText text(token.content);
    if (normalizer != nullptr) CLIENTELE_RETURN_IF_ERROR(normalizer->Normalize(text));
    contents[i] = std::string(text.text());
    if (!contents[i].empty()) normalized.emplace_back(contents[i], static_cast<std::int32_t>(i));
  }
  added.raw_ = Trie(std::move(raw));
  added.normalized_ = Trie(std::move(normalized));
  return added;
}

const AddedToken* AddedTokens::WithId(std::int64_t id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &tokens_[found->second];
}

const AddedToken* AddedTokens::WithContent(absl::string_view content) const {
  const auto found = by_content_.find(content);
  return found == by_content_.end() ? nullptr : &tokens_[found->second];
}

std::vector<AddedTokens::Found> AddedTokens::Find(
    absl::string_view text, const Trie& trie,
    absl::FunctionRef<bool(std::size_t begin, std::size_t end)> allowed) const {
  std::vector<Found> found;
  std::size_t covered = 0;
  for (std::size_t at = 0; at < text.size() && !trie.empty();) {
    const auto [length, index] = trie.LongestPrefix(text.substr(at));
    if (length == 0 || !allowed(at, at + length)) {
      ++at;
      continue;
    }
    const AddedToken& token = tokens_[static_cast<std::size_t>(index)];
    std::size_t begin = at;
    std::size_t end = at + length;
    at = end;
    if (token.single_word && (WordCharacterBefore(text, begin) || WordCharacterAt(text, end))) {
      continue;
    }
    while (token.lstrip && begin > covered) {
      const std::size_t before = PreviousCharacter(text, begin);
      std::size_t next = before;
      if (!IsWhiteSpace(NextCodePoint(text, next))) break;
      begin = std::max(before, covered);
    }
    while (token.rstrip && end < text.size()) {
      std::size_t next = end;
      if (!IsWhiteSpace(NextCodePoint(text, next))) break;
      end = next;
    }
    if (covered < begin) found.push_back({covered, begin, -1});
    found.push_back({begin, end, token.id});
    covered = end;
  }
  if (covered < text.size()) found.push_back({covered, text.size(), -1});
  return found;
}

absl::Status AddedTokens::Extract(absl::string_view text, const Normalizer* normalizer,
                                  absl::Span<const ByteSpan> plain, SplitText& out) const {
  const auto in_text = [&](std::size_t begin, std::size_t end) {
    return !Touches(plain, begin, end);
  };
  for (const Found& piece : Find(text, raw_, in_text)) {
    AlignedText part(text.substr(piece.begin, piece.end - piece.begin),
                     static_cast<std::uint32_t>(piece.begin));
    if (piece.id >= 0) {
      out.Add(part.text(), part.origins().data(), piece.id);
      continue;
    }
    if (normalizer != nullptr) CLIENTELE_RETURN_IF_ERROR(normalizer->Normalize(part));
    const auto in_part = [&](std::size_t begin, std::size_t end) {
      return std::none_of(part.origins().begin() + static_cast<std::ptrdiff_t>(begin),
                          part.origins().begin() + static_cast<std::ptrdiff_t>(end),
                          [&](const ByteSpan& at) { return Touches(plain, at.begin, at.end); });
    };
    for (const Found& inner : Find(part.text(), normalized_, in_part)) {
      out.Add(part.text().substr(inner.begin, inner.end - inner.begin),
              part.origins().data() + inner.begin, inner.id);
    }
  }
  return absl::OkStatus();
}

}  // namespace clientele::text::tokenization
