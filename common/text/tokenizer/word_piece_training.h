#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_WORD_PIECE_TRAINING_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_WORD_PIECE_TRAINING_H_

// Learns the vocabulary of an uncased BERT from texts: what its vocab.txt holds, line by line.
//
//   WordPieceTrainer trainer;
//   for (const std::string& text : texts) CLIENTELE_RETURN_IF_ERROR(trainer.Add(text));
//   CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::string> pieces, trainer.Train({}));
//   WriteFile("vocab.txt", absl::StrJoin(pieces, "\n") + "\n");
//
// Texts are cut into words as BERT does (lower case, accents off, each Chinese character a word).
// First come [PAD], [UNK], [CLS], [SEP] and [MASK], then the characters by falling count, then what
// pairs of pieces give: the pair that is found most often becomes a piece, again and again (byte
// pair encoding: Sennrich, Haddow and Birch, Neural machine translation of rare words with subword
// units, ACL 2016). Pieces that a word does not begin with have "##" before them. The same texts
// give the same vocabulary, in whichever order they come.
//
// Memory is that of the distinct words. Not thread-safe.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::text {

struct WordPieceTrainingOptions {
  // Pieces at most, the five special ones included. Fewer where the texts have no more.
  std::size_t vocabulary = 16000;
  // A piece is found at least so often; a character that is not is unknown.
  std::int64_t min_count = 2;
  // Longer words are left out: BERT's tokenizer takes them as unknown.
  std::size_t max_word_characters = 100;
};

class WordPieceTrainer {
 public:
  // INVALID_ARGUMENT for text that is not UTF-8.
  absl::Status Add(absl::string_view text);

  // INVALID_ARGUMENT where the vocabulary has no room for the special pieces, or the texts have no
  // character that counts.
  absl::StatusOr<std::vector<std::string>> Train(const WordPieceTrainingOptions& options) const;

 private:
  absl::flat_hash_map<std::string, std::int64_t> words_;
};

}  // namespace clientele::text

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_WORD_PIECE_TRAINING_H_
