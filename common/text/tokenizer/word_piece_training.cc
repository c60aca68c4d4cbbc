#include "common/text/tokenizer/word_piece_training.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/text/tokenizer/code_points.h"
#include "common/text/tokenizer/normalizer.h"
#include "common/text/tokenizer/pre_tokenizer.h"
#include "common/text/utf8.h"

namespace clientele::text {
namespace {

constexpr std::array<const char*, 5> kSpecialPieces = {"[PAD]", "[UNK]", "[CLS]", "[SEP]",
                                                       "[MASK]"};
constexpr char kContinuation[] = "##";

using PieceId = std::int32_t;
using PiecePair = std::pair<PieceId, PieceId>;

struct WordAsPieces {
  std::vector<PieceId> pieces;
  std::int64_t count = 0;
};

std::vector<std::string> CharacterPieces(absl::string_view word) {
  std::vector<std::string> pieces;
  for (std::size_t at = 0; at < word.size();) {
    const std::size_t begin = at;
    tokenization::NextCodePoint(word, at);
    pieces.push_back(absl::StrCat(begin == 0 ? "" : kContinuation, word.substr(begin, at - begin)));
  }
  return pieces;
}

// Pairs that may be merged next; entries whose count has changed are out of date and skipped.
struct MergeCandidate {
  std::int64_t count = 0;
  PiecePair pair;
};

class PieceMerger {
 public:
  PieceMerger(std::vector<std::string> pieces, std::vector<WordAsPieces> words)
      : pieces_(std::move(pieces)), words_(std::move(words)) {
    for (std::size_t i = 0; i < pieces_.size(); ++i) ids_[pieces_[i]] = static_cast<PieceId>(i);
    for (std::size_t w = 0; w < words_.size(); ++w) Count(w, +1);
    for (const auto& [pair, count] : counts_) Push(pair, count);
  }

  std::vector<std::string> Merge(std::size_t vocabulary, std::int64_t min_count) {
    while (pieces_.size() < vocabulary && !candidates_.empty()) {
      const MergeCandidate next = Pop();
      if (next.count != counts_[next.pair]) continue;
      if (next.count < std::max<std::int64_t>(min_count, 1)) break;
      Apply(next.pair);
    }
    return std::move(pieces_);
  }

 private:
  // More often first; of equals the one whose text comes first.
  bool IsWorse(const MergeCandidate& a, const MergeCandidate& b) const {
    if (a.count != b.count) return a.count < b.count;
    const std::string& a_first = Text(a.pair.first);
    const std::string& b_first = Text(b.pair.first);
    if (a_first != b_first) return a_first > b_first;
    return Text(a.pair.second) > Text(b.pair.second);
  }
  void Push(const PiecePair& pair, std::int64_t count) {
    if (count <= 0) return;
    candidates_.push_back({count, pair});
    std::push_heap(candidates_.begin(), candidates_.end(),
                   [this](const auto& a, const auto& b) { return IsWorse(a, b); });
  }
  MergeCandidate Pop() {
    std::pop_heap(candidates_.begin(), candidates_.end(),
                  [this](const auto& a, const auto& b) { return IsWorse(a, b); });
    const MergeCandidate best = candidates_.back();
    candidates_.pop_back();
    return best;
  }

  const std::string& Text(PieceId id) const { return pieces_[static_cast<std::size_t>(id)]; }

  void Count(std::size_t word, std::int64_t sign) {
    const std::vector<PieceId>& pieces = words_[word].pieces;
    for (std::size_t i = 1; i < pieces.size(); ++i) {
      const PiecePair pair{pieces[i - 1], pieces[i]};
      counts_[pair] += sign * words_[word].count;
      if (sign > 0) places_[pair].insert(word);
      touched_.insert(pair);
    }
  }

  PieceId Joined(const PiecePair& pair) {
    const std::string text =
        absl::StrCat(Text(pair.first), absl::string_view(Text(pair.second)).substr(2));
    const auto [at, added] = ids_.emplace(text, static_cast<PieceId>(pieces_.size()));
    if (added) pieces_.push_back(text);
    return at->second;
  }

  void Apply(const PiecePair& pair) {
    const PieceId joined = Joined(pair);
    touched_.clear();
    const absl::flat_hash_set<std::size_t> words = std::move(places_[pair]);
    places_.erase(pair);
    for (const std::size_t word : words) {
      Count(word, -1);
      std::vector<PieceId>& pieces = words_[word].pieces;
      std::size_t kept = 0;
      for (std::size_t i = 0; i < pieces.size(); ++i, ++kept) {
        const bool match =
            i + 1 < pieces.size() && pieces[i] == pair.first && pieces[i + 1] == pair.second;
        pieces[kept] = match ? joined : pieces[i];
        i += match ? 1 : 0;
      }
      pieces.resize(kept);
      Count(word, +1);
    }
    for (const PiecePair& changed : touched_) Push(changed, counts_[changed]);
  }

  std::vector<std::string> pieces_;
  std::vector<WordAsPieces> words_;
  absl::flat_hash_map<std::string, PieceId> ids_;
  absl::flat_hash_map<PiecePair, std::int64_t> counts_;
  absl::flat_hash_map<PiecePair, absl::flat_hash_set<std::size_t>> places_;
  absl::flat_hash_set<PiecePair> touched_;
  std::vector<MergeCandidate> candidates_;  // a heap
};

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
  absl::flat_hash_map<std::string, PieceId> ids;
  for (auto& [count, character] : alphabet) {
    if (pieces.size() == options.vocabulary) break;
    ids.emplace(character, static_cast<PieceId>(pieces.size()));
    pieces.push_back(std::move(character));
  }
  std::vector<WordAsPieces> known;
  known.reserve(cut.size());
  for (const auto& [characters, count] : cut) {
    WordAsPieces word{{}, count};
    for (const std::string& each : characters) {
      const auto found = ids.find(each);
      if (found == ids.end()) break;
      word.pieces.push_back(found->second);
    }
    if (word.pieces.size() == characters.size()) known.push_back(std::move(word));
  }
  return PieceMerger(std::move(pieces), std::move(known))
      .Merge(options.vocabulary, options.min_count);
}

}  // namespace clientele::text
