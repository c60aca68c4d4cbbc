#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_NORMALIZER_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_NORMALIZER_H_

// The first stage of a tokenizer: rewrites text, keeping where each byte comes from. One class for
// each "type" of tokenizer.json's `normalizer`. Immutable, thread-safe.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"

#include "common/text/tokenizer/aligned_text.h"
#include "common/text/tokenizer/charsmap.h"
#include "common/text/tokenizer/pattern.h"

namespace clientele::text::tokenization {

class Normalizer {
 public:
  virtual ~Normalizer() = default;
  virtual absl::Status Normalize(AlignedText& text) const = 0;
};

class NormalizerSequence final : public Normalizer {
 public:
  explicit NormalizerSequence(std::vector<std::unique_ptr<Normalizer>> parts)
      : parts_(std::move(parts)) {}
  absl::Status Normalize(AlignedText& text) const override;

 private:
  std::vector<std::unique_ptr<Normalizer>> parts_;
};

struct BertNormalizerOptions {
  bool clean_text = true;
  bool handle_chinese_chars = true;
  bool strip_accents = true;
  bool lowercase = true;
};

class BertNormalizer final : public Normalizer {
 public:
  explicit BertNormalizer(BertNormalizerOptions options) : options_(options) {}
  absl::Status Normalize(AlignedText& text) const override;

 private:
  BertNormalizerOptions options_;
};

enum class NormalizationForm { kNfc, kNfd, kNfkc, kNfkd };

class UnicodeNormalizer final : public Normalizer {
 public:
  explicit UnicodeNormalizer(NormalizationForm form) : form_(form) {}
  absl::Status Normalize(AlignedText& text) const override;

 private:
  NormalizationForm form_;
};

class LowercaseNormalizer final : public Normalizer {
 public:
  absl::Status Normalize(AlignedText& text) const override;
};

class StripAccentsNormalizer final : public Normalizer {
 public:
  absl::Status Normalize(AlignedText& text) const override;
};

class StripNormalizer final : public Normalizer {
 public:
  StripNormalizer(bool left, bool right) : left_(left), right_(right) {}
  absl::Status Normalize(AlignedText& text) const override;

 private:
  bool left_;
  bool right_;
};

class ReplaceNormalizer final : public Normalizer {
 public:
  ReplaceNormalizer(Pattern pattern, std::string content)
      : pattern_(std::move(pattern)), content_(std::move(content)) {}
  absl::Status Normalize(AlignedText& text) const override;

 private:
  Pattern pattern_;
  std::string content_;
};

class PrependNormalizer final : public Normalizer {
 public:
  explicit PrependNormalizer(std::string prefix) : prefix_(std::move(prefix)) {}
  absl::Status Normalize(AlignedText& text) const override;

 private:
  std::string prefix_;
};

class NmtNormalizer final : public Normalizer {
 public:
  absl::Status Normalize(AlignedText& text) const override;
};

class ByteLevelNormalizer final : public Normalizer {
 public:
  absl::Status Normalize(AlignedText& text) const override;
};

// "Precompiled": a map of strings that SentencePiece made, applied to grapheme clusters.
class PrecompiledNormalizer final : public Normalizer {
 public:
  explicit PrecompiledNormalizer(Charsmap charsmap) : charsmap_(std::move(charsmap)) {}
  absl::Status Normalize(AlignedText& text) const override;

 private:
  Charsmap charsmap_;
};

// The steps that several of them share.
void NormalizeUnicode(NormalizationForm form, AlignedText& text);
void Lowercase(AlignedText& text);
// Replaces what `finder` finds.
absl::Status ReplaceMatches(Pattern::Finder& finder, absl::string_view content, AlignedText& text);

}  // namespace clientele::text::tokenization

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_NORMALIZER_H_
