#include "common/text/tokenizer/normalizer.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

#include <unicode/brkiter.h>
#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>

#include "common/status/status_macros.h"
#include "common/text/tokenizer/byte_alphabet.h"
#include "common/text/tokenizer/code_points.h"

namespace clientele::text::tokenization {
namespace {

// A character to write and what it stands in place of; see AlignedText::Rewriter::Put.
struct Change {
  char32_t c = 0;
  std::ptrdiff_t change = 0;
};

// What the reference's "Precompiled" notes down for one replaced string.
void NoteReplacement(absl::string_view old_part, absl::string_view new_part,
                     std::vector<Change>& changes) {
  const auto old_count = static_cast<std::ptrdiff_t>(CountCharacters(old_part));
  const auto new_count = static_cast<std::ptrdiff_t>(CountCharacters(new_part));
  for (std::size_t at = 0; at < new_part.size();) {
    changes.push_back({NextCodePoint(new_part, at), 0});
  }
  if (new_count > old_count) {
    for (std::ptrdiff_t i = 1; i <= new_count - old_count; ++i) {
      changes[changes.size() - static_cast<std::size_t>(i)].change = 1;
    }
  } else if (new_count < old_count && !changes.empty()) {
    changes.back().change += new_count - old_count;
  }
}

// Ends of grapheme clusters, in bytes.
class GraphemeEnds {
 public:
  explicit GraphemeEnds(absl::string_view text) : text_(text) {
    // Most text is ASCII, where a cluster is a character.
    if (IsAscii(text)) return;
    UErrorCode error = U_ZERO_ERROR;
    utext_openUTF8(&source_, text.data(), static_cast<std::int64_t>(text.size()), &error);
    iterator_.reset(icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), error));
    if (U_SUCCESS(error)) iterator_->setText(&source_, error);
    if (U_FAILURE(error)) iterator_.reset();
  }
  ~GraphemeEnds() { utext_close(&source_); }
  GraphemeEnds(const GraphemeEnds&) = delete;
  GraphemeEnds& operator=(const GraphemeEnds&) = delete;

  // The end of the cluster that begins at `begin`.
  std::size_t After(std::size_t begin) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text_[i]); };
    if (byte(begin) < 0x80) {
      if (begin + 1 == text_.size()) return begin + 1;
      if (byte(begin + 1) < 0x80) {
        return begin + (text_[begin] == '\r' && text_[begin + 1] == '\n' ? 2 : 1);
      }
    }
    if (iterator_ == nullptr) return begin + CharacterLength(text_[begin]);
    const std::int32_t end = iterator_->following(static_cast<std::int32_t>(begin));
    return end == icu::BreakIterator::DONE ? text_.size() : static_cast<std::size_t>(end);
  }

 private:
  absl::string_view text_;
  UText source_ = UTEXT_INITIALIZER;
  std::unique_ptr<icu::BreakIterator> iterator_;
};

bool IsNmtControl(char32_t c) {
  return (c >= 0x01 && c <= 0x08) || c == 0x0B || (c >= 0x0E && c <= 0x1F) || c == 0x7F ||
         c == 0x8F || c == 0x9F;
}

bool IsNmtSpace(char32_t c) {
  return c == 0x09 || c == 0x0A || c == 0x0C || c == 0x0D || c == 0x1680 ||
         (c >= 0x200B && c <= 0x200F) || c == 0x2028 || c == 0x2029 || c == 0x2581 || c == 0xFEFF ||
         c == 0xFFFD;
}

}  // namespace

absl::Status NormalizerSequence::Normalize(AlignedText& text) const {
  for (const auto& part : parts_) CLIENTELE_RETURN_IF_ERROR(part->Normalize(text));
  return absl::OkStatus();
}

absl::Status BertNormalizer::Normalize(AlignedText& text) const {
  if (options_.clean_text) {
    text.Filter([](char32_t c) { return c != 0 && c != 0xFFFD && !IsBertControl(c); });
    text.Map([](char32_t c) { return IsWhiteSpace(c) ? U' ' : c; });
  }
  if (options_.handle_chinese_chars && !IsAscii(text.text())) {
    AlignedText::Rewriter rewriter(text);
    const absl::string_view source = text.text();
    for (std::size_t at = 0; at < source.size();) {
      const char32_t c = NextCodePoint(source, at);
      if (IsBertChineseCharacter(c)) {
        rewriter.Put(U' ', 0);
        rewriter.Put(c, 1);
        rewriter.Put(U' ', 1);
      } else {
        rewriter.Put(c, 0);
      }
    }
    rewriter.Finish();
  }
  if (options_.strip_accents && !IsAscii(text.text())) {
    NormalizeUnicode(NormalizationForm::kNfd, text);
    text.Filter([](char32_t c) { return !IsNonspacingMark(c); });
  }
  if (options_.lowercase) Lowercase(text);
  return absl::OkStatus();
}

absl::Status UnicodeNormalizer::Normalize(AlignedText& text) const {
  NormalizeUnicode(form_, text);
  return absl::OkStatus();
}

