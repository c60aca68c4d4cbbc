#include "common/text/tokenizer/decoder.h"

#include <algorithm>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

#include "common/status/status_macros.h"
#include "common/text/tokenizer/byte_alphabet.h"
#include "common/text/tokenizer/byte_tokens.h"
#include "common/text/tokenizer/code_points.h"
#include "common/text/utf8.h"

namespace clientele::text::tokenization {
namespace {

constexpr absl::string_view kReplacementCharacter = "\xEF\xBF\xBD";

// One replacement after the other, each over the whole of what the one before made.
void ReplaceAll(absl::string_view from, absl::string_view to, std::string& text) {
  if (from.empty()) return;
  if (absl::StrContains(text, from)) text = absl::StrReplaceAll(text, {{from, to}});
}

void CleanUp(std::string& text) {
  ReplaceAll(" .", ".", text);
  ReplaceAll(" ?", "?", text);
  ReplaceAll(" !", "!", text);
  ReplaceAll(" ,", ",", text);
  ReplaceAll(" ' ", "'", text);
  ReplaceAll(" n't", "n't", text);
  ReplaceAll(" 'm", "'m", text);
  ReplaceAll(" do not", " don't", text);
  ReplaceAll(" 's", "'s", text);
  ReplaceAll(" 've", "'ve", text);
  ReplaceAll(" 're", "'re", text);
}

}  // namespace

std::string Utf8WithReplacements(absl::string_view bytes) {
  if (IsValidUtf8(bytes)) return std::string(bytes);
  std::string text;
  for (std::size_t at = 0; at < bytes.size();) {
    // The longest stretch that is, or could become, a character.
    const std::size_t longest = std::min<std::size_t>(4, bytes.size() - at);
    std::size_t whole = 0;
    for (std::size_t length = 1; length <= longest && whole == 0; ++length) {
      if (IsValidUtf8(bytes.substr(at, length))) whole = length;
    }
    if (whole > 0) {
      absl::StrAppend(&text, bytes.substr(at, whole));
      at += whole;
      continue;
    }
    std::size_t part = 1;
    for (std::size_t length = 2; length <= longest && length <= 3; ++length) {
      // A beginning is good when some continuation makes it whole.
      const absl::string_view beginning = bytes.substr(at, length);
      bool good = false;
      for (const char* rest : {"\x80", "\x80\x80", "\xBF", "\xBF\xBF"}) {
        good = good || IsValidUtf8(absl::StrCat(beginning, rest));
      }
      if (!good) break;
      part = length;
    }
    absl::StrAppend(&text, kReplacementCharacter);
    at += part;
  }
  return text;
}

absl::Status DecoderSequence::Decode(Strings& tokens) const {
  for (const auto& step : steps_) CLIENTELE_RETURN_IF_ERROR(step->Decode(tokens));
  return absl::OkStatus();
}

absl::Status WordPieceDecoder::Decode(Strings& tokens) const {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    std::string& token = tokens[i];
    if (i > 0) {
      if (absl::StartsWith(token, prefix_)) {
        token.erase(0, prefix_.size());
      } else {
        token = absl::StrCat(" ", token);
      }
    }
    if (cleanup_) CleanUp(token);
  }
  return absl::OkStatus();
}

absl::Status ByteLevelDecoder::Decode(Strings& tokens) const {
  std::string bytes;
  std::string of_token;
  for (const std::string& token : tokens) {
    of_token.clear();
    for (std::size_t at = 0; at < token.size();) {
      const std::optional<unsigned char> byte = ByteOfCharacter(NextCodePoint(token, at));
      if (!byte.has_value()) {
        // Not of the alphabet: the token stands for itself.
        of_token = token;
        break;
      }
      of_token.push_back(static_cast<char>(*byte));
    }
    bytes += of_token;
  }
  tokens = {Utf8WithReplacements(bytes)};
  return absl::OkStatus();
}

absl::Status MetaspaceDecoder::Decode(Strings& tokens) const {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    ReplaceAll(replacement_, i == 0 && first_is_prefix_ ? "" : " ", tokens[i]);
  }
  return absl::OkStatus();
}

absl::Status ByteFallbackDecoder::Decode(Strings& tokens) const {
  Strings decoded;
  std::string bytes;
  const auto flush = [&] {
    if (bytes.empty()) return;
    if (IsValidUtf8(bytes)) {
      decoded.push_back(bytes);
    } else {
      decoded.insert(decoded.end(), bytes.size(), std::string(kReplacementCharacter));
    }
    bytes.clear();
  };
  for (std::string& token : tokens) {
    if (const auto byte = ByteOfToken(token)) {
      bytes.push_back(static_cast<char>(*byte));
    } else {
      flush();
      decoded.push_back(std::move(token));
    }
  }
  flush();
  tokens = std::move(decoded);
  return absl::OkStatus();
}

absl::Status FuseDecoder::Decode(Strings& tokens) const {
  tokens = {absl::StrJoin(tokens, "")};
  return absl::OkStatus();
}

absl::Status StripDecoder::Decode(Strings& tokens) const {
  for (std::string& token : tokens) {
    std::size_t begin = 0;
    for (std::size_t i = 0; i < start_ && begin < token.size(); ++i) {
      std::size_t next = begin;
      if (NextCodePoint(token, next) != content_) break;
      begin = next;
    }
    std::size_t end = token.size();
    for (std::size_t i = 0; i < stop_ && end > begin; ++i) {
      const std::size_t last = PreviousCharacter(token, end);
      std::size_t next = last;
      if (NextCodePoint(token, next) != content_) break;
      end = last;
    }
    token = token.substr(begin, end - begin);
  }
  return absl::OkStatus();
}

absl::Status ReplaceDecoder::Decode(Strings& tokens) const {
  Pattern::Finder finder(pattern_);
  std::vector<Match> matches;
  for (std::string& token : tokens) {
    CLIENTELE_RETURN_IF_ERROR(finder.Find(token, matches));
    std::string replaced;
    for (const Match& match : matches) {
      absl::StrAppend(&replaced, match.is_match ? absl::string_view(content_)
                                                : absl::string_view(token).substr(
                                                      match.begin, match.end - match.begin));
    }
    token = std::move(replaced);
  }
  return absl::OkStatus();
}

absl::Status BpeDecoder::Decode(Strings& tokens) const {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    ReplaceAll(suffix_, i + 1 == tokens.size() ? "" : " ", tokens[i]);
  }
  return absl::OkStatus();
}

}  // namespace clientele::text::tokenization
