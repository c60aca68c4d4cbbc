#include "common/text/tokenizer/tokenizer_json.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "common/text/tokenizer/bpe_model.h"
#include "common/text/tokenizer/code_points.h"
#include "common/text/tokenizer/json_field.h"
#include "common/text/tokenizer/unigram_model.h"
#include "common/text/tokenizer/vocabulary_json.h"
#include "common/text/tokenizer/word_models.h"
#include "common/text/tokenizer/word_scanners.h"

namespace clientele::text::tokenization {
namespace {

template <class T>
using Made = absl::StatusOr<std::unique_ptr<T>>;

absl::Status UnknownKind(const JsonField& field, absl::string_view what, absl::string_view kind) {
  return field.Member("type").Error(
      absl::StrCat("\"", kind.substr(0, 100), "\" is not a ", what, " that is known"));
}

// {"String": "…"} or {"Regex": "…"}; a plain string is the former.
absl::StatusOr<Pattern> ReadPattern(const JsonField& field) {
  if (field.value().is_string() || !field.Member("String").is_null()) {
    const JsonField text = field.value().is_string() ? field : field.Member("String");
    CLIENTELE_ASSIGN_OR_RETURN(const std::string literal, text.String());
    auto pattern = Pattern::Literal(literal);
    if (!pattern.ok()) return text.About(pattern.status());
    return pattern;
  }
  const JsonField regex = field.Member("Regex");
  if (regex.is_null()) return field.Error("must have a String or a Regex");
  CLIENTELE_ASSIGN_OR_RETURN(const std::string expression, regex.String());
  auto pattern = Pattern::Regex(expression);
  if (!pattern.ok()) return regex.About(pattern.status());
  return pattern;
}

// The parts of a "Sequence", each read by read(field).
template <class T, class Read>
absl::StatusOr<std::vector<std::unique_ptr<T>>> ReadParts(const JsonField& list, const Read& read) {
  CLIENTELE_RETURN_IF_ERROR(list.IsArray());
  std::vector<std::unique_ptr<T>> parts;
  for (std::size_t i = 0; i < list.value().size(); ++i) {
    CLIENTELE_ASSIGN_OR_RETURN(auto part, read(list.Element(i)));
    parts.push_back(std::move(part));
  }
  return parts;
}

Made<Normalizer> ReadNormalizer(const JsonField& field) {
  CLIENTELE_RETURN_IF_ERROR(field.IsObject());
  CLIENTELE_ASSIGN_OR_RETURN(const std::string kind, field.Member("type").String());
  std::unique_ptr<Normalizer> made;
  if (kind == "Sequence") {
    CLIENTELE_ASSIGN_OR_RETURN(auto parts,
                               ReadParts<Normalizer>(field.Member("normalizers"), ReadNormalizer));
    made = std::make_unique<NormalizerSequence>(std::move(parts));
  } else if (kind == "BertNormalizer") {
    BertNormalizerOptions options;
    CLIENTELE_ASSIGN_OR_RETURN(options.clean_text, field.Member("clean_text").BoolOr(true));
    CLIENTELE_ASSIGN_OR_RETURN(options.handle_chinese_chars,
                               field.Member("handle_chinese_chars").BoolOr(true));
    CLIENTELE_ASSIGN_OR_RETURN(options.lowercase, field.Member("lowercase").BoolOr(true));
    CLIENTELE_ASSIGN_OR_RETURN(options.strip_accents,
                               field.Member("strip_accents").BoolOr(options.lowercase));
    made = std::make_unique<BertNormalizer>(options);
  } else if (kind == "NFC") {
    made = std::make_unique<UnicodeNormalizer>(NormalizationForm::kNfc);
  } else if (kind == "NFD") {
    made = std::make_unique<UnicodeNormalizer>(NormalizationForm::kNfd);
  } else if (kind == "NFKC") {
    made = std::make_unique<UnicodeNormalizer>(NormalizationForm::kNfkc);
  } else if (kind == "NFKD") {
    made = std::make_unique<UnicodeNormalizer>(NormalizationForm::kNfkd);
  } else if (kind == "Lowercase") {
    made = std::make_unique<LowercaseNormalizer>();
  } else if (kind == "StripAccents") {
    made = std::make_unique<StripAccentsNormalizer>();
  } else if (kind == "Strip") {
    CLIENTELE_ASSIGN_OR_RETURN(const bool left, field.Member("strip_left").BoolOr(true));
    CLIENTELE_ASSIGN_OR_RETURN(const bool right, field.Member("strip_right").BoolOr(true));
    made = std::make_unique<StripNormalizer>(left, right);
  } else if (kind == "Replace") {
    CLIENTELE_ASSIGN_OR_RETURN(Pattern pattern, ReadPattern(field.Member("pattern")));
    CLIENTELE_ASSIGN_OR_RETURN(std::string content, field.Member("content").String());
    made = std::make_unique<ReplaceNormalizer>(std::move(pattern), std::move(content));
  } else if (kind == "Prepend") {
    CLIENTELE_ASSIGN_OR_RETURN(std::string prefix, field.Member("prepend").String());
    made = std::make_unique<PrependNormalizer>(std::move(prefix));
  } else if (kind == "Nmt") {
    made = std::make_unique<NmtNormalizer>();
  } else if (kind == "ByteLevel") {
    made = std::make_unique<ByteLevelNormalizer>();
  } else if (kind == "Precompiled") {
    const JsonField map = field.Member("precompiled_charsmap");
    CLIENTELE_ASSIGN_OR_RETURN(const std::string encoded, map.StringOr(""));
    std::string bytes;
    if (!absl::Base64Unescape(encoded, &bytes)) return map.Error("is not base64");
    auto charsmap = Charsmap::Parse(bytes);
    if (!charsmap.ok()) return map.About(charsmap.status());
    made = std::make_unique<PrecompiledNormalizer>(*std::move(charsmap));
  } else {
    return UnknownKind(field, "normalizer", kind);
  }
  return made;
}

absl::StatusOr<SplitBehavior> ReadBehavior(const JsonField& field, absl::string_view otherwise) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::string name, field.StringOr(otherwise));
  if (name == "Removed") return SplitBehavior::kRemoved;
  if (name == "Isolated") return SplitBehavior::kIsolated;
  if (name == "MergedWithPrevious") return SplitBehavior::kMergedWithPrevious;
  if (name == "MergedWithNext") return SplitBehavior::kMergedWithNext;
  if (name == "Contiguous") return SplitBehavior::kContiguous;
  return field.Error("must be Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous");
}

