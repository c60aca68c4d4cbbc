#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_FOLDER_SETTINGS_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_FOLDER_SETTINGS_H_

// What tokenizer_config.json, config.json and added_tokens.json say about the vocabulary files
// beside them. Every file may be missing.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/text/tokenizer/added_tokens.h"
#include "common/text/tokenizer/vocabulary.h"

namespace clientele::text::tokenization {

struct FolderSettings {
  // Of tokenizer_config.json, without "Fast" at its end; empty where it says nothing.
  std::string tokenizer_class;
  // Of config.json.
  std::string model_type;
  std::optional<bool> do_lower_case;
  std::optional<bool> strip_accents;
  std::optional<bool> tokenize_chinese_chars;
  std::optional<bool> add_prefix_space;
  // "cls_token" and so on: the token's text.
  std::map<std::string, std::string> special_tokens;
  // Of added_tokens_decoder, and of added_tokens.json what that does not have.
  std::vector<AddedToken> added_tokens;

  // The text of special_tokens[name], or the other.
  std::string SpecialToken(const std::string& name, absl::string_view otherwise) const;
};

// The texts of the files; empty ones are missing.
absl::StatusOr<FolderSettings> ReadFolderSettings(absl::string_view tokenizer_config,
                                                  absl::string_view config,
                                                  absl::string_view added_tokens);

// The settings' added tokens and, where these do not have them, `standard` ones that are in the
// vocabulary.
absl::StatusOr<std::vector<AddedToken>> CombineAddedTokens(const FolderSettings& settings,
                                                           const Vocabulary& vocabulary,
                                                           std::vector<AddedToken> standard);

}  // namespace clientele::text::tokenization

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_FOLDER_SETTINGS_H_
