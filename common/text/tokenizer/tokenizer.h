#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_TOKENIZER_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_TOKENIZER_H_

// Text to the ids that a Hugging Face model was trained on, and back: the ids, tokens and offsets
// of the reference ("tokenizers", and the slow tokenizers of "transformers" where a folder has no
// tokenizer.json).
//
//   CLIENTELE_ASSIGN_OR_RETURN(const auto tokenizer, Tokenizer::FromFolder("models/bert"));
//   CLIENTELE_ASSIGN_OR_RETURN(const Encoding encoding, tokenizer->Encode("Free returns"));
//   CLIENTELE_ASSIGN_OR_RETURN(const std::string text, tokenizer->Decode(encoding.ids));
//
// Files it reads, the first that a folder has:
//   tokenizer.json           every part that the format's version 1.0 knows but CTC, UnicodeScripts
//                            and FixedLength; `truncation` and `padding` are not read
//   vocab.txt                BERT, with do_lower_case, strip_accents and tokenize_chinese_chars
//                            of a tokenizer_config.json beside it
//   vocab.json, merges.txt   GPT-2, RoBERTa or Qwen2: tokenizer_class of tokenizer_config.json or
//                            model_type of config.json say which; GPT-2 otherwise
//   spiece.model, sentencepiece.bpe.model, tokenizer.model
//                            SentencePiece: T5, XLM-R, Llama, by the same fields or by the name
//
// A model's file comes from outside: nothing in it makes the process crash or read out of bounds,
// and what is wrong is INVALID_ARGUMENT that names file and field. NOT_FOUND where there is no
// file. Text is UTF-8 of at most kMaxTextBytes; other text, and text that makes a regular
// expression of the tokenizer backtrack too far, is INVALID_ARGUMENT. Time and memory are linear in
// the text.
//
// Immutable, thread-safe.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "common/text/tokenizer/encoding.h"

namespace clientele::text {

struct EncodeOptions {
  // Adds what the post-processor adds: [CLS] and [SEP], </s>, <s>.
  bool add_special_tokens = true;
  // Tokens, special ones included; 0 means no limit. What exceeds it is cut off at the end: of a
  // pair, from the longer text until both are equally long. INVALID_ARGUMENT where special tokens
  // alone are more.
  std::size_t max_tokens = 0;
  // Of a pair, only the second text is cut (a passage to a question); INVALID_ARGUMENT where that
  // is not enough.
  bool cut_second_only = false;
  // Bytes of the first text, in order, in which what looks like an added token ("<|im_end|>") is
  // text like any other: what somebody wrote, in a prompt of special tokens.
  std::vector<ByteSpan> plain = {};
};

class Tokenizer {
 public:
  static constexpr std::size_t kMaxTextBytes = std::size_t{64} << 20;
  static constexpr std::size_t kMaxFileBytes = std::size_t{128} << 20;

  // From the files of a model's folder.
  static absl::StatusOr<std::unique_ptr<Tokenizer>> FromFolder(const std::string& folder);
  // From one file, and those that belong to it beside it. Its kind is its name's: *.json is a
  // tokenizer.json, unless it is vocab.json.
  static absl::StatusOr<std::unique_ptr<Tokenizer>> FromFile(const std::string& path);
  // From files in memory: what a folder would have, by name.
  static absl::StatusOr<std::unique_ptr<Tokenizer>> FromFiles(
      const std::map<std::string, std::string>& files);
  // From the text of a tokenizer.json; `name` is for error messages.
  static absl::StatusOr<std::unique_ptr<Tokenizer>> FromJson(
      absl::string_view json, absl::string_view name = "tokenizer.json");

  ~Tokenizer();
  Tokenizer(const Tokenizer&) = delete;
  Tokenizer& operator=(const Tokenizer&) = delete;

  absl::StatusOr<Encoding> Encode(absl::string_view text, const EncodeOptions& options = {}) const;
  // Two texts as one input, such as a question and a passage.
  absl::StatusOr<Encoding> EncodePair(absl::string_view first, absl::string_view second,
                                      const EncodeOptions& options = {}) const;

  // INVALID_ARGUMENT for an id that is no token's. Bytes that are not UTF-8 are U+FFFD.
  absl::StatusOr<std::string> Decode(absl::Span<const std::int64_t> ids,
                                     bool skip_special_tokens = true) const;

  // One more than the largest id, added tokens included.
  std::int64_t vocab_size() const;
  // As the vocabulary writes it: "[SEP]", "Ġthe".
  std::optional<std::int64_t> TokenToId(absl::string_view token) const;
  std::optional<std::string> IdToToken(std::int64_t id) const;
  // The token is one that Decode skips.
  bool IsSpecial(std::int64_t id) const;

 private:
  struct Impl;
  explicit Tokenizer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace clientele::text

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_TOKENIZER_H_
