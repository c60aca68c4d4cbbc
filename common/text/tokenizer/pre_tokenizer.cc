#include "common/text/tokenizer/pre_tokenizer.h"

#include "absl/strings/match.h"

#include "common/status/status_macros.h"
#include "common/text/tokenizer/byte_alphabet.h"
#include "common/text/tokenizer/code_points.h"

namespace clientele::text::tokenization {

absl::Status PreTokenizerSequence::Split(SplitText& text) const {
  for (const auto& part : parts_) CLIENTELE_RETURN_IF_ERROR(part->Split(text));
  return absl::OkStatus();
}

absl::Status CharacterSplit::Split(SplitText& text) const {
  return text.Split([this](absl::string_view piece, std::vector<Match>& matches) {
    FindCharacters(piece, matches_, matches);
    ApplyBehavior(behavior_, matches);
    return absl::OkStatus();
  });
}

absl::Status BertPreTokenizer::Split(SplitText& text) const {
  return text.Split([](absl::string_view piece, std::vector<Match>& matches) {
    matches.clear();
    std::uint32_t open = 0;
    const auto close = [&](std::size_t end) {
      if (open < end) matches.push_back({open, static_cast<std::uint32_t>(end), false});
    };
    for (std::size_t at = 0; at < piece.size();) {
      const std::size_t begin = at;
      const char32_t c = NextCodePoint(piece, at);
      const bool space = IsWhiteSpace(c);
      if (!space && !IsPunctuation(c)) continue;
      close(begin);
      open = static_cast<std::uint32_t>(at);
      if (!space) matches.push_back({static_cast<std::uint32_t>(begin), open, true});
    }
    close(piece.size());
    return absl::OkStatus();
  });
}

absl::Status WhitespacePreTokenizer::Split(SplitText& text) const {
  return text.Split([](absl::string_view piece, std::vector<Match>& matches) {
    matches.clear();
    enum class Kind { kSpace, kWord, kOther };
    Kind open_kind = Kind::kSpace;
    std::uint32_t open = 0;
    for (std::size_t at = 0; at < piece.size();) {
      const auto begin = static_cast<std::uint32_t>(at);
      const char32_t c = NextCodePoint(piece, at);
      const Kind kind = IsWordCharacter(c) ? Kind::kWord
                        : IsWhiteSpace(c)  ? Kind::kSpace
                                           : Kind::kOther;
      if (kind == open_kind) continue;
      if (open_kind != Kind::kSpace) matches.push_back({open, begin, false});
      open_kind = kind;
      open = begin;
    }
    if (open_kind != Kind::kSpace) {
      matches.push_back({open, static_cast<std::uint32_t>(piece.size()), false});
    }
    return absl::OkStatus();
  });
}

absl::Status PatternSplit::Split(SplitText& text) const {
  Pattern::Finder finder(pattern_);
  return text.Split([&](absl::string_view piece, std::vector<Match>& matches) -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(finder.Find(piece, matches));
    if (invert_) {
      for (Match& match : matches) match.is_match = !match.is_match;
    }
    ApplyBehavior(behavior_, matches);
    return absl::OkStatus();
  });
}

absl::Status ByteLevelPreTokenizer::Split(SplitText& text) const {
  if (add_prefix_space_) {
    CLIENTELE_RETURN_IF_ERROR(text.RewriteEach([](AlignedText& piece) {
      if (!absl::StartsWith(piece.text(), " ")) piece.Prepend(" ");
      return absl::OkStatus();
    }));
  }
  if (expression_.has_value()) {
    Pattern::Finder finder(*expression_);
    CLIENTELE_RETURN_IF_ERROR(
        text.Split([&](absl::string_view piece, std::vector<Match>& matches) -> absl::Status {
          return finder.Find(piece, matches);
        }));
  }
  AlignedText bytes;
  return text.RewriteEach([&](AlignedText& piece) {
    bytes.Clear();
    for (std::size_t i = 0; i < piece.size(); ++i) {
      bytes.AppendCharacter(CharacterOfByte(static_cast<unsigned char>(piece.text()[i])),
                            piece.origins()[i]);
    }
    std::swap(piece, bytes);
    return absl::OkStatus();
  });
}

MetaspacePreTokenizer::MetaspacePreTokenizer(char32_t replacement, PrependScheme scheme, bool split)
    : replacement_character_(replacement), scheme_(scheme), split_(split) {
  AppendUtf8(replacement, replacement_);
}

absl::Status MetaspacePreTokenizer::Split(SplitText& text) const {
  CLIENTELE_RETURN_IF_ERROR(text.RewriteEach([this](AlignedText& piece) {
    const bool first = piece.origins().front().begin == 0;
    piece.Map([this](char32_t c) { return c == U' ' ? replacement_character_ : c; });
    if ((scheme_ == PrependScheme::kAlways || (scheme_ == PrependScheme::kFirst && first)) &&
        !absl::StartsWith(piece.text(), replacement_)) {
      piece.Prepend(replacement_);
    }
    return absl::OkStatus();
  }));
  if (!split_) return absl::OkStatus();
  return text.Split([this](absl::string_view piece, std::vector<Match>& matches) {
    FindCharacters(
        piece, [this](char32_t c) { return c == replacement_character_; }, matches);
    ApplyBehavior(SplitBehavior::kMergedWithNext, matches);
    return absl::OkStatus();
  });
}

}  // namespace clientele::text::tokenization