struct Metaspace {
  char32_t replacement = 0x2581;
  PrependScheme scheme = PrependScheme::kAlways;
  bool split = true;
};

absl::StatusOr<Metaspace> ReadMetaspace(const JsonField& field) {
  Metaspace metaspace;
  if (!field.Member("replacement").is_null()) {
    CLIENTELE_ASSIGN_OR_RETURN(metaspace.replacement, field.Member("replacement").Character());
  }
  const JsonField scheme = field.Member("prepend_scheme");
  CLIENTELE_ASSIGN_OR_RETURN(const std::string name, scheme.StringOr("always"));
  if (name == "first") {
    metaspace.scheme = PrependScheme::kFirst;
  } else if (name == "never") {
    metaspace.scheme = PrependScheme::kNever;
  } else if (name != "always") {
    return scheme.Error("must be always, first or never");
  }
  // The field of older files.
  const JsonField old = field.Member("add_prefix_space");
  CLIENTELE_ASSIGN_OR_RETURN(const bool prefix, old.BoolOr(true));
  if (!prefix) {
    if (!scheme.is_null() && metaspace.scheme != PrependScheme::kNever) {
      return old.Error("contradicts prepend_scheme");
    }
    metaspace.scheme = PrependScheme::kNever;
  }
  CLIENTELE_ASSIGN_OR_RETURN(metaspace.split, field.Member("split").BoolOr(true));
  return metaspace;
}

