#ifndef CLIENTELE_TESTS_UNIT_TEXT_TOKENIZER_JSON_BUILDER_H_
#define CLIENTELE_TESTS_UNIT_TEXT_TOKENIZER_JSON_BUILDER_H_

// Small tokenizers for tests, written as tokenizer.json.

#include <map>
#include <memory>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "common/text/tokenizer/tokenizer.h"

namespace clientele::text {

// The sections of a tokenizer.json; those that are not given are null.
using Sections = std::map<std::string, std::string>;

inline std::string TokenizerJson(const Sections& sections) {
  std::string json = R"({"version":"1.0","truncation":null,"padding":null)";
  for (const auto& [name, section] : sections) json += ",\"" + name + "\":" + section;
  return json + "}";
}

inline std::unique_ptr<Tokenizer> MakeTokenizer(const Sections& sections) {
  auto tokenizer = Tokenizer::FromJson(TokenizerJson(sections));
  INFO(tokenizer.status());
  REQUIRE(tokenizer.ok());
  return *std::move(tokenizer);
}

// A model whose every word is unknown, and reads as the text it covers: it shows how text is
// normalized and cut.
inline constexpr char kShowWords[] = R"({"type":"Unigram","unk_id":0,"vocab":[["<unk>",0.0]]})";

}  // namespace clientele::text

#endif  // CLIENTELE_TESTS_UNIT_TEXT_TOKENIZER_JSON_BUILDER_H_
