#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_UNIGRAM_TRAINING_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_UNIGRAM_TRAINING_H_

// Learns the tokenizer of a model that writes: every text is read back exactly as it was, with its
// case, spaces and line ends.
//
//   UnigramTrainer trainer;
//   for (const std::string& text : texts) CLIENTELE_RETURN_IF_ERROR(trainer.Add(text));
//   CLIENTELE_ASSIGN_OR_RETURN(const TrainedUnigram trained, trainer.Train({}));
//   WriteFile("tokenizer.json", trained.json);
//
// Pieces are found by joining pairs (piece_merging.h) within words of letters, each with the space
// before it (U+2581), and scored by the logarithm of their share. Digits, punctuation and Chinese
// characters stay by themselves, so that a number is read and written in the same tokens wherever
// it stands. A character that the texts do not have is written in bytes. The first tokens are
// <pad>, </s> and <unk>, and </s> ends each text, as T5 has it (Kudo and Richardson, SentencePiece,
// EMNLP 2018). The same texts give the same tokenizer, in whichever order they come.
//
// Memory is that of the distinct words. Not thread-safe.

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::text {

// Ids that every tokenizer of UnigramTrainer has.
inline constexpr std::int64_t kUnigramPaddingId = 0;
inline constexpr std::int64_t kUnigramEndId = 1;

struct UnigramTrainingOptions {
  // Tokens at most, bytes and special ones included. Fewer where the texts have no more.
  std::size_t vocabulary = 12000;
  // A piece is found at least so often; a character that is not is written in bytes.
  std::int64_t min_count = 2;
};

struct TrainedUnigram {
  std::string json;  // what a tokenizer.json holds
  std::size_t tokens = 0;
};

class UnigramTrainer {
 public:
  // INVALID_ARGUMENT for text that is not UTF-8.
  absl::Status Add(absl::string_view text);

  // INVALID_ARGUMENT where the vocabulary has no room for the bytes and the
  // special tokens, or the texts have no character that counts.
  absl::StatusOr<TrainedUnigram> Train(const UnigramTrainingOptions& options) const;

 private:
  absl::flat_hash_map<std::string, std::int64_t> words_;
};

}  // namespace clientele::text

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_UNIGRAM_TRAINING_H_