Made<PreTokenizer> ReadPreTokenizer(const JsonField& field) {
  CLIENTELE_RETURN_IF_ERROR(field.IsObject());
  CLIENTELE_ASSIGN_OR_RETURN(const std::string kind, field.Member("type").String());
  std::unique_ptr<PreTokenizer> made;
  if (kind == "Sequence") {
    CLIENTELE_ASSIGN_OR_RETURN(
        auto parts, ReadParts<PreTokenizer>(field.Member("pretokenizers"), ReadPreTokenizer));
    made = std::make_unique<PreTokenizerSequence>(std::move(parts));
  } else if (kind == "BertPreTokenizer") {
    made = std::make_unique<BertPreTokenizer>();
  } else if (kind == "ByteLevel") {
    CLIENTELE_ASSIGN_OR_RETURN(const bool prefix, field.Member("add_prefix_space").BoolOr(true));
    CLIENTELE_ASSIGN_OR_RETURN(const bool use_regex, field.Member("use_regex").BoolOr(true));
    std::optional<Pattern> expression;
    if (use_regex) {
      CLIENTELE_ASSIGN_OR_RETURN(expression, Pattern::Regex(kGpt2Expression));
    }
    made = std::make_unique<ByteLevelPreTokenizer>(prefix, std::move(expression));
  } else if (kind == "Metaspace") {
    CLIENTELE_ASSIGN_OR_RETURN(const Metaspace metaspace, ReadMetaspace(field));
    made = std::make_unique<MetaspacePreTokenizer>(metaspace.replacement, metaspace.scheme,
                                                   metaspace.split);
  } else if (kind == "Whitespace") {
    made = std::make_unique<WhitespacePreTokenizer>();
  } else if (kind == "WhitespaceSplit") {
    made = std::make_unique<CharacterSplit>(IsWhiteSpace, SplitBehavior::kRemoved);
  } else if (kind == "Split") {
    CLIENTELE_ASSIGN_OR_RETURN(Pattern pattern, ReadPattern(field.Member("pattern")));
    CLIENTELE_ASSIGN_OR_RETURN(const SplitBehavior behavior,
                               ReadBehavior(field.Member("behavior"), ""));
    CLIENTELE_ASSIGN_OR_RETURN(const bool invert, field.Member("invert").BoolOr(false));
    made = std::make_unique<PatternSplit>(std::move(pattern), behavior, invert);
  } else if (kind == "Digits") {
    CLIENTELE_ASSIGN_OR_RETURN(const bool individual,
                               field.Member("individual_digits").BoolOr(false));
    made = std::make_unique<CharacterSplit>(
        IsNumeric, individual ? SplitBehavior::kIsolated : SplitBehavior::kContiguous);
  } else if (kind == "Punctuation") {
    CLIENTELE_ASSIGN_OR_RETURN(const SplitBehavior behavior,
                               ReadBehavior(field.Member("behavior"), "Isolated"));
    made = std::make_unique<CharacterSplit>(IsPunctuation, behavior);
  } else if (kind == "CharDelimiterSplit") {
    CLIENTELE_ASSIGN_OR_RETURN(const char32_t delimiter, field.Member("delimiter").Character());
    made = std::make_unique<CharacterSplit>([delimiter](char32_t c) { return c == delimiter; },
                                            SplitBehavior::kRemoved);
  } else {
    return UnknownKind(field, "pre-tokenizer", kind);
  }
  return made;
}

// ["a b", …] or [["a", "b"], …]
absl::StatusOr<std::vector<BpeModel::Merge>> ReadMerges(const JsonField& field) {
  CLIENTELE_RETURN_IF_ERROR(field.IsArray());
  std::vector<BpeModel::Merge> merges;
  merges.reserve(field.value().size());
  for (const nlohmann::json& value : field.value()) {
    const std::size_t index = merges.size();
    BpeModel::Merge merge;
    merge.rank = static_cast<std::uint32_t>(index);
    if (value.is_string()) {
      const auto& text = value.get_ref<const std::string&>();
      const std::size_t space = text.find(' ');
      if (space == std::string::npos || text.find(' ', space + 1) != std::string::npos) {
        return field.Element(index).Error("must be two tokens with a space between them");
      }
      merge.left = text.substr(0, space);
      merge.right = text.substr(space + 1);
    } else if (value.is_array() && value.size() == 2 && value[0].is_string() &&
               value[1].is_string()) {
      merge.left = value[0].get<std::string>();
      merge.right = value[1].get<std::string>();
    } else {
      return field.Element(index).Error("must be a string or a pair of strings");
    }
    merges.push_back(std::move(merge));
  }
  return merges;
}

