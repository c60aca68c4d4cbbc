// Equality with the reference, on what it wrote down for tokenizers of ../shared/hf.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "common/text/tokenizer/tokenizer.h"
#include "tests/support/paths.h"

namespace clientele::text {
namespace {

namespace fs = std::filesystem;

using Ids = std::vector<std::int64_t>;
using Tokens = std::vector<std::string>;

const fs::path kShared = fs::path(clientele::testing::SourceDir()) / "../shared/hf";

nlohmann::json ReadJson(const fs::path& path) {
  std::ifstream in(path);
  return nlohmann::json::parse(in);
}

TEST_CASE("ids, tokens and decoded text are the reference's") {
  if (!fs::exists(kShared / "tokenizers")) SKIP("shared/hf/tokenizers is not here");
  for (const char* name : {"bert-uncased", "gpt2-bpe", "t5-unigram"}) {
    const auto tokenizer = Tokenizer::FromFile(
        (kShared / "tokenizers" / (std::string(name) + ".tokenizer.json")).string());
    INFO(name << ": " << tokenizer.status());
    REQUIRE(tokenizer.ok());
    for (const auto& golden :
         ReadJson(kShared / "tokenizers" / (std::string(name) + ".golden.json"))) {
      const std::string text = golden["text"];
      INFO(text);
      const auto encoding = (*tokenizer)->Encode(text);
      REQUIRE(encoding.ok());
      CHECK(encoding->ids == golden["ids"].get<Ids>());
      CHECK(encoding->tokens == golden["tokens"].get<Tokens>());
      const auto plain = (*tokenizer)->Encode(text, {.add_special_tokens = false});
      REQUIRE(plain.ok());
      CHECK(plain->ids == golden["ids_no_special"].get<Ids>());
      CHECK((*tokenizer)->Decode(encoding->ids).value() == golden["decoded"].get<std::string>());
    }
  }
}

TEST_CASE("prompts and answers of a Llama model are the reference's") {
  if (!fs::exists(kShared / "stories260k")) SKIP("shared/hf/stories260k is not here");
  const auto tokenizer = Tokenizer::FromFolder((kShared / "stories260k").string());
  INFO(tokenizer.status());
  REQUIRE(tokenizer.ok());
  for (const auto& golden : ReadJson(kShared / "stories260k" / "golden.json")) {
    const std::string prompt = golden["prompt"];
    CHECK((*tokenizer)->Encode(prompt)->ids == golden["prompt_ids"].get<Ids>());
    CHECK((*tokenizer)->Decode(golden["output_ids"].get<Ids>()).value() ==
          golden["text"].get<std::string>());
  }
}

}  // namespace
}  // namespace clientele::text
