// A tokenizer.json, which comes with a model from elsewhere, and a text that anybody may have
// written: the file, a zero byte, the text.
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

#include "common/text/tokenizer/tokenizer.h"
#include "tests/fuzz/tokenizer_checks.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t zero = input.find('\0');
  const auto tokenizer = clientele::text::Tokenizer::FromJson(input.substr(0, zero));
  if (!tokenizer.ok()) return 0;
  const absl::string_view text =
      zero == absl::string_view::npos ? "The café, 退货!" : input.substr(zero + 1);
  clientele::fuzz::CheckTokenizer(**tokenizer, text);
  return 0;
}