Made<Model> ReadBpe(const JsonField& field) {
  BpeOptions options;
  const JsonField dropout = field.Member("dropout");
  if (!dropout.is_null() && !(dropout.value().is_number() && dropout.value().get<double>() == 0)) {
    return dropout.Error("is not supported: encoding would be random");
  }
  CLIENTELE_ASSIGN_OR_RETURN(options.unknown, field.Member("unk_token").StringOr(""));
  CLIENTELE_ASSIGN_OR_RETURN(options.fuse_unknown, field.Member("fuse_unk").BoolOr(false));
  CLIENTELE_ASSIGN_OR_RETURN(options.byte_fallback, field.Member("byte_fallback").BoolOr(false));
  CLIENTELE_ASSIGN_OR_RETURN(options.ignore_merges, field.Member("ignore_merges").BoolOr(false));
  CLIENTELE_ASSIGN_OR_RETURN(options.continuing_subword_prefix,
                             field.Member("continuing_subword_prefix").StringOr(""));
  CLIENTELE_ASSIGN_OR_RETURN(options.end_of_word_suffix,
                             field.Member("end_of_word_suffix").StringOr(""));
  CLIENTELE_ASSIGN_OR_RETURN(Vocabulary vocabulary, ReadVocabulary(field.Member("vocab")));
  CLIENTELE_ASSIGN_OR_RETURN(const auto merges, ReadMerges(field.Member("merges")));
  auto model = BpeModel::Create(std::move(vocabulary), merges, options);
  if (!model.ok()) return field.Member("merges").About(model.status());
  return std::unique_ptr<Model>(*std::move(model));
}

Made<Model> ReadWordPiece(const JsonField& field) {
  WordPieceOptions options;
  CLIENTELE_ASSIGN_OR_RETURN(options.unknown, field.Member("unk_token").StringOr("[UNK]"));
  CLIENTELE_ASSIGN_OR_RETURN(options.continuing_subword_prefix,
                             field.Member("continuing_subword_prefix").StringOr("##"));
  CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t longest,
                             field.Member("max_input_chars_per_word")
                                 .CountOr(100, std::numeric_limits<std::int64_t>::max()));
  options.max_input_chars_per_word = static_cast<std::size_t>(longest);
  CLIENTELE_ASSIGN_OR_RETURN(Vocabulary vocabulary, ReadVocabulary(field.Member("vocab")));
  std::unique_ptr<Model> model = std::make_unique<WordPieceModel>(std::move(vocabulary), options);
  return model;
}

Made<Model> ReadWordLevel(const JsonField& field) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::string unknown,
                             field.Member("unk_token").StringOr("<unk>"));
  CLIENTELE_ASSIGN_OR_RETURN(Vocabulary vocabulary, ReadVocabulary(field.Member("vocab")));
  std::unique_ptr<Model> model = std::make_unique<WordLevelModel>(std::move(vocabulary), unknown);
  return model;
}

Made<Model> ReadUnigram(const JsonField& field) {
  UnigramOptions options;
  Vocabulary vocabulary;
  const JsonField list = field.Member("vocab");
  CLIENTELE_RETURN_IF_ERROR(list.IsArray());
  for (const nlohmann::json& entry : list.value()) {
    const std::size_t index = options.scores.size();
    if (!entry.is_array() || entry.size() != 2 || !entry[0].is_string() || !entry[1].is_number() ||
        !std::isfinite(entry[1].get<double>())) {
      return list.Element(index).Error("must be a pair of a token and a finite score");
    }
    const JsonField where = list.Element(index);
    CLIENTELE_RETURN_IF_ERROR(where.About(vocabulary.AddListed(
        entry[0].get_ref<const std::string&>(), static_cast<std::int64_t>(index))));
    options.scores.push_back(entry[1].get<double>());
  }
  const JsonField unknown = field.Member("unk_id");
  if (!unknown.is_null()) {
    CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t id, unknown.Count(kMaxTokenId));
    if (id >= vocabulary.end()) return unknown.Error("is not in the vocabulary");
    options.unknown = static_cast<std::int32_t>(id);
  }
  CLIENTELE_ASSIGN_OR_RETURN(options.byte_fallback, field.Member("byte_fallback").BoolOr(false));
  std::unique_ptr<Model> model =
      std::make_unique<UnigramModel>(std::move(vocabulary), std::move(options));
  return model;
}

