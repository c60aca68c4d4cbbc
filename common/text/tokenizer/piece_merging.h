#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_PIECE_MERGING_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_PIECE_MERGING_H_

// Joins the pair of pieces that is found most often into one piece, again and again (byte pair
// encoding: Sennrich, Haddow and Birch, Neural machine translation of rare words with subword
// units, ACL 2016). What the trainers of vocabularies share.
//
//   MergedPieces merged = PieceMerger(std::move(characters), std::move(words), 0).Merge(8000, 2);
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
