#include "common/text/tokenizer/word_models.h"

#include <utility>

#include "absl/strings/match.h"

#include "common/text/tokenizer/code_points.h"

namespace clientele::text::tokenization {
namespace {

absl::Status AddUnknown(absl::string_view word, std::optional<std::int32_t> unknown,
                        std::vector<ModelToken>& tokens) {
  if (!unknown.has_value()) {
    return absl::InvalidArgumentError(
        "the text has a word that is not in the vocabulary, and the tokenizer has no unknown "
        "token");
  }
  tokens.push_back({*unknown, 0, static_cast<std::uint32_t>(word.size()), false});
  return absl::OkStatus();
}

}  // namespace

WordLevelModel::WordLevelModel(Vocabulary vocabulary, const std::string& unknown)
    : Model(std::move(vocabulary)), unknown_(this->vocabulary().IdOf(unknown)) {}

absl::Status WordLevelModel::Tokenize(absl::string_view word,
                                      std::vector<ModelToken>& tokens) const {
  const std::optional<std::int32_t> id = vocabulary().IdOf(word);
  if (!id.has_value()) return AddUnknown(word, unknown_, tokens);
  tokens.push_back({*id, 0, static_cast<std::uint32_t>(word.size()), false});
  return absl::OkStatus();
}

WordPieceModel::WordPieceModel(Vocabulary vocabulary, const WordPieceOptions& options)
    : Model(std::move(vocabulary)),
      unknown_(this->vocabulary().IdOf(options.unknown)),
      max_characters_(options.max_input_chars_per_word) {
  std::vector<Trie::Entry> first;
  std::vector<Trie::Entry> continuation;
  for (const std::string& token : this->vocabulary().tokens()) {
    const std::int32_t id = *this->vocabulary().IdOf(token);
    first.emplace_back(token, id);
    if (absl::StartsWith(token, options.continuing_subword_prefix)) {
      continuation.emplace_back(
          absl::string_view(token).substr(options.continuing_subword_prefix.size()), id);
    }
  }
  first_ = Trie(std::move(first));
  continuation_ = Trie(std::move(continuation));
}

absl::Status WordPieceModel::Tokenize(absl::string_view word,
                                      std::vector<ModelToken>& tokens) const {
  if (CountCharacters(word) > max_characters_) return AddUnknown(word, unknown_, tokens);
  const std::size_t before = tokens.size();
  for (std::size_t at = 0; at < word.size();) {
    const auto [length, id] = (at == 0 ? first_ : continuation_).LongestPrefix(word.substr(at));
    if (length == 0) {
      tokens.resize(before);
      return AddUnknown(word, unknown_, tokens);
    }
    tokens.push_back(
        {id, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + length), false});
    at += length;
  }
  return absl::OkStatus();
}

}  // namespace clientele::text::tokenization