Made<Model> ReadModel(const JsonField& field) {
  CLIENTELE_RETURN_IF_ERROR(field.IsObject());
  const JsonField type = field.Member("type");
  std::string kind;
  if (!type.is_null()) {
    CLIENTELE_ASSIGN_OR_RETURN(kind, type.String());
  } else if (!field.Member("merges").is_null()) {
    kind = "BPE";  // old files do not say
  } else if (field.Member("vocab").value().is_array()) {
    kind = "Unigram";
  } else if (!field.Member("continuing_subword_prefix").is_null()) {
    kind = "WordPiece";
  } else {
    kind = "WordLevel";
  }
  if (kind == "BPE") return ReadBpe(field);
  if (kind == "WordPiece") return ReadWordPiece(field);
  if (kind == "Unigram") return ReadUnigram(field);
  if (kind == "WordLevel") return ReadWordLevel(field);
  return UnknownKind(field, "model", kind);
}

// ["[SEP]", 102]
absl::StatusOr<SpecialToken> ReadSpecialToken(const JsonField& field) {
  if (!field.value().is_array() || field.value().size() != 2) {
    return field.Error("must be a pair of a token and its id");
  }
  SpecialToken token;
  CLIENTELE_ASSIGN_OR_RETURN(token.token, field.Element(0).String());
  CLIENTELE_ASSIGN_OR_RETURN(token.id, field.Element(1).Count(kMaxTokenId - 1));
  return token;
}

absl::StatusOr<std::vector<TemplateProcessing::Place>> ReadTemplate(const JsonField& list,
                                                                    const JsonField& specials) {
  CLIENTELE_RETURN_IF_ERROR(list.IsArray());
  std::vector<TemplateProcessing::Place> places;
  for (std::size_t i = 0; i < list.value().size(); ++i) {
    const JsonField entry = list.Element(i);
    TemplateProcessing::Place place;
    const bool is_sequence = !entry.Member("Sequence").is_null();
    const JsonField field = entry.Member(is_sequence ? "Sequence" : "SpecialToken");
    if (field.is_null()) return entry.Error("must have a Sequence or a SpecialToken");
    CLIENTELE_ASSIGN_OR_RETURN(place.type_id, field.Member("type_id").CountOr(0, kMaxTokenId));
    CLIENTELE_ASSIGN_OR_RETURN(const std::string id, field.Member("id").String());
    if (is_sequence) {
      if (id != "A" && id != "B") return field.Member("id").Error("must be A or B");
      place.sequence = id == "A" ? 0 : 1;
    } else {
      const JsonField special = specials.Member(id);
      const JsonField ids = special.Member("ids");
      const JsonField tokens = special.Member("tokens");
      if (special.is_null()) return field.Member("id").Error("is not in special_tokens");
      CLIENTELE_RETURN_IF_ERROR(ids.IsArray());
      CLIENTELE_RETURN_IF_ERROR(tokens.IsArray());
      if (ids.value().size() != tokens.value().size()) {
        return special.Error("must have as many ids as tokens");
      }
      for (std::size_t k = 0; k < ids.value().size(); ++k) {
        SpecialToken token;
        CLIENTELE_ASSIGN_OR_RETURN(token.id, ids.Element(k).Count(kMaxTokenId - 1));
        CLIENTELE_ASSIGN_OR_RETURN(token.token, tokens.Element(k).String());
        place.tokens.push_back(std::move(token));
      }
    }
    places.push_back(std::move(place));
  }
  return places;
}

