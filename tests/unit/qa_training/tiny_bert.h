#ifndef CLIENTELE_TESTS_UNIT_QA_TRAINING_TINY_BERT_H_
#define CLIENTELE_TESTS_UNIT_QA_TRAINING_TINY_BERT_H_

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/temporary_folder.h"

namespace clientele::testing {

// An untrained TEXT_ENCODER bundle of one layer whose WordPiece vocabulary is these words, each an
// id, beside the special tokens and a few others. Throws where it cannot be written.
std::filesystem::path WriteTinyBert(const TemporaryFolder& folder,
                                    const std::vector<std::string>& words, int positions = 64);

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_UNIT_QA_TRAINING_TINY_BERT_H_
