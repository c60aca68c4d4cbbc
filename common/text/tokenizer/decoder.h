#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_DECODER_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_DECODER_H_

// Tokens back to text: each decoder rewrites a list of strings, and the strings joined are the
// text. One class for each "type" of tokenizer.json's `decoder`. Immutable, thread-safe.

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "common/text/tokenizer/pattern.h"

namespace clientele::text::tokenization {

using Strings = std::vector<std::string>;

class Decoder {
 public:
  virtual ~Decoder() = default;
  virtual absl::Status Decode(Strings& tokens) const = 0;
};

class DecoderSequence final : public Decoder {
 public:
  explicit DecoderSequence(std::vector<std::unique_ptr<Decoder>> steps)
      : steps_(std::move(steps)) {}
  absl::Status Decode(Strings& tokens) const override;

 private:
  std::vector<std::unique_ptr<Decoder>> steps_;
};

class WordPieceDecoder final : public Decoder {
 public:
  WordPieceDecoder(std::string prefix, bool cleanup)
      : prefix_(std::move(prefix)), cleanup_(cleanup) {}
  absl::Status Decode(Strings& tokens) const override;

 private:
  std::string prefix_;
  bool cleanup_;
};

class ByteLevelDecoder final : public Decoder {
 public:
  absl::Status Decode(Strings& tokens) const override;
};

class MetaspaceDecoder final : public Decoder {
 public:
  // `first_is_prefix`: the replacement in the first token was put there.
  MetaspaceDecoder(std::string replacement, bool first_is_prefix)
      : replacement_(std::move(replacement)), first_is_prefix_(first_is_prefix) {}
  absl::Status Decode(Strings& tokens) const override;

 private:
  std::string replacement_;
  bool first_is_prefix_;
};

class ByteFallbackDecoder final : public Decoder {
 public:
  absl::Status Decode(Strings& tokens) const override;
};

class FuseDecoder final : public Decoder {
 public:
  absl::Status Decode(Strings& tokens) const override;
};

class StripDecoder final : public Decoder {
 public:
  StripDecoder(char32_t content, std::size_t start, std::size_t stop)
      : content_(content), start_(start), stop_(stop) {}
  absl::Status Decode(Strings& tokens) const override;

 private:
  char32_t content_;
  std::size_t start_;
  std::size_t stop_;
};

class ReplaceDecoder final : public Decoder {
 public:
  ReplaceDecoder(Pattern pattern, std::string content)
      : pattern_(std::move(pattern)), content_(std::move(content)) {}
  absl::Status Decode(Strings& tokens) const override;

 private:
  Pattern pattern_;
  std::string content_;
};

class BpeDecoder final : public Decoder {
 public:
  explicit BpeDecoder(std::string suffix) : suffix_(std::move(suffix)) {}
  absl::Status Decode(Strings& tokens) const override;

 private:
  std::string suffix_;
};

// Bytes as text; what is not UTF-8 becomes U+FFFD, one for each maximal part of a character
// (Unicode 15, section 3.9).
std::string Utf8WithReplacements(absl::string_view bytes);

}  // namespace clientele::text::tokenization

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_DECODER_H_