Made<PostProcessor> ReadPostProcessor(const JsonField& field) {
  CLIENTELE_RETURN_IF_ERROR(field.IsObject());
  CLIENTELE_ASSIGN_OR_RETURN(const std::string kind, field.Member("type").String());
  std::unique_ptr<PostProcessor> made;
  if (kind == "Sequence") {
    CLIENTELE_ASSIGN_OR_RETURN(
        auto steps, ReadParts<PostProcessor>(field.Member("processors"), ReadPostProcessor));
    made = std::make_unique<PostProcessorSequence>(std::move(steps));
  } else if (kind == "BertProcessing" || kind == "RobertaProcessing") {
    CLIENTELE_ASSIGN_OR_RETURN(SpecialToken cls, ReadSpecialToken(field.Member("cls")));
    CLIENTELE_ASSIGN_OR_RETURN(SpecialToken sep, ReadSpecialToken(field.Member("sep")));
    if (kind == "BertProcessing") {
      made = std::make_unique<BertProcessing>(std::move(cls), std::move(sep));
    } else {
      CLIENTELE_ASSIGN_OR_RETURN(const bool trim, field.Member("trim_offsets").BoolOr(true));
      CLIENTELE_ASSIGN_OR_RETURN(const bool prefix, field.Member("add_prefix_space").BoolOr(true));
      made = std::make_unique<RobertaProcessing>(std::move(cls), std::move(sep), trim, prefix);
    }
  } else if (kind == "TemplateProcessing") {
    const JsonField specials = field.Member("special_tokens");
    CLIENTELE_ASSIGN_OR_RETURN(auto single, ReadTemplate(field.Member("single"), specials));
    CLIENTELE_ASSIGN_OR_RETURN(auto pair, ReadTemplate(field.Member("pair"), specials));
    made = std::make_unique<TemplateProcessing>(std::move(single), std::move(pair));
  } else if (kind == "ByteLevel") {
    CLIENTELE_ASSIGN_OR_RETURN(const bool trim, field.Member("trim_offsets").BoolOr(true));
    CLIENTELE_ASSIGN_OR_RETURN(const bool prefix, field.Member("add_prefix_space").BoolOr(true));
    made = std::make_unique<ByteLevelProcessing>(trim, prefix);
  } else {
    return UnknownKind(field, "post-processor", kind);
  }
  return made;
}

Made<Decoder> ReadDecoder(const JsonField& field) {
  CLIENTELE_RETURN_IF_ERROR(field.IsObject());
  CLIENTELE_ASSIGN_OR_RETURN(const std::string kind, field.Member("type").String());
  std::unique_ptr<Decoder> made;
  if (kind == "Sequence") {
    CLIENTELE_ASSIGN_OR_RETURN(auto steps,
                               ReadParts<Decoder>(field.Member("decoders"), ReadDecoder));
    made = std::make_unique<DecoderSequence>(std::move(steps));
  } else if (kind == "WordPiece") {
    CLIENTELE_ASSIGN_OR_RETURN(std::string prefix, field.Member("prefix").StringOr("##"));
    CLIENTELE_ASSIGN_OR_RETURN(const bool cleanup, field.Member("cleanup").BoolOr(true));
    made = std::make_unique<WordPieceDecoder>(std::move(prefix), cleanup);
  } else if (kind == "ByteLevel") {
    made = std::make_unique<ByteLevelDecoder>();
  } else if (kind == "Metaspace") {
    CLIENTELE_ASSIGN_OR_RETURN(const Metaspace metaspace, ReadMetaspace(field));
    std::string replacement;
    AppendUtf8(metaspace.replacement, replacement);
    made = std::make_unique<MetaspaceDecoder>(std::move(replacement),
                                              metaspace.scheme != PrependScheme::kNever);
  } else if (kind == "ByteFallback") {
    made = std::make_unique<ByteFallbackDecoder>();
  } else if (kind == "Fuse") {
    made = std::make_unique<FuseDecoder>();
  } else if (kind == "Strip") {
    CLIENTELE_ASSIGN_OR_RETURN(const char32_t content, field.Member("content").Character());
    CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t start,
                               field.Member("start").CountOr(0, kMaxTokenId));
    CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t stop,
                               field.Member("stop").CountOr(0, kMaxTokenId));
    made = std::make_unique<StripDecoder>(content, static_cast<std::size_t>(start),
                                          static_cast<std::size_t>(stop));
  } else if (kind == "Replace") {
    CLIENTELE_ASSIGN_OR_RETURN(Pattern pattern, ReadPattern(field.Member("pattern")));
    CLIENTELE_ASSIGN_OR_RETURN(std::string content, field.Member("content").String());
    made = std::make_unique<ReplaceDecoder>(std::move(pattern), std::move(content));
  } else if (kind == "BPEDecoder") {
    CLIENTELE_ASSIGN_OR_RETURN(std::string suffix, field.Member("suffix").StringOr("</w>"));
    made = std::make_unique<BpeDecoder>(std::move(suffix));
  } else {
    return UnknownKind(field, "decoder", kind);
  }
  return made;
}

