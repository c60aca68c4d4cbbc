#include "common/text/tokenizer/word_piece_training.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/text/tokenizer/code_points.h"
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
  std::vector<std::string> pieces;
  for (std::size_t at = 0; at < word.size();) {
    const std::size_t begin = at;
    tokenization::NextCodePoint(word, at);
    pieces.push_back(absl::StrCat(begin == 0 ? "" : kContinuation, word.substr(begin, at - begin)));
  }
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
  absl::flat_hash_map<std::string, std::int64_t> counts;
  std::vector<std::pair<std::vector<std::string>, std::int64_t>> cut;
  cut.reserve(words.size());
  for (const auto& [word, count] : words) {
    std::vector<std::string> characters = CharacterPieces(word);
    if (characters.size() > options.max_word_characters) continue;
    for (const std::string& each : characters) counts[each] += count;
    cut.emplace_back(std::move(characters), count);
  }
  std::vector<std::pair<std::int64_t, std::string>> alphabet;
  for (const auto& [character, count] : counts) {
    if (count >= options.min_count) alphabet.emplace_back(-count, character);
  }
  if (alphabet.empty())
    return InvalidField("texts", "have no character that is found often enough");
  std::sort(alphabet.begin(), alphabet.end());
  std::vector<std::string> pieces(kSpecialPieces.begin(), kSpecialPieces.end());
  absl::flat_hash_map<std::string, tokenization::PieceId> ids;
  for (auto& [count, character] : alphabet) {
    if (pieces.size() == options.vocabulary) break;
    ids.emplace(character, static_cast<tokenization::PieceId>(pieces.size()));
    pieces.push_back(std::move(character));
  }
  std::vector<tokenization::WordAsPieces> known;
  known.reserve(cut.size());
  for (const auto& [characters, count] : cut) {
    tokenization::WordAsPieces word{{}, count};
    for (const std::string& each : characters) {
      const auto found = ids.find(each);
      if (found == ids.end()) break;
      word.pieces.push_back(found->second);
    }
    if (word.pieces.size() == characters.size()) known.push_back(std::move(word));
  }
  return tokenization::PieceMerger(std::move(pieces), std::move(known), kContinuationBytes)
      .Merge(options.vocabulary, options.min_count)
      .pieces;
}

}  // namespace clientele::text
