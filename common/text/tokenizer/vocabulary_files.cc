#include "common/text/tokenizer/vocabulary_files.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/text/tokenizer/bpe_model.h"
#include "common/text/tokenizer/json_field.h"
#include "common/text/tokenizer/vocabulary_json.h"
#include "common/text/tokenizer/word_models.h"
#include "common/text/tokenizer/word_scanners.h"
#include "common/text/utf8.h"

namespace clientele::text::tokenization {
namespace {

AddedToken Standard(std::string content, bool lstrip = false) {
  AddedToken token;
  token.content = std::move(content);
  token.lstrip = lstrip;
  return token;
}

absl::StatusOr<SpecialToken> Find(const Vocabulary& vocabulary, absl::string_view file,
                                  const std::string& token) {
  const auto id = vocabulary.IdOf(token);
  if (!id.has_value()) return InvalidField(file, absl::StrCat("has no token ", token));
  return SpecialToken{token, *id};
}

// Calls visit(line, number) for each line, without its end; what follows the last end counts where
// it is not empty.
template <class Visit>
absl::Status ForEachLine(absl::string_view text, const Visit& visit) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    absl::string_view line = text.substr(0, end);
    text.remove_prefix(end == absl::string_view::npos ? text.size() : end + 1);
    if (absl::EndsWith(line, "\r")) line.remove_suffix(1);
    CLIENTELE_RETURN_IF_ERROR(visit(line, number));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<BpeModel::Merge>> ReadMergesFile(absl::string_view text) {
  std::vector<BpeModel::Merge> merges;
  CLIENTELE_RETURN_IF_ERROR(
      ForEachLine(text, [&](absl::string_view line, std::size_t number) -> absl::Status {
        if (absl::StartsWith(line, "#version") || line.empty()) return absl::OkStatus();
        const std::size_t space = line.find(' ');
        if (space == absl::string_view::npos || line.find(' ', space + 1) != line.npos) {
          return InvalidField(absl::StrCat("merges.txt: line ", number),
                              "must be two tokens with a space between them");
        }
        merges.push_back({std::string(line.substr(0, space)), std::string(line.substr(space + 1)),
                          static_cast<std::uint32_t>(merges.size())});
        return absl::OkStatus();
      }));
  return merges;
}

}  // namespace

absl::StatusOr<Pipeline> ReadBertVocabulary(absl::string_view text,
                                            const FolderSettings& settings) {
  constexpr absl::string_view kFile = "vocab.txt";
  if (!IsValidUtf8(text)) return InvalidField(kFile, "must be UTF-8");
  Vocabulary vocabulary;
  CLIENTELE_RETURN_IF_ERROR(
      ForEachLine(text, [&](absl::string_view line, std::size_t number) -> absl::Status {
        absl::Status added = vocabulary.Add(line, static_cast<std::int64_t>(number) - 1);
        if (added.ok()) return added;
        return InvalidField(absl::StrCat(kFile, ": line ", number), added.message());
      }));

  const std::string unknown = settings.SpecialToken("unk_token", "[UNK]");
  const std::string sep = settings.SpecialToken("sep_token", "[SEP]");
  const std::string pad = settings.SpecialToken("pad_token", "[PAD]");
  const std::string cls = settings.SpecialToken("cls_token", "[CLS]");
  const std::string mask = settings.SpecialToken("mask_token", "[MASK]");
  Pipeline pipeline;
  BertNormalizerOptions normalizer;
  normalizer.lowercase = settings.do_lower_case.value_or(true);
  normalizer.strip_accents = settings.strip_accents.value_or(normalizer.lowercase);
  normalizer.handle_chinese_chars = settings.tokenize_chinese_chars.value_or(true);
  pipeline.normalizer = std::make_unique<BertNormalizer>(normalizer);
  pipeline.pre_tokenizer = std::make_unique<BertPreTokenizer>();
  CLIENTELE_ASSIGN_OR_RETURN(SpecialToken first, Find(vocabulary, kFile, cls));
  CLIENTELE_ASSIGN_OR_RETURN(SpecialToken last, Find(vocabulary, kFile, sep));
  CLIENTELE_RETURN_IF_ERROR(Find(vocabulary, kFile, unknown).status());
  pipeline.post_processor = std::make_unique<BertProcessing>(std::move(first), std::move(last));
  pipeline.decoder = std::make_unique<WordPieceDecoder>("##", true);
  CLIENTELE_ASSIGN_OR_RETURN(auto added,
                             CombineAddedTokens(settings, vocabulary,
                                                {Standard(unknown), Standard(sep), Standard(pad),
                                                 Standard(cls), Standard(mask)}));
  WordPieceOptions options;
  options.unknown = unknown;
  pipeline.model = std::make_unique<WordPieceModel>(std::move(vocabulary), options);
  CLIENTELE_ASSIGN_OR_RETURN(pipeline.added_tokens,
                             AddedTokens::Create(std::move(added), pipeline.normalizer.get()));
  return pipeline;
}

absl::StatusOr<Pipeline> ReadByteLevelVocabulary(absl::string_view vocabulary_text,
                                                 absl::string_view merges_text,
                                                 ByteLevelFamily family,
                                                 const FolderSettings& settings) {
  constexpr absl::string_view kFile = "vocab.json";
  CLIENTELE_ASSIGN_OR_RETURN(const nlohmann::json document, ParseJson(kFile, vocabulary_text));
  CLIENTELE_ASSIGN_OR_RETURN(Vocabulary vocabulary, ReadVocabulary(JsonField(kFile, document)));
  if (!IsValidUtf8(merges_text)) return InvalidField("merges.txt", "must be UTF-8");
  CLIENTELE_ASSIGN_OR_RETURN(const auto merges, ReadMergesFile(merges_text));

  Pipeline pipeline;
  const bool prefix = settings.add_prefix_space.value_or(false);
  std::vector<std::unique_ptr<PreTokenizer>> steps;
  std::vector<AddedToken> standard;
  if (family == ByteLevelFamily::kQwen2) {
    CLIENTELE_ASSIGN_OR_RETURN(Pattern pattern, Pattern::Regex(kQwen2Expression));
    steps.push_back(std::make_unique<PatternSplit>(std::move(pattern), SplitBehavior::kIsolated,
                                                   /*invert=*/false));
    steps.push_back(std::make_unique<ByteLevelPreTokenizer>(prefix, std::nullopt));
    pipeline.normalizer = std::make_unique<UnicodeNormalizer>(NormalizationForm::kNfc);
  } else {
    CLIENTELE_ASSIGN_OR_RETURN(Pattern pattern, Pattern::Regex(kGpt2Expression));
    steps.push_back(std::make_unique<ByteLevelPreTokenizer>(prefix, std::move(pattern)));
  }
  pipeline.pre_tokenizer = std::make_unique<PreTokenizerSequence>(std::move(steps));
  pipeline.decoder = std::make_unique<ByteLevelDecoder>();
  if (family == ByteLevelFamily::kRoberta) {
    const std::string cls = settings.SpecialToken("cls_token", "<s>");
    const std::string sep = settings.SpecialToken("sep_token", "</s>");
    CLIENTELE_ASSIGN_OR_RETURN(SpecialToken first, Find(vocabulary, kFile, cls));
    CLIENTELE_ASSIGN_OR_RETURN(SpecialToken last, Find(vocabulary, kFile, sep));
    pipeline.post_processor = std::make_unique<RobertaProcessing>(std::move(first), std::move(last),
                                                                  /*trim_offsets=*/true, prefix);
    standard = {Standard(cls), Standard(sep), Standard(settings.SpecialToken("unk_token", "<unk>")),
                Standard(settings.SpecialToken("pad_token", "<pad>")),
                Standard(settings.SpecialToken("mask_token", "<mask>"), /*lstrip=*/true)};
  } else {
    for (const char* name : {"bos_token", "eos_token", "unk_token", "pad_token"}) {
      const std::string token = settings.SpecialToken(name, "<|endoftext|>");
      bool known = false;
      for (const AddedToken& other : standard) known = known || other.content == token;
      if (!known) standard.push_back(Standard(token));
    }
  }
  CLIENTELE_ASSIGN_OR_RETURN(auto added,
                             CombineAddedTokens(settings, vocabulary, std::move(standard)));
  auto model = BpeModel::Create(std::move(vocabulary), merges, {});
  if (!model.ok()) return InvalidField("merges.txt", model.status().message());
  pipeline.model = *std::move(model);
  CLIENTELE_ASSIGN_OR_RETURN(pipeline.added_tokens,
                             AddedTokens::Create(std::move(added), pipeline.normalizer.get()));
  return pipeline;
}

}  // namespace clientele::text::tokenization
