#include "tests/unit/qa_training/tiny_bert.h"

#include <stdexcept>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

#include "common/modeling/checkpoint/random_weights.h"
#include "tools/clientele-models/import/checkpoint_import.h"

namespace clientele::testing {

std::filesystem::path WriteTinyBert(const TemporaryFolder& folder,
                                    const std::vector<std::string>& words, int positions) {
  std::string vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n.\n,\n?\n";
  for (const std::string& word : words) absl::StrAppend(&vocabulary, word, "\n");
  std::filesystem::create_directory(folder.path() / "tokenizer");
  folder.Write("tokenizer/vocab.txt", vocabulary);
  const nlohmann::json config = {{"model_type", "bert"},
                                 {"hidden_size", 32},
                                 {"num_hidden_layers", 1},
                                 {"num_attention_heads", 2},
                                 {"intermediate_size", 64},
                                 {"vocab_size", words.size() + 8},
                                 {"max_position_embeddings", positions}};
  modeling::RandomWeights weights(/*seed=*/3);
  const auto written = models::ImportWeights(
      config, weights, folder.path() / "tokenizer",
      {.out = folder.path() / "encoders", .name = "tiny-bert", .version = "1"});
  if (!written.ok()) throw std::runtime_error(std::string(written.status().message()));
  return *written;
}

}  // namespace clientele::testing
