#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_PIECE_MERGING_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_PIECE_MERGING_H_

// Joins the pair of pieces that is found most often into one piece, again and again (byte pair
// encoding: Sennrich, Haddow and Birch, Neural machine translation of rare words with subword
// units, ACL 2016). What the trainers of vocabularies share.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const MergedPieces merged,
//                              LearnPieces(words, {"[UNK]"}, {.vocabulary = 8000}));
//
// The same pieces and words give the same result. Memory is that of the words and their pairs. Not
// thread-safe.

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::text::tokenization {

using PieceId = std::int32_t;

struct WordAsPieces {
  std::vector<PieceId> pieces;
  std::int64_t count = 0;
};

struct MergedPieces {
  std::vector<std::string> pieces;   // those given, then the joined ones in the order of joining
  std::vector<std::int64_t> counts;  // how often each stands in the words in the end
};

// A word as the characters that it is cut into, and how often it was found.
struct CutWord {
  std::vector<std::string> characters;
  std::int64_t count = 0;
};

// The characters of valid UTF-8, one by one.
std::vector<std::string> CharactersOf(absl::string_view word);

struct PieceLearning {
  std::size_t vocabulary = 0;          // pieces at most
  std::int64_t min_count = 2;          // a piece is found at least so often
  std::size_t continuation_bytes = 0;  // as PieceMerger has them
};

// The pieces `first`, then the characters that are found often enough, by falling count, then what
// pairs of them give. Words with another character take no part. INVALID_ARGUMENT where no
// character is found often enough.
absl::StatusOr<MergedPieces> LearnPieces(const std::vector<CutWord>& words,
                                         std::vector<std::string> first,
                                         const PieceLearning& learning);

class PieceMerger {
 public:
  // `words` name `pieces` by their place. Of the second piece of a pair the first
  // `continuation_bytes` are a mark and are left out of the joined one.
  PieceMerger(std::vector<std::string> pieces, std::vector<WordAsPieces> words,
              std::size_t continuation_bytes);

  // Until there are `vocabulary` pieces, or no pair is found `min_count` times. Call it once.
  MergedPieces Merge(std::size_t vocabulary, std::int64_t min_count);

 private:
  using PiecePair = std::pair<PieceId, PieceId>;

  // Entries whose count has changed are out of date and skipped.
  struct Candidate {
    std::int64_t count = 0;
    PiecePair pair;
  };

  bool IsWorse(const Candidate& a, const Candidate& b) const;
  void Push(const PiecePair& pair, std::int64_t count);
  Candidate Pop();
  const std::string& Text(PieceId id) const { return pieces_[static_cast<std::size_t>(id)]; }
  void Count(std::size_t word, std::int64_t sign);
  PieceId Joined(const PiecePair& pair);
  void Apply(const PiecePair& pair);

  const std::size_t continuation_bytes_;
  std::vector<std::string> pieces_;
  std::vector<WordAsPieces> words_;
  absl::flat_hash_map<std::string, PieceId> ids_;
  absl::flat_hash_map<PiecePair, std::int64_t> counts_;
  absl::flat_hash_map<PiecePair, absl::flat_hash_set<std::size_t>> places_;
  absl::flat_hash_set<PiecePair> touched_;
  std::vector<Candidate> candidates_;  // a heap
};

}  // namespace clientele::text::tokenization

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_PIECE_MERGING_H_
