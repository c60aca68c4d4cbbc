#include "common/text/tokenizer/stream_decoder.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

#include "common/status/status_macros.h"

namespace clientele::text {
namespace {

constexpr absl::string_view kReplacementCharacter = "\xEF\xBF\xBD";

}  // namespace

absl::StatusOr<std::string> StreamDecoder::Push(std::int64_t id) {
  window_.push_back(id);
  auto text = Take(/*all=*/window_.size() - given_ >= kMaxHeldTokens);
  if (!text.ok()) window_.pop_back();
  return text;
}

absl::StatusOr<std::string> StreamDecoder::Finish() {
  auto text = Take(/*all=*/true);
  window_.clear();
  given_ = 0;
  given_text_.clear();
  return text;
}

absl::StatusOr<std::string> StreamDecoder::Take(bool all) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::string text,
                             tokenizer_.Decode(window_, skip_special_tokens_));
  // A replacement character at the end may be the beginning of a character.
  if (!all && absl::EndsWith(text, kReplacementCharacter)) return std::string();
  std::string fresh;
  if (absl::StartsWith(text, given_text_)) {
    fresh = text.substr(given_text_.size());
  } else if (!all) {
    return std::string();
  } else {
    // The new tokens changed how the context reads: they are read without it.
    CLIENTELE_ASSIGN_OR_RETURN(
        fresh,
        tokenizer_.Decode(absl::MakeConstSpan(window_).subspan(given_), skip_special_tokens_));
  }
  if (fresh.empty() && !all) {
    // Special tokens that are skipped, say: context must have text in it, so that what follows is
    // not taken for the beginning.
    if (window_.size() - given_ < kMaxHeldTokens) return fresh;
  }
  if (fresh.empty()) {
    window_.resize(given_);
    return fresh;
  }
  window_.erase(window_.begin(), window_.begin() + static_cast<std::ptrdiff_t>(given_));
  given_ = window_.size();
  CLIENTELE_ASSIGN_OR_RETURN(given_text_, tokenizer_.Decode(window_, skip_special_tokens_));
  return fresh;
}

}  // namespace clientele::text
