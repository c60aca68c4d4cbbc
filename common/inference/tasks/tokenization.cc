#include "common/inference/tasks/tokenization.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/inference/bundle/bundle_tokenizer.h"
#include "common/status/status_macros.h"
#include "common/text/characters.h"

namespace clientele::inference {
namespace {

// 0 for the first text, 1 for the second. A tokenizer of a model with one kind of segment (RoBERTa)
// tells them not apart; there the second text begins with its first token.
std::vector<std::int64_t> SegmentsOf(const text::Encoding& encoding) {
  const auto is = [](std::int64_t value) {
    return [value](std::int64_t type) { return type == value; };
  };
  const auto& types = encoding.type_ids;
  const auto ones = std::count_if(types.begin(), types.end(), is(1));
  const auto zeros = std::count_if(types.begin(), types.end(), is(0));
  if (ones > 0 && ones + zeros == static_cast<std::ptrdiff_t>(types.size())) return types;
  std::vector<std::int64_t> segments(encoding.size(), 0);
  const auto second = std::find(encoding.sequences.begin(), encoding.sequences.end(), 1);
  std::fill(segments.begin() + (second - encoding.sequences.begin()), segments.end(), 1);
  return segments;
}

// Lists of n-grams go behind the tokens, each with a segment of its own.
void AppendNgrams(const std::vector<std::vector<std::int64_t>>& lists, TokenRow& row) {
  if (lists.empty()) return;
  row.segments.resize(row.ids.size(), 0);
  std::int64_t segment = 0;
  for (const std::vector<std::int64_t>& ids : lists) {
    row.ids.insert(row.ids.end(), ids.begin(), ids.end());
    row.segments.resize(row.ids.size(), ++segment);
  }
}

// Empty where the bundle has no such setting.
const std::string& Setting(const LoadedModel& model, const std::string& name) {
  static const auto& empty = *new std::string();
  const auto& settings = model.manifest().settings();
  const auto found = settings.find(name);
  return found == settings.end() ? empty : found->second;
}

}  // namespace

absl::Status RequireTokenizer(const LoadedModel& model) {
  if (model.tokenizer() != nullptr) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "the bundle has no tokenizer: import the checkpoint with its tokenizer files beside it");
}

absl::Status RequirePairTokenizer(const LoadedModel& model) {
  CLIENTELE_RETURN_IF_ERROR(RequireTokenizer(model));
  if (model.tokenizer()->trained() != nullptr) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "the task takes pairs of texts, which hashed n-grams do not know: a trained tokenizer is "
      "needed");
}

absl::StatusOr<TokenRow> TokenizeText(const LoadedModel& model, absl::string_view text,
                                      TextRole role) {
  std::string lower;
  if (!Setting(model, "lower_case").empty()) {
    lower = text::ToUtf8(text::Lowercase(text::Characters(text)));
    text = lower;
  }
  CLIENTELE_ASSIGN_OR_RETURN(std::vector<std::int64_t> ids, model.tokenizer()->Encode(text));
  const std::string& prompt = Setting(model, role == TextRole::kQuery      ? "prompt.query"
                                             : role == TextRole::kDocument ? "prompt.document"
                                                                           : "prompt");
  // A prompt makes no text of nothing.
  if (!prompt.empty() && !ids.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(ids, model.tokenizer()->Encode(absl::StrCat(prompt, text)));
  }
  TokenRow row{std::move(ids)};
  AppendNgrams(model.tokenizer()->EncodeNgrams(text), row);
  return row;
}

absl::StatusOr<TokenizedPair> TokenizePair(const LoadedModel& model, absl::string_view first,
                                           absl::string_view second, std::size_t max_tokens) {
  const std::size_t limit = max_tokens > 0
                                ? max_tokens
                                : static_cast<std::size_t>(model.manifest().limits().max_tokens());
  CLIENTELE_ASSIGN_OR_RETURN(text::Encoding encoding,
                             model.tokenizer()->trained()->EncodePair(
                                 first, second, {.max_tokens = limit, .cut_second_only = true}));
  std::vector<std::int64_t> segments = SegmentsOf(encoding);
  return TokenizedPair{.row = {std::move(encoding.ids), std::move(segments)},
                       .sequences = std::move(encoding.sequences),
                       .offsets = std::move(encoding.offsets)};
}

}  // namespace clientele::inference
