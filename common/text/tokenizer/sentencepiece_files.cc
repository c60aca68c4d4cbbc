#include "common/text/tokenizer/sentencepiece_files.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/text/tokenizer/bpe_model.h"
#include "common/text/tokenizer/code_points.h"
#include "common/text/tokenizer/sentencepiece_normalizer.h"
#include "common/text/tokenizer/sentencepiece_proto.h"
#include "common/text/tokenizer/unigram_model.h"

namespace clientele::text::tokenization {
namespace {

using Proto = SentencePieceProto;
using PieceType = Proto::PieceType;

constexpr int kExtraIds = 100;
constexpr absl::string_view kSpaceBytes = "\xE2\x96\x81";

// What fairseq put before the pieces, in place of the model's first three.
constexpr const char* kFairseqTokens[] = {"<s>", "<pad>", "</s>", "<unk>"};
constexpr std::size_t kFairseqOffset = 1;

absl::StatusOr<Vocabulary> MakeVocabulary(const Proto& proto, SentencePieceFamily family) {
  Vocabulary vocabulary;
  std::size_t offset = 0;
  std::size_t first = 0;
  if (family == SentencePieceFamily::kXlmR) {
    for (const char* token : kFairseqTokens) {
      CLIENTELE_RETURN_IF_ERROR(vocabulary.Add(token, vocabulary.end()));
    }
    offset = kFairseqOffset;
    first = 3;
  }
  for (std::size_t i = first; i < proto.pieces.size(); ++i) {
    CLIENTELE_RETURN_IF_ERROR(
        vocabulary.Add(proto.pieces[i].text, static_cast<std::int64_t>(i + offset)));
  }
  return vocabulary;
}

absl::StatusOr<std::unique_ptr<Model>> MakeUnigram(const Proto& proto, Vocabulary vocabulary,
                                                   const std::string& unknown) {
  float lowest = std::numeric_limits<float>::max();
  float highest = std::numeric_limits<float>::lowest();
  for (const Proto::Piece& piece : proto.pieces) {
    if (piece.type != PieceType::kNormal) continue;
    lowest = std::min(lowest, piece.score);
    highest = std::max(highest, piece.score);
  }
  if (lowest > highest) lowest = highest = 0;
  UnigramOptions options;
  options.single_precision = true;
  options.byte_fallback = proto.byte_fallback;
  options.unknown_score = static_cast<double>(lowest - 10.0F);
  options.unknown = vocabulary.IdOf(unknown);
  options.scores.resize(static_cast<std::size_t>(vocabulary.end()));
  // Tokens of the family are none of the model's.
  options.left_out.assign(options.scores.size(), true);
  for (const Proto::Piece& piece : proto.pieces) {
    const auto id = vocabulary.IdOf(piece.text);
    if (!id.has_value()) continue;
    const auto index = static_cast<std::size_t>(*id);
    options.left_out[index] =
        piece.type != PieceType::kNormal && piece.type != PieceType::kUserDefined;
    // A user-defined piece always wins.
    options.scores[index] =
        piece.type == PieceType::kUserDefined
            ? static_cast<double>(static_cast<float>(piece.text.size()) * highest) - 0.1
            : static_cast<double>(piece.score);
  }
  std::unique_ptr<Model> model =
      std::make_unique<UnigramModel>(std::move(vocabulary), std::move(options));
  return model;
}

// SentencePiece joins the neighbors whose union is the piece with the highest score: every way to
// cut a piece in two pieces is a merge, and equal scores are equal ranks.
absl::StatusOr<std::unique_ptr<Model>> MakeBpe(const Proto& proto, Vocabulary vocabulary,
                                               const std::string& unknown) {
  std::vector<float> scores;
  scores.reserve(proto.pieces.size());
  for (const Proto::Piece& piece : proto.pieces) scores.push_back(piece.score);
  std::sort(scores.begin(), scores.end(), std::greater<>());
  scores.erase(std::unique(scores.begin(), scores.end()), scores.end());

  // Longer pieces have no cuts worth looking at: a hostile file would make this quadratic.
  constexpr std::size_t kMaxPieceBytes = 256;
  BpeOptions options;
  options.unknown = unknown;
  options.fuse_unknown = true;
  options.byte_fallback = proto.byte_fallback;
  std::vector<BpeModel::Merge> merges;
  for (const Proto::Piece& piece : proto.pieces) {
    if (piece.type == PieceType::kUserDefined) options.frozen.push_back(piece.text);
    if (piece.type != PieceType::kNormal) continue;
    if (piece.text.size() > kMaxPieceBytes) {
      return absl::InvalidArgumentError(
          absl::StrCat("pieces: one is longer than ", kMaxPieceBytes, " bytes"));
    }
    const auto rank = static_cast<std::uint32_t>(
        std::lower_bound(scores.begin(), scores.end(), piece.score, std::greater<>()) -
        scores.begin());
    for (std::size_t cut = CharacterLength(piece.text[0]); cut < piece.text.size();
         cut += CharacterLength(piece.text[cut])) {
      const absl::string_view left = absl::string_view(piece.text).substr(0, cut);
      const absl::string_view right = absl::string_view(piece.text).substr(cut);
      if (vocabulary.IdOf(left).has_value() && vocabulary.IdOf(right).has_value()) {
        merges.push_back({std::string(left), std::string(right), rank});
      }
    }
  }
  CLIENTELE_ASSIGN_OR_RETURN(auto made, BpeModel::Create(std::move(vocabulary), merges, options));
  return std::unique_ptr<Model>(std::move(made));
}

std::unique_ptr<Decoder> MakeDecoder(bool strip_first) {
  std::vector<std::unique_ptr<Decoder>> steps;
  auto space = Pattern::Literal(kSpaceBytes);
  steps.push_back(std::make_unique<ReplaceDecoder>(*std::move(space), " "));
  steps.push_back(std::make_unique<ByteFallbackDecoder>());
  steps.push_back(std::make_unique<FuseDecoder>());
  if (strip_first) steps.push_back(std::make_unique<StripDecoder>(U' ', 1, 0));
  return std::make_unique<DecoderSequence>(std::move(steps));
}

AddedToken Special(absl::string_view content, std::int64_t id) {
  AddedToken token;
  token.content = std::string(content);
  token.id = static_cast<std::int32_t>(id);
  token.special = true;
  return token;
}

TemplateProcessing::Place Text(int sequence) {
  TemplateProcessing::Place place;
  place.sequence = sequence;
  return place;
}

TemplateProcessing::Place Token(absl::string_view token, std::int64_t id) {
  TemplateProcessing::Place place;
  place.tokens.push_back({std::string(token), id});
  return place;
}

}  // namespace

absl::StatusOr<Pipeline> ReadSentencePiece(absl::string_view file, absl::string_view bytes,
                                           SentencePieceFamily family) {
  const auto about = [&](const absl::Status& status) {
    return InvalidField(file, status.message());
  };
  auto proto = ParseSentencePieceProto(bytes);
  if (!proto.ok()) return about(proto.status());
  if (family == SentencePieceFamily::kXlmR && proto->pieces.size() < 3) {
    return InvalidField(file, "pieces: the first three are missing");
  }
  std::string unknown = "<unk>";
  for (const Proto::Piece& piece : proto->pieces) {
    if (piece.type == PieceType::kUnknown && family != SentencePieceFamily::kXlmR) {
      unknown = piece.text;
    }
  }
  auto vocabulary = MakeVocabulary(*proto, family);
  if (!vocabulary.ok()) return about(vocabulary.status());
  if (!vocabulary->IdOf(unknown).has_value()) {
    return InvalidField(file, "pieces: none is of the type UNKNOWN");
  }

  Pipeline pipeline;
  SentencePieceNormalizerOptions normalizer;
  auto charsmap = Charsmap::Parse(proto->charsmap);
  if (!charsmap.ok()) return about(charsmap.status());
  normalizer.charsmap = *std::move(charsmap);
  normalizer.add_dummy_prefix = proto->add_dummy_prefix;
  normalizer.remove_extra_whitespaces = proto->remove_extra_whitespaces;
  for (const Proto::Piece& piece : proto->pieces) {
    if (piece.type == PieceType::kUserDefined) normalizer.user_defined.push_back(piece.text);
  }
  pipeline.normalizer = std::make_unique<SentencePieceNormalizer>(std::move(normalizer));
  pipeline.decoder = MakeDecoder(proto->add_dummy_prefix);

  // Special tokens of the family, where the vocabulary has them.
  const auto id_of = [&](absl::string_view token) { return vocabulary->IdOf(token); };
  std::vector<AddedToken> added;
  for (const char* token : {"<s>", "</s>", "<unk>", "<pad>"}) {
    if (family == SentencePieceFamily::kT5 && absl::string_view(token) == "<s>") continue;
    if (const auto id = id_of(token)) added.push_back(Special(token, *id));
  }
  const auto need = [&](absl::string_view token) -> absl::StatusOr<std::int64_t> {
    const auto id = id_of(token);
    if (!id.has_value()) return InvalidField(file, absl::StrCat("pieces: ", token, " is missing"));
    return *id;
  };
  if (family == SentencePieceFamily::kT5) {
    CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t end, need("</s>"));
    for (int i = 0; i < kExtraIds; ++i) {
      const std::string token = absl::StrCat("<extra_id_", i, ">");
      const std::int64_t behind = vocabulary->end() + kExtraIds - 1 - i;
      const auto known = id_of(token);
      added.push_back(Special(token, known.has_value() ? *known : behind));
      added.back().lstrip = true;
      added.back().rstrip = true;
    }
    const auto eos = Token("</s>", end);
    pipeline.post_processor = std::make_unique<TemplateProcessing>(
        std::vector{Text(0), eos}, std::vector{Text(0), eos, Text(1), eos});
  } else if (family == SentencePieceFamily::kXlmR) {
    AddedToken mask = Special("<mask>", vocabulary->end());
    mask.lstrip = true;
    if (!id_of("<mask>").has_value()) added.push_back(std::move(mask));
    const auto bos = Token("<s>", 0);
    const auto eos = Token("</s>", 2);
    pipeline.post_processor = std::make_unique<TemplateProcessing>(
        std::vector{bos, Text(0), eos}, std::vector{bos, Text(0), eos, eos, Text(1), eos});
  } else {
    CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t begin, need("<s>"));
    const auto bos = Token("<s>", begin);
    auto second = Text(1);
    auto second_bos = bos;
    second.type_id = second_bos.type_id = 1;
    pipeline.post_processor = std::make_unique<TemplateProcessing>(
        std::vector{bos, Text(0)}, std::vector{bos, Text(0), second_bos, second});
  }

  auto model = proto->model_type == Proto::ModelType::kBpe
                   ? MakeBpe(*proto, *std::move(vocabulary), unknown)
                   : MakeUnigram(*proto, *std::move(vocabulary), unknown);
  if (!model.ok()) return about(model.status());
  pipeline.model = *std::move(model);
  auto tokens = AddedTokens::Create(std::move(added), pipeline.normalizer.get());
  if (!tokens.ok()) return about(tokens.status());
  pipeline.added_tokens = *std::move(tokens);
  return pipeline;
}

}  // namespace clientele::text::tokenization
