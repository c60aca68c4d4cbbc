#include "common/text/tokenizer/word_piece_training.h"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_join.h"

#include "common/text/tokenizer/tokenizer.h"

namespace clientele::text {
namespace {

using Pieces = std::vector<std::string>;

WordPieceTrainer Trained(const std::vector<std::string>& texts) {
  WordPieceTrainer trainer;
  for (const std::string& text : texts) REQUIRE(trainer.Add(text).ok());
  return trainer;
}

Pieces Learn(const WordPieceTrainer& trainer, const WordPieceTrainingOptions& options) {
  const auto pieces = trainer.Train(options);
  INFO(pieces.status());
  REQUIRE(pieces.ok());
  return *pieces;
}

TEST_CASE("pieces are the special ones, the characters, and the most frequent pairs in order") {
  // By hand: low x 3, lower, lowest. (##o, ##w) and (l, ##o) are both found 5 times; "##o" comes
  // before "l". Then "low" 5 times, and (low, ##e) twice.
  const auto trainer = Trained({"Low low", "LOW", "lower", "lowest"});
  CHECK(Learn(trainer, {.vocabulary = 15, .min_count = 1}) ==
        Pieces{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "##o", "##w", "l", "##e", "##r", "##s",
               "##t", "##ow", "low", "lowe"});
  // What is found once is no piece here, and ##r, ##s and ##t are unknown.
  CHECK(Learn(trainer, {.vocabulary = 100, .min_count = 2}) ==
        Pieces{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "##o", "##w", "l", "##e", "##ow",
               "low"});
}

TEST_CASE("a pair that overlaps itself is merged from the left") {
  const auto trainer = Trained({"aaaaa", "aaaaa"});
  // a ##a ##a ##a ##a: (##a, ##a) is found three times a word, then (##aa, ##aa) once.
  CHECK(Learn(trainer, {.vocabulary = 9, .min_count = 1}) ==
        Pieces{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "##a", "a", "##aa", "##aaaa"});
}

TEST_CASE("the order of the texts does not matter") {
  std::vector<std::string> texts = {"Where is my parcel?", "my parcels are late", "是的，包裹丢了",
                                    "returning a parcel", "returned, returns"};
  const Pieces first = Learn(Trained(texts), {.vocabulary = 80, .min_count = 1});
  std::reverse(texts.begin(), texts.end());
  CHECK(Learn(Trained(texts), {.vocabulary = 80, .min_count = 1}) == first);
}

TEST_CASE("each Chinese character is a word, and BERT's tokenizer reads what was learned") {
  const auto trainer = Trained({"退货 退款", "Été refund REFUND", "refunds"});
  const Pieces pieces = Learn(trainer, {.vocabulary = 200, .min_count = 1});
  CHECK(std::count(pieces.begin(), pieces.end(), "退") == 1);
  CHECK(std::count(pieces.begin(), pieces.end(), "##货") == 0);
  CHECK(std::count(pieces.begin(), pieces.end(), "refund") == 1);
  CHECK(std::count(pieces.begin(), pieces.end(), "ete") == 1);
  const auto tokenizer = Tokenizer::FromFiles({{"vocab.txt", absl::StrJoin(pieces, "\n") + "\n"}});
  REQUIRE(tokenizer.ok());
  const auto encoding = (*tokenizer)->Encode("Refunds, 退货");
  REQUIRE(encoding.ok());
  CHECK(std::count(encoding->ids.begin(), encoding->ids.end(), *(*tokenizer)->TokenToId("[UNK]")) ==
        1);  // the comma was in no text
  CHECK((*tokenizer)->vocab_size() == static_cast<std::int64_t>(pieces.size()));
}

TEST_CASE("what cannot be learned from is refused") {
  WordPieceTrainer trainer;
  CHECK(trainer.Add("\xff").code() == absl::StatusCode::kInvalidArgument);
  CHECK_FALSE(trainer.Train({}).ok());
  REQUIRE(trainer.Add("once").ok());
  CHECK_FALSE(trainer.Train({.vocabulary = 5}).ok());
  CHECK_FALSE(trainer.Train({.min_count = 2}).ok());
}

}  // namespace
}  // namespace clientele::text