absl::StatusOr<std::vector<AddedToken>> ReadAddedTokens(const JsonField& list,
                                                        const Vocabulary& vocabulary) {
  std::vector<AddedToken> tokens;
  if (list.is_null()) return tokens;
  CLIENTELE_RETURN_IF_ERROR(list.IsArray());
  Vocabulary taken;  // what the list itself has given away
  for (std::size_t i = 0; i < list.value().size(); ++i) {
    const JsonField field = list.Element(i);
    AddedToken token;
    CLIENTELE_ASSIGN_OR_RETURN(token.content, field.Member("content").String());
    CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t id, field.Member("id").Count(kMaxTokenId - 1));
    token.id = static_cast<std::int32_t>(id);
    CLIENTELE_ASSIGN_OR_RETURN(token.special, field.Member("special").BoolOr(false));
    CLIENTELE_ASSIGN_OR_RETURN(token.single_word, field.Member("single_word").BoolOr(false));
    CLIENTELE_ASSIGN_OR_RETURN(token.lstrip, field.Member("lstrip").BoolOr(false));
    CLIENTELE_ASSIGN_OR_RETURN(token.rstrip, field.Member("rstrip").BoolOr(false));
    CLIENTELE_ASSIGN_OR_RETURN(token.normalized, field.Member("normalized").BoolOr(!token.special));
    if (token.content.empty()) continue;  // the reference leaves these out
    const auto known = vocabulary.IdOf(token.content);
    if (known.has_value() && *known != id) {
      return field.Member("id").Error(
          absl::StrCat("must be ", *known, ", the token's id in the vocabulary"));
    }
    if (!known.has_value() && vocabulary.TokenOf(id) != nullptr) {
      return field.Member("id").Error("is that of another token in the vocabulary");
    }
    CLIENTELE_RETURN_IF_ERROR(field.About(taken.Add(token.content, id)));
    tokens.push_back(std::move(token));
  }
  return tokens;
}

}  // namespace

absl::StatusOr<Pipeline> ReadTokenizerJson(absl::string_view file, absl::string_view text) {
  CLIENTELE_ASSIGN_OR_RETURN(const nlohmann::json document, ParseJson(file, text));
  const JsonField root(file, document);
  CLIENTELE_RETURN_IF_ERROR(root.IsObject());
  Pipeline pipeline;
  if (const JsonField field = root.Member("normalizer"); !field.is_null()) {
    CLIENTELE_ASSIGN_OR_RETURN(pipeline.normalizer, ReadNormalizer(field));
  }
  if (const JsonField field = root.Member("pre_tokenizer"); !field.is_null()) {
    CLIENTELE_ASSIGN_OR_RETURN(pipeline.pre_tokenizer, ReadPreTokenizer(field));
  }
  CLIENTELE_ASSIGN_OR_RETURN(pipeline.model, ReadModel(root.Member("model")));
  if (const JsonField field = root.Member("post_processor"); !field.is_null()) {
    CLIENTELE_ASSIGN_OR_RETURN(pipeline.post_processor, ReadPostProcessor(field));
  }
  if (const JsonField field = root.Member("decoder"); !field.is_null()) {
    CLIENTELE_ASSIGN_OR_RETURN(pipeline.decoder, ReadDecoder(field));
  }
  const JsonField added = root.Member("added_tokens");
  CLIENTELE_ASSIGN_OR_RETURN(auto tokens, ReadAddedTokens(added, pipeline.model->vocabulary()));
  auto made = AddedTokens::Create(std::move(tokens), pipeline.normalizer.get());
  if (!made.ok()) return added.About(made.status());
  pipeline.added_tokens = *std::move(made);
  return pipeline;
}

}  // namespace clientele::text::tokenization
