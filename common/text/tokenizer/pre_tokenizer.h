#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_PRE_TOKENIZER_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_PRE_TOKENIZER_H_

// The second stage of a tokenizer: cuts normalized text into words. One class for each "type" of
// tokenizer.json's `pre_tokenizer`, but that splits at characters are one. Immutable, thread-safe.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"

#include "common/text/tokenizer/pattern.h"
#include "common/text/tokenizer/split_text.h"

namespace clientele::text::tokenization {

class PreTokenizer {
 public:
  virtual ~PreTokenizer() = default;
  virtual absl::Status Split(SplitText& text) const = 0;
};

class PreTokenizerSequence final : public PreTokenizer {
 public:
  explicit PreTokenizerSequence(std::vector<std::unique_ptr<PreTokenizer>> parts)
      : parts_(std::move(parts)) {}
  absl::Status Split(SplitText& text) const override;

 private:
  std::vector<std::unique_ptr<PreTokenizer>> parts_;
};

// WhitespaceSplit, Punctuation, Digits and CharDelimiterSplit.
class CharacterSplit final : public PreTokenizer {
 public:
  CharacterSplit(std::function<bool(char32_t)> matches, SplitBehavior behavior)
      : matches_(std::move(matches)), behavior_(behavior) {}
  absl::Status Split(SplitText& text) const override;

 private:
  std::function<bool(char32_t)> matches_;
  SplitBehavior behavior_;
};

class BertPreTokenizer final : public PreTokenizer {
 public:
  absl::Status Split(SplitText& text) const override;
};

// "Whitespace": words are runs of \w, and runs of what is neither \w nor white space.
class WhitespacePreTokenizer final : public PreTokenizer {
 public:
  absl::Status Split(SplitText& text) const override;
};

class PatternSplit final : public PreTokenizer {
 public:
  PatternSplit(Pattern pattern, SplitBehavior behavior, bool invert)
      : pattern_(std::move(pattern)), behavior_(behavior), invert_(invert) {}
  absl::Status Split(SplitText& text) const override;

 private:
  Pattern pattern_;
  SplitBehavior behavior_;
  bool invert_;
};

class ByteLevelPreTokenizer final : public PreTokenizer {
 public:
  // `expression` is GPT-2's; none leaves pieces whole.
  ByteLevelPreTokenizer(bool add_prefix_space, std::optional<Pattern> expression)
      : add_prefix_space_(add_prefix_space), expression_(std::move(expression)) {}
  absl::Status Split(SplitText& text) const override;

 private:
  bool add_prefix_space_;
  std::optional<Pattern> expression_;
};

enum class PrependScheme { kAlways, kFirst, kNever };

class MetaspacePreTokenizer final : public PreTokenizer {
 public:
  MetaspacePreTokenizer(char32_t replacement, PrependScheme scheme, bool split);
  absl::Status Split(SplitText& text) const override;

 private:
  std::string replacement_;
  char32_t replacement_character_;
  PrependScheme scheme_;
  bool split_;
};

}  // namespace clientele::text::tokenization

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_PRE_TOKENIZER_H_
