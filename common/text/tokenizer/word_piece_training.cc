#include "common/text/tokenizer/word_piece_training.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/text/tokenizer/normalizer.h"
#include "common/text/tokenizer/piece_merging.h"
#include "common/text/tokenizer/pre_tokenizer.h"
#include "common/text/utf8.h"

namespace clientele::text {
namespace {

constexpr std::array<const char*, 5> kSpecialPieces = {"[PAD]", "[UNK]", "[CLS]", "[SEP]",
                                                       "[MASK]"};
constexpr char kContinuation[] = "##";
constexpr std::size_t kContinuationBytes = 2;

std::vector<std::string> CharacterPieces(absl::string_view word) {
  std::vector<std::string> pieces = tokenization::CharactersOf(word);
  for (std::size_t i = 1; i < pieces.size(); ++i) pieces[i].insert(0, kContinuation);
  return pieces;
}

}  // namespace

absl::Status WordPieceTrainer::Add(absl::string_view text) {
  if (!IsValidUtf8(text)) return InvalidField("text", "must be UTF-8");
  tokenization::SplitText split;
  tokenization::AlignedText aligned(text);
  CLIENTELE_RETURN_IF_ERROR(tokenization::BertNormalizer({}).Normalize(aligned));
  split.Add(aligned.text(), aligned.origins().data(), -1);
  CLIENTELE_RETURN_IF_ERROR(tokenization::BertPreTokenizer().Split(split));
  for (const tokenization::Piece& piece : split.pieces()) ++words_[split.TextOf(piece)];
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> WordPieceTrainer::Train(
    const WordPieceTrainingOptions& options) const {
  if (options.vocabulary <= kSpecialPieces.size()) {
    return InvalidField("vocabulary", "must have room for more than the special pieces");
  }
  std::vector<std::pair<std::string, std::int64_t>> words(words_.begin(), words_.end());
  std::sort(words.begin(), words.end());
  std::vector<tokenization::CutWord> cut;
  cut.reserve(words.size());
  for (const auto& [word, count] : words) {
    std::vector<std::string> characters = CharacterPieces(word);
    if (characters.size() > options.max_word_characters) continue;
    cut.push_back({std::move(characters), count});
  }
  CLIENTELE_ASSIGN_OR_RETURN(
      tokenization::MergedPieces merged,
      tokenization::LearnPieces(cut, {kSpecialPieces.begin(), kSpecialPieces.end()},
                                {.vocabulary = options.vocabulary,
                                 .min_count = options.min_count,
                                 .continuation_bytes = kContinuationBytes}));
  return std::move(merged.pieces);
}

}  // namespace clientele::text
