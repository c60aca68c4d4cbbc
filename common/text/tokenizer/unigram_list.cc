#include "common/text/tokenizer/unigram_list.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

#include "common/status/status_macros.h"
#include "common/text/tokenizer/decoder.h"
#include "common/text/tokenizer/json_field.h"
#include "common/text/tokenizer/normalizer.h"
#include "common/text/tokenizer/pattern.h"
#include "common/text/tokenizer/unigram_model.h"

namespace clientele::text::tokenization {
namespace {

constexpr absl::string_view kListFile = "vocab.json";
constexpr absl::string_view kSpaceMark = "\xE2\x96\x81";
constexpr std::size_t kReservedPieces = 6;

absl::StatusOr<double> ReadScore(const JsonField& field) {
  if (field.is_null()) return 0.0;
  if (!field.value().is_number()) return field.Error("must be a number or null");
  const auto score = field.value().get<double>();
  if (!std::isfinite(score)) return field.Error("must be finite");
  return score;
}

}  // namespace

bool IsUnigramList(absl::string_view vocabulary) {
  return absl::StartsWith(absl::StripLeadingAsciiWhitespace(vocabulary), "[");
}

absl::StatusOr<Pipeline> ReadUnigramList(absl::string_view text) {
  CLIENTELE_ASSIGN_OR_RETURN(const nlohmann::json document, ParseJson(kListFile, text));
  const JsonField list(kListFile, document);
  CLIENTELE_RETURN_IF_ERROR(list.IsArray());
  if (document.size() <= kReservedPieces) {
    return list.Error("must hold pieces behind the six that are reserved");
  }

  Vocabulary vocabulary;
  UnigramOptions options;
  options.unknown = 0;
  options.unknown_score = 0;
  options.later_start_wins = true;
  options.scores.reserve(document.size());
  options.left_out.assign(document.size(), false);
  for (std::size_t id = 0; id < document.size(); ++id) {
    const JsonField entry = list.Element(id);
    CLIENTELE_RETURN_IF_ERROR(entry.IsArray());
    if (entry.value().size() != 2) return entry.Error("must be a piece and its score");
    CLIENTELE_ASSIGN_OR_RETURN(const std::string piece, entry.Element(0).String());
    if (piece.empty()) return entry.Error("must not be empty");
    CLIENTELE_ASSIGN_OR_RETURN(const double score, ReadScore(entry.Element(1)));
    const absl::Status added = vocabulary.AddListed(piece, static_cast<std::int64_t>(id));
    if (!added.ok()) return entry.About(added);
    options.scores.push_back(score);
    options.left_out[id] = id < kReservedPieces;
  }

  Pipeline pipeline;
  CLIENTELE_ASSIGN_OR_RETURN(Pattern space, Pattern::Literal(" "));
  std::vector<std::unique_ptr<Normalizer>> steps;
  steps.push_back(std::make_unique<UnicodeNormalizer>(NormalizationForm::kNfkc));
  steps.push_back(std::make_unique<PrependNormalizer>(std::string(kSpaceMark)));
  steps.push_back(std::make_unique<ReplaceNormalizer>(std::move(space), std::string(kSpaceMark)));
  pipeline.normalizer = std::make_unique<NormalizerSequence>(std::move(steps));
  pipeline.decoder =
      std::make_unique<MetaspaceDecoder>(std::string(kSpaceMark), /*first_is_prefix=*/true);
  pipeline.model = std::make_unique<UnigramModel>(std::move(vocabulary), std::move(options));
  return pipeline;
}

}  // namespace clientele::text::tokenization
