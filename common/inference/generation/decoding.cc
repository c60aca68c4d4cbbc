#include "common/inference/generation/decoding.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/inference/generation/beam_search.h"
#include "common/inference/generation/logits.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::inference {
namespace {

constexpr std::int64_t kMaxBeams = 64;

// One row, one token each time: greedy decoding and sampling.
class TokenByToken final : public Decoding {
 public:
  using Choose = std::function<absl::StatusOr<std::int64_t>(absl::Span<const float>)>;

  TokenByToken(Choose choose, LogitsProcessor processor, std::int64_t max_tokens,
               std::vector<std::int64_t> end_ids)
      : choose_(std::move(choose)),
        processor_(std::move(processor)),
        max_tokens_(max_tokens),
        end_ids_(std::move(end_ids)) {}

  std::size_t max_rows() const override { return 1; }
  std::int64_t max_tokens() const override { return max_tokens_; }

  absl::StatusOr<std::vector<Continuation>> Advance(
      absl::Span<const absl::Span<const float>> rows) override {
    if (rows.size() != 1) return absl::InternalError("this decoding has one row");
    absl::Span<const float> scores = rows[0];
    if (processor_.Applies(tokens_.size())) {
      CLIENTELE_RETURN_IF_ERROR(CheckLogits(scores));
      processed_.assign(scores.begin(), scores.end());
      CLIENTELE_RETURN_IF_ERROR(processor_.Process(tokens_, absl::MakeSpan(processed_)));
      scores = processed_;
    }
    CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t token, choose_(scores));
    tokens_.push_back(token);
    if (std::find(end_ids_.begin(), end_ids_.end(), token) != end_ids_.end()) {
      finish_ = FinishReason::kStop;
      return std::vector<Continuation>();
    }
    if (static_cast<std::int64_t>(tokens_.size()) >= max_tokens_) {
      return std::vector<Continuation>();
    }
    return std::vector<Continuation>{{0, token}};
  }

  const std::vector<std::int64_t>& tokens() const override { return tokens_; }
  FinishReason finish_reason() const override { return finish_; }

 private:
  const Choose choose_;
  const LogitsProcessor processor_;
  const std::int64_t max_tokens_;
  const std::vector<std::int64_t> end_ids_;
  std::vector<std::int64_t> tokens_;
  std::vector<float> processed_;
  FinishReason finish_ = FinishReason::kLength;
};

absl::Status Check(const BeamSearchOptions& options) {
  if (options.beams < 1 || options.beams > kMaxBeams) {
    return InvalidField("beams", absl::StrCat("must be in [1, ", kMaxBeams, "]"));
  }
  if (!std::isfinite(options.length_penalty) || std::abs(options.length_penalty) > 10) {
    return InvalidField("length_penalty", "must be in [-10, 10]");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Decoding>> MakeDecoding(const DecodingOptions& options,
                                                       std::vector<std::int64_t> end_ids,
                                                       std::vector<std::int64_t> before) {
  if (options.max_new_tokens < 1) return InvalidField("max_new_tokens", "must be at least 1");
  CLIENTELE_RETURN_IF_ERROR(Check(options.rules));
  LogitsProcessor processor(options.rules, std::move(before), end_ids, options.max_new_tokens);
  if (const auto* sampling = std::get_if<SamplingOptions>(&options.method)) {
    CLIENTELE_RETURN_IF_ERROR(Check(*sampling));
    return std::make_unique<TokenByToken>(
        [sampler = Sampler(*sampling)](absl::Span<const float> logits) mutable {
          return sampler.Draw(logits);
        },
        std::move(processor), options.max_new_tokens, std::move(end_ids));
  }
  if (const auto* beams = std::get_if<BeamSearchOptions>(&options.method)) {
    CLIENTELE_RETURN_IF_ERROR(Check(*beams));
    // One beam is greedy decoding, in the reference too.
    if (beams->beams > 1) {
      return std::make_unique<BeamSearch>(*beams, std::move(processor), options.max_new_tokens,
                                          std::move(end_ids));
    }
  }
  return std::make_unique<TokenByToken>(ArgMax, std::move(processor), options.max_new_tokens,
                                        std::move(end_ids));
}

}  // namespace clientele::inference
