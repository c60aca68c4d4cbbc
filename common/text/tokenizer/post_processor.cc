#include "common/text/tokenizer/post_processor.h"

#include <algorithm>
#include <iterator>

#include "common/status/status_macros.h"
#include "common/text/tokenizer/byte_alphabet.h"
#include "common/text/tokenizer/code_points.h"

namespace clientele::text::tokenization {
namespace {

void AppendSpecial(const SpecialToken& token, std::int64_t type_id, Encoding& encoding) {
  encoding.ids.push_back(token.id);
  encoding.tokens.push_back(token.token);
  encoding.offsets.push_back({});
  encoding.type_ids.push_back(type_id);
  encoding.sequences.push_back(-1);
}

template <class T>
void MoveTo(std::vector<T>& to, std::vector<T>& from) {
  if (to.empty()) {
    to = std::move(from);
  } else {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  }
}

// The encoding with special tokens around it; an empty token adds none.
void Surround(const SpecialToken* before, const SpecialToken* after, std::int64_t type_id,
              Encoding& encoding) {
  Encoding surrounded;
  if (before != nullptr) AppendSpecial(*before, type_id, surrounded);
  Append(surrounded, encoding);
  if (after != nullptr) AppendSpecial(*after, type_id, surrounded);
  encoding = std::move(surrounded);
}

bool IsSpace(char32_t c) { return c == CharacterOfByte(' ') || IsWhiteSpace(c); }

std::size_t LeadingSpaces(absl::string_view token) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < token.size() && IsSpace(NextCodePoint(token, at));) ++count;
  return count;
}

std::size_t TrailingSpaces(absl::string_view token) {
  std::size_t count = 0;
  for (std::size_t end = token.size(); end > 0; ++count) {
    end = PreviousCharacter(token, end);
    std::size_t at = end;
    if (!IsSpace(NextCodePoint(token, at))) break;
  }
  return count;
}

// Leaves the white space that a byte-level token begins or ends with out of its offsets.
void TrimOffsets(Part& part, bool add_prefix_space) {
  Encoding& encoding = part.encoding;
  for (std::size_t i = 0; i < encoding.size(); ++i) {
    ByteSpan& span = encoding.offsets[i];
    std::size_t leading = LeadingSpaces(encoding.tokens[i]);
    const std::size_t trailing = TrailingSpaces(encoding.tokens[i]);
    // One space at the very beginning is the one that was put there.
    if (leading == 1 && add_prefix_space && (i == 0 || span.begin == 0)) leading = 0;
    for (; leading > 0 && span.begin < span.end; --leading) {
      span.begin += static_cast<std::uint32_t>(CharacterLength(part.text[span.begin]));
    }
    for (std::size_t k = 0; k < trailing && span.end > span.begin; ++k) {
      span.end = static_cast<std::uint32_t>(PreviousCharacter(part.text, span.end));
    }
  }
}

}  // namespace

void Append(Encoding& to, Encoding& from) {
  MoveTo(to.ids, from.ids);
  MoveTo(to.tokens, from.tokens);
  MoveTo(to.offsets, from.offsets);
  MoveTo(to.type_ids, from.type_ids);
  MoveTo(to.sequences, from.sequences);
}

std::size_t PostProcessorSequence::AddedTokens(bool pair) const {
  std::size_t added = 0;
  for (const auto& step : steps_) added += step->AddedTokens(pair);
  return added;
}

absl::Status PostProcessorSequence::Process(std::vector<Part>& parts,
                                            bool add_special_tokens) const {
  for (const auto& step : steps_) {
    CLIENTELE_RETURN_IF_ERROR(step->Process(parts, add_special_tokens));
  }
  return absl::OkStatus();
}

absl::Status BertProcessing::Process(std::vector<Part>& parts, bool add_special_tokens) const {
  if (!add_special_tokens) return absl::OkStatus();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Surround(i == 0 ? &cls_ : nullptr, &sep_, i == 0 ? 0 : 1, parts[i].encoding);
  }
  return absl::OkStatus();
}

absl::Status RobertaProcessing::Process(std::vector<Part>& parts, bool add_special_tokens) const {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (trim_offsets_) TrimOffsets(parts[i], add_prefix_space_);
    Encoding& encoding = parts[i].encoding;
    std::fill(encoding.type_ids.begin(), encoding.type_ids.end(), 0);
    if (add_special_tokens) Surround(i == 0 ? &cls_ : &sep_, &sep_, 0, encoding);
  }
  return absl::OkStatus();
}

absl::Status ByteLevelProcessing::Process(std::vector<Part>& parts, bool) const {
  if (!trim_offsets_) return absl::OkStatus();
  for (Part& part : parts) TrimOffsets(part, add_prefix_space_);
  return absl::OkStatus();
}

std::size_t TemplateProcessing::AddedTokens(bool pair) const {
  std::size_t added = 0;
  for (const Place& place : pair ? pair_ : single_) added += place.tokens.size();
  return added;
}

absl::Status TemplateProcessing::Process(std::vector<Part>& parts, bool add_special_tokens) const {
  if (parts.size() > 2) {
    return absl::InvalidArgumentError(
        "post_processor: a template can't come behind another that adds tokens");
  }
  std::vector<Part> placed;
  for (const Place& place : parts.size() == 2 ? pair_ : single_) {
    if (place.sequence >= 0) {
      if (static_cast<std::size_t>(place.sequence) >= parts.size()) {
        return absl::InvalidArgumentError(
            "post_processor: the template for one text names a second");
      }
      placed.push_back(parts[static_cast<std::size_t>(place.sequence)]);
      std::vector<std::int64_t>& types = placed.back().encoding.type_ids;
      std::fill(types.begin(), types.end(), place.type_id);
    } else if (add_special_tokens) {
      placed.emplace_back();
      for (const SpecialToken& token : place.tokens) {
        AppendSpecial(token, place.type_id, placed.back().encoding);
      }
    }
  }
  parts = std::move(placed);
  return absl::OkStatus();
}

}  // namespace clientele::text::tokenization
