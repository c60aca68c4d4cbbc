#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_POST_PROCESSOR_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_POST_PROCESSOR_H_

// The last stage of encoding: adds special tokens around one or two encodings, sets their types and
// trims white space off their offsets. One class for each "type" of tokenizer.json's
// `post_processor`. Immutable, thread-safe.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "common/text/tokenizer/encoding.h"

namespace clientele::text::tokenization {

// An encoding in the making, with the text that its offsets count.
struct Part {
  Encoding encoding;
  absl::string_view text;
};

// Appends the content of `from` to `to`.
void Append(Encoding& to, Encoding& from);

struct SpecialToken {
  std::string token;
  std::int64_t id = 0;
};

class PostProcessor {
 public:
  virtual ~PostProcessor() = default;
  // Special tokens that are added to one text, or to a pair.
  virtual std::size_t AddedTokens(bool pair) const = 0;
  // `parts` are one or two encodings; afterwards what follows each other in the result.
  virtual absl::Status Process(std::vector<Part>& parts, bool add_special_tokens) const = 0;
};

class PostProcessorSequence final : public PostProcessor {
 public:
  explicit PostProcessorSequence(std::vector<std::unique_ptr<PostProcessor>> steps)
      : steps_(std::move(steps)) {}
  std::size_t AddedTokens(bool pair) const override;
  absl::Status Process(std::vector<Part>& parts, bool add_special_tokens) const override;

 private:
  std::vector<std::unique_ptr<PostProcessor>> steps_;
};

class BertProcessing final : public PostProcessor {
 public:
  BertProcessing(SpecialToken cls, SpecialToken sep) : cls_(std::move(cls)), sep_(std::move(sep)) {}
  std::size_t AddedTokens(bool pair) const override { return pair ? 3 : 2; }
  absl::Status Process(std::vector<Part>& parts, bool add_special_tokens) const override;

 private:
  SpecialToken cls_;
  SpecialToken sep_;
};

class RobertaProcessing final : public PostProcessor {
 public:
  RobertaProcessing(SpecialToken cls, SpecialToken sep, bool trim_offsets, bool add_prefix_space)
      : cls_(std::move(cls)),
        sep_(std::move(sep)),
        trim_offsets_(trim_offsets),
        add_prefix_space_(add_prefix_space) {}
  std::size_t AddedTokens(bool pair) const override { return pair ? 4 : 2; }
  absl::Status Process(std::vector<Part>& parts, bool add_special_tokens) const override;

 private:
  SpecialToken cls_;
  SpecialToken sep_;
  bool trim_offsets_;
  bool add_prefix_space_;
};

class ByteLevelProcessing final : public PostProcessor {
 public:
  ByteLevelProcessing(bool trim_offsets, bool add_prefix_space)
      : trim_offsets_(trim_offsets), add_prefix_space_(add_prefix_space) {}
  std::size_t AddedTokens(bool) const override { return 0; }
  absl::Status Process(std::vector<Part>& parts, bool add_special_tokens) const override;

 private:
  bool trim_offsets_;
  bool add_prefix_space_;
};

class TemplateProcessing final : public PostProcessor {
 public:
  // One place of a template: a text (0 or 1), or special tokens.
  struct Place {
    int sequence = -1;  // -1: special tokens
    std::vector<SpecialToken> tokens;
    std::int64_t type_id = 0;
  };
  TemplateProcessing(std::vector<Place> single, std::vector<Place> pair)
      : single_(std::move(single)), pair_(std::move(pair)) {}
  std::size_t AddedTokens(bool pair) const override;
  absl::Status Process(std::vector<Part>& parts, bool add_special_tokens) const override;

 private:
  std::vector<Place> single_;
  std::vector<Place> pair_;
};

}  // namespace clientele::text::tokenization

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_POST_PROCESSOR_H_