void Lowercase(AlignedText& text) {
  AlignedText::Rewriter rewriter(text);
  const absl::string_view source = text.text();
  for (std::size_t at = 0; at < source.size();) {
    const char32_t c = NextCodePoint(source, at);
    if (c < 0x80) {
      rewriter.Put(c >= 'A' && c <= 'Z' ? c + 32 : c, 0);
    } else if (c == 0x130) {
      // The one character whose lower case is two.
      rewriter.Put(U'i', 0);
      rewriter.Put(0x307, 1);
    } else {
      rewriter.Put(static_cast<char32_t>(u_tolower(static_cast<UChar32>(c))), 0);
    }
  }
  rewriter.Finish();
}

absl::Status LowercaseNormalizer::Normalize(AlignedText& text) const {
  Lowercase(text);
  return absl::OkStatus();
}

absl::Status StripAccentsNormalizer::Normalize(AlignedText& text) const {
  text.Filter([](char32_t c) { return !IsMark(c); });
  return absl::OkStatus();
}

absl::Status StripNormalizer::Normalize(AlignedText& text) const {
  const absl::string_view source = text.text();
  std::size_t begin = 0;
  while (left_ && begin < source.size()) {
    std::size_t next = begin;
    if (!IsWhiteSpace(NextCodePoint(source, next))) break;
    begin = next;
  }
  std::size_t end = source.size();
  while (right_ && end > begin) {
    const std::size_t last = PreviousCharacter(source, end);
    std::size_t next = last;
    if (!IsWhiteSpace(NextCodePoint(source, next))) break;
    end = last;
  }
  if (begin == 0 && end == source.size()) return absl::OkStatus();
  AlignedText stripped;
  stripped.Append(source.substr(begin, end - begin), text.origins().data() + begin);
  text = std::move(stripped);
  return absl::OkStatus();
}

absl::Status ReplaceMatches(Pattern::Finder& finder, absl::string_view content, AlignedText& text) {
  std::vector<Match> matches;
  CLIENTELE_RETURN_IF_ERROR(finder.Find(text.text(), matches));
  if (std::none_of(matches.begin(), matches.end(), [](const Match& m) { return m.is_match; })) {
    return absl::OkStatus();
  }
  std::u32string characters;
  for (std::size_t at = 0; at < content.size();) characters += NextCodePoint(content, at);
  AlignedText::Rewriter rewriter(text);
  for (const Match& match : matches) {
    if (!match.is_match) {
      rewriter.Copy(match.end - match.begin);
      continue;
    }
    rewriter.Skip(CountCharacters(text.text().substr(match.begin, match.end - match.begin)));
    for (const char32_t c : characters) rewriter.Put(c, 1);
  }
  rewriter.Finish();
  return absl::OkStatus();
}

absl::Status ReplaceNormalizer::Normalize(AlignedText& text) const {
  Pattern::Finder finder(pattern_);
  return ReplaceMatches(finder, content_, text);
}

absl::Status PrependNormalizer::Normalize(AlignedText& text) const {
  text.Prepend(prefix_);
  return absl::OkStatus();
}

absl::Status NmtNormalizer::Normalize(AlignedText& text) const {
  text.Filter([](char32_t c) { return !IsNmtControl(c); });
  text.Map([](char32_t c) { return IsNmtSpace(c) ? U' ' : c; });
  return absl::OkStatus();
}

absl::Status ByteLevelNormalizer::Normalize(AlignedText& text) const {
  AlignedText bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bytes.AppendCharacter(CharacterOfByte(static_cast<unsigned char>(text.text()[i])),
                          text.origins()[i]);
  }
  text = std::move(bytes);
  return absl::OkStatus();
}

absl::Status PrecompiledNormalizer::Normalize(AlignedText& text) const {
  // The reference looks clusters up whole where they have less than six bytes, else character by
  // character, and takes the shortest key that fits, whatever of the cluster it covers.
  constexpr std::size_t kMaxCluster = 5;
  const absl::string_view source = text.text();
  GraphemeEnds ends(source);
  std::vector<Change> changes;
  changes.reserve(source.size());
  bool modified = false;
  for (std::size_t begin = 0; begin < source.size();) {
    const std::size_t end = ends.After(begin);
    const absl::string_view cluster = source.substr(begin, end - begin);
    begin = end;
    if (cluster.size() <= kMaxCluster) {
      if (const auto found = charsmap_.ShortestPrefix(cluster)) {
        modified = true;
        NoteReplacement(cluster, found->target, changes);
        continue;
      }
    }
    for (std::size_t at = 0; at < cluster.size();) {
      const std::size_t start = at;
      const char32_t c = NextCodePoint(cluster, at);
      const absl::string_view part = cluster.substr(start, at - start);
      if (const auto found = charsmap_.ShortestPrefix(part)) {
        modified = true;
        NoteReplacement(part, found->target, changes);
      } else {
        changes.push_back({c, 0});
      }
    }
  }
  if (!modified) return absl::OkStatus();
  AlignedText::Rewriter rewriter(text);
  for (const Change& change : changes) rewriter.Put(change.c, change.change);
  rewriter.Finish();
  return absl::OkStatus();
}

}  // namespace clientele::text::tokenization
