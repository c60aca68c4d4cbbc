// The vocabulary files of models without a tokenizer.json. The first byte says which, the parts
// that follow end with 0x1E: the main file, merges.txt, tokenizer_config.json, config.json,
// added_tokens.json, the text.
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "absl/strings/string_view.h"

#include "common/text/tokenizer/tokenizer.h"
#include "tests/fuzz/tokenizer_checks.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr const char* kMain[] = {"vocab.txt", "vocab.json", "spiece.model",
                                   "sentencepiece.bpe.model", "tokenizer.model"};
  absl::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto take = [&rest] {
    const std::size_t end = rest.find('\x1E');
    const absl::string_view part = rest.substr(0, end);
    rest.remove_prefix(end == absl::string_view::npos ? rest.size() : end + 1);
    return part;
  };
  std::map<std::string, std::string> files;
  files[kMain[data[0] % 5]] = std::string(take());
  for (const char* name :
       {"merges.txt", "tokenizer_config.json", "config.json", "added_tokens.json"}) {
    if (const absl::string_view part = take(); !part.empty()) files[name] = std::string(part);
  }
  const auto tokenizer = clientele::text::Tokenizer::FromFiles(files);
  if (tokenizer.ok()) clientele::fuzz::CheckTokenizer(**tokenizer, rest);
  return 0;
}
