#include "common/text/tokenizer/folder_settings.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/text/tokenizer/json_field.h"

namespace clientele::text::tokenization {
namespace {

absl::Status ReadFlag(const JsonField& field, std::optional<bool>& flag) {
  if (field.is_null()) return absl::OkStatus();
  CLIENTELE_ASSIGN_OR_RETURN(flag, field.BoolOr(false));
  return absl::OkStatus();
}

absl::Status ReadDecoder(const JsonField& field, std::vector<AddedToken>& tokens) {
  if (field.is_null()) return absl::OkStatus();
  CLIENTELE_RETURN_IF_ERROR(field.IsObject());
  for (const auto& [key, value] : field.value().items()) {
    const JsonField entry = field.Member(key);
    AddedToken token;
    if (!absl::SimpleAtoi(key, &token.id) || token.id < 0 || token.id >= kMaxTokenId) {
      return entry.Error("must be named by an id in range");
    }
    CLIENTELE_ASSIGN_OR_RETURN(token.content, entry.Member("content").String());
    CLIENTELE_ASSIGN_OR_RETURN(token.special, entry.Member("special").BoolOr(false));
    CLIENTELE_ASSIGN_OR_RETURN(token.single_word, entry.Member("single_word").BoolOr(false));
    CLIENTELE_ASSIGN_OR_RETURN(token.lstrip, entry.Member("lstrip").BoolOr(false));
    CLIENTELE_ASSIGN_OR_RETURN(token.rstrip, entry.Member("rstrip").BoolOr(false));
    CLIENTELE_ASSIGN_OR_RETURN(token.normalized, entry.Member("normalized").BoolOr(!token.special));
    if (token.content.empty()) return entry.Member("content").Error("is empty");
    tokens.push_back(std::move(token));
  }
  return absl::OkStatus();
}

absl::Status ReadTokenizerConfig(absl::string_view text, FolderSettings& settings) {
  CLIENTELE_ASSIGN_OR_RETURN(const nlohmann::json document,
                             ParseJson("tokenizer_config.json", text));
  const JsonField root("tokenizer_config.json", document);
  CLIENTELE_RETURN_IF_ERROR(root.IsObject());
  CLIENTELE_ASSIGN_OR_RETURN(settings.tokenizer_class, root.Member("tokenizer_class").StringOr(""));
  settings.tokenizer_class = std::string(absl::StripSuffix(settings.tokenizer_class, "Fast"));
  CLIENTELE_RETURN_IF_ERROR(ReadFlag(root.Member("do_lower_case"), settings.do_lower_case));
  CLIENTELE_RETURN_IF_ERROR(ReadFlag(root.Member("strip_accents"), settings.strip_accents));
  CLIENTELE_RETURN_IF_ERROR(
      ReadFlag(root.Member("tokenize_chinese_chars"), settings.tokenize_chinese_chars));
  CLIENTELE_RETURN_IF_ERROR(ReadFlag(root.Member("add_prefix_space"), settings.add_prefix_space));
  for (const char* name : {"bos_token", "eos_token", "unk_token", "sep_token", "pad_token",
                           "cls_token", "mask_token"}) {
    const JsonField field = root.Member(name);
    if (field.is_null()) continue;
    // {"content": "…"} in files that older releases wrote.
    CLIENTELE_ASSIGN_OR_RETURN(
        settings.special_tokens[name],
        (field.value().is_object() ? field.Member("content") : field).String());
  }
  return ReadDecoder(root.Member("added_tokens_decoder"), settings.added_tokens);
}

}  // namespace

std::string FolderSettings::SpecialToken(const std::string& name,
                                         absl::string_view otherwise) const {
  const auto found = special_tokens.find(name);
  return found == special_tokens.end() ? std::string(otherwise) : found->second;
}

absl::StatusOr<FolderSettings> ReadFolderSettings(absl::string_view tokenizer_config,
                                                  absl::string_view config,
                                                  absl::string_view added_tokens) {
  FolderSettings settings;
  if (!tokenizer_config.empty()) {
    CLIENTELE_RETURN_IF_ERROR(ReadTokenizerConfig(tokenizer_config, settings));
  }
  if (!config.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(const nlohmann::json document, ParseJson("config.json", config));
    const JsonField root("config.json", document);
    CLIENTELE_RETURN_IF_ERROR(root.IsObject());
    CLIENTELE_ASSIGN_OR_RETURN(settings.model_type, root.Member("model_type").StringOr(""));
  }
  if (!added_tokens.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(const nlohmann::json document,
                               ParseJson("added_tokens.json", added_tokens));
    const JsonField root("added_tokens.json", document);
    CLIENTELE_RETURN_IF_ERROR(root.IsObject());
    for (const auto& [content, value] : document.items()) {
      AddedToken token;
      token.content = content;
      CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t id,
                                 root.Member(content).Count(kMaxTokenId - 1));
      token.id = static_cast<std::int32_t>(id);
      for (const auto& [name, special] : settings.special_tokens) {
        token.special = token.special || special == content;
      }
      token.normalized = !token.special;
      if (content.empty()) return root.Error("a token is empty");
      if (std::none_of(settings.added_tokens.begin(), settings.added_tokens.end(),
                       [&](const AddedToken& known) { return known.content == token.content; })) {
        settings.added_tokens.push_back(std::move(token));
      }
    }
  }
  return settings;
}

absl::StatusOr<std::vector<AddedToken>> CombineAddedTokens(const FolderSettings& settings,
                                                           const Vocabulary& vocabulary,
                                                           std::vector<AddedToken> standard) {
  std::vector<AddedToken> tokens = settings.added_tokens;
  for (AddedToken& token : standard) {
    const auto id = vocabulary.IdOf(token.content);
    const bool known = token.content.empty() ||
                       std::any_of(tokens.begin(), tokens.end(), [&](const AddedToken& other) {
                         return other.content == token.content;
                       });
    if (known || !id.has_value()) continue;
    token.id = *id;
    token.special = true;
    tokens.push_back(std::move(token));
  }
  Vocabulary taken;
  for (const AddedToken& token : tokens) {
    const auto known = vocabulary.IdOf(token.content);
    const std::string* other = vocabulary.TokenOf(token.id);
    absl::Status status = taken.Add(token.content, token.id);
    if (status.ok() &&
        ((known.has_value() && *known != token.id) || (!known.has_value() && other != nullptr))) {
      status = absl::InvalidArgumentError(
          absl::StrCat("the id ", token.id, " is another in the vocabulary"));
    }
    if (!status.ok()) return InvalidField("added tokens", status.message());
  }
  std::sort(tokens.begin(), tokens.end(),
            [](const AddedToken& a, const AddedToken& b) { return a.id < b.id; });
  return tokens;
}

}  // namespace clientele::text::tokenization
